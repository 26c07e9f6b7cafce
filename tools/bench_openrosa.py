"""Whether fifty filled-in forms a second are kept, while the server is killed twice.

The real server over a throw-away city as `tools/bench.py` builds it (SQLite, or DATABASE_URL) gets forms of a
hundred questions with three photos each for half a minute, each when its time has come, whether or not those
before it are answered. Twice everything that serves is killed and begun anew. A device sends until it has
heard that its form is kept, as clients do. Then the worker takes all of it in. Prints what docs/benchmarks.md
says. Usage: python tools/bench_openrosa.py
"""

from __future__ import annotations

import os
import platform
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import UUID, uuid4, uuid5

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.bench_field import ROOT, inspection_of, people_of, photo  # sets Django up first

# isort: split
from django.db import connection
from django.db.models import Count

from chuangwen.cases.services import perform
from chuangwen.core import files
from chuangwen.inspections.models import Finding, FindingPhoto
from chuangwen.inspections.openrosa import xforms
from chuangwen.inspections.services import devices, inspecting
from chuangwen.inspections.submissions import Submission, SubmittedFile
from chuangwen.organizations.models import Person, Unit

RATE, SECONDS = 50, 30  # forms a second, for so long
QUESTIONS, PHOTOS = 100, 3
TEAMS = 30
KILLED_AT = (10, 20)  # seconds
AT_ONCE = 60  # forms that wait for their answer


class Server:
    """`chuangwen serve`, killed with all that it started, and begun anew at the same address."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-P", "-m", "chuangwen", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if self.process.stdout:
            self.process.stdout.readline()

    def kill(self) -> None:
        # Those above first, so that none of them has a moment to notice what became of those below.
        for pid in [self.process.pid, *_below(self.process.pid)]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


def _below(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = [int(line) for line in listed.stdout.split()]
    return [one for child in children for one in [child, *_below(child)]]


class Form:
    """One filled-in form and its photos, as a client sends it."""

    def __init__(self, form: xforms.XForm, criteria: list[int], pictures: list[bytes], sender: str) -> None:
        self.instance, self.sender, self.tries = uuid4(), sender, 0
        answers = "".join(f"<c{one}_unit>met</c{one}_unit>" for one in criteria[1:])
        of = f"{criteria[0]}_unit"
        names = [f"{number}.jpg" for number in range(1, PHOTOS + 1)]
        named = "".join(f"<p{of}_{number}>{name}</p{of}_{number}>" for number, name in enumerate(names, 1))
        at = "2026-11-28T09:30:00.000+08:00"
        xml = (
            f'<data id="{form.form_id}" version="{form.version}"><start>{at}</start><end>{at}</end>'
            f"<point>unit</point><at_unit><c{of}>unmet</c{of}><w{of}>示例</w{of}>{named}{answers}</at_unit>"
            f"<meta><instanceID>uuid:{self.instance}</instanceID></meta></data>"
        )
        self.parts = [("xml_submission_file", xml.encode())]
        # Each is another file: what is written behind the picture makes it so.
        self.parts += [
            (name, picture + self.instance.bytes + name.encode())
            for name, picture in zip(names, pictures, strict=True)
        ]

    def body(self) -> tuple[bytes, str]:
        edge = secrets.token_hex(16)
        heads = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
            for name, _content in self.parts
        ]
        parts = [(head.encode(), data) for head, (_name, data) in zip(heads, self.parts, strict=True)]
        body = b"".join(piece for head, data in parts for piece in (head, data, b"\r\n"))
        return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Devices:
    """Telephones that send until they have heard that the form is kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.waits: list[float] = []

    def send(self, form: Form, due: float) -> None:
        body, kind = form.body()
        while not self._kept(form, body, kind):
            time.sleep(0.2)
        self.waits.append(time.perf_counter() - due)

    def _kept(self, form: Form, body: bytes, kind: str) -> bool:
        form.tries += 1
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)  # each form comes from another telephone
        headers = {"Authorization": form.sender, "Content-Type": kind, "X-OpenRosa-Version": "1.0"}
        try:
            line.request("POST", "/openrosa/submission", body, headers)
            answer = line.getresponse()
            said = answer.read()
        except (OSError, HTTPException):  # the server was killed
            return False
        finally:
            line.close()
        if answer.status not in {HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            raise RuntimeError(f"{answer.status} {said.decode()}")
        return True


def forms_of(office: Person, inspectors: list[Person]) -> list[Form]:
    """The forms of half a minute, those of each team in turn."""
    inspection = inspection_of(office, Unit.objects.get(code="SEAT9901"), QUESTIONS)
    criteria = list(inspection.checks.values_list("criterion", flat=True))
    teams = []
    for number, inspector in enumerate(inspectors):
        unit = Unit.objects.get(code=f"U{number + 50}")
        named = [inspecting.Named(inspector), inspecting.Named(office)]
        visit = inspecting.plan_visit(actor=office, inspection=inspection, unit=unit, team=named)
        _device, password = devices.give_password(actor=inspector, name="bench")
        words = b64encode(f"{inspector.username}:{password}".encode()).decode()
        teams.append((xforms.form_of(visit), f"Basic {words}"))
    perform(actor=office, move_name="set_out", case=inspection.case, seen=inspection.case.revision)
    pictures = [photo(number, (1600, 1200)) for number in range(PHOTOS)]
    return [Form(*team[:1], criteria, pictures, team[1]) for team in teams * (RATE * SECONDS // TEAMS)]


def send_all(server: Server, forms: list[Form]) -> Devices:
    """Each form when its time has come, the server killed between."""
    phones, begun = Devices(server.port), time.perf_counter()

    def kill() -> None:
        for at in KILLED_AT:
            time.sleep(max(0, begun + at - time.perf_counter()))
            server.kill()
            server.start()

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = []
        for number, form in enumerate(forms):
            due = begun + number / RATE
            time.sleep(max(0, due - time.perf_counter()))
            sent.append(pool.submit(phones.send, form, due))
        for one in sent:
            one.result()
    killer.join()
    print(f"All {len(forms)} forms were acknowledged {time.perf_counter() - begun:.1f} s after the first")
    print(f"was sent ({SECONDS} s of sending, {sum(one.tries for one in forms) - len(forms)} sent again).")
    waits = sorted(phones.waits)
    print(f"Median wait {waits[len(waits) // 2]:.2f} s, p95 {waits[int(len(waits) * 0.95)]:.2f} s.")
    return phones


def check_kept(forms: list[Form]) -> None:
    """Each form once, each of its photos as it was sent."""
    kept = list(Submission.objects.values_list("instance", flat=True))
    if sorted(kept) != sorted(form.instance for form in forms):
        raise RuntimeError(f"{len(kept)} of {len(forms)} forms are kept")
    sent = {(form.instance, name): data for form in forms for name, data in form.parts[1:]}
    there = 0
    for file in SubmittedFile.objects.select_related("submission", "blob"):
        data = sent.pop((file.submission.instance, file.name))
        there += file.blob is not None and files.read(file.blob) == data
    print(f"Kept once each, none lost; {there} photos lie as they were sent, {len(sent)} are missing.")


def check_taken(forms: list[Form]) -> None:
    """Wait until the worker has taken all of it in; each finding and each photo is there once."""
    begun, waiting = time.perf_counter(), Submission.objects.unfinished()
    while left := waiting.count():
        if Submission.objects.filter(state="refused").exists():
            raise RuntimeError(f"refused, {left} left")
        time.sleep(2)
    took = time.perf_counter() - begun
    findings, photos = Finding.objects.count(), FindingPhoto.objects.count()
    if (findings, photos) != (len(forms) * QUESTIONS, len(forms) * PHOTOS):
        raise RuntimeError(f"{findings} findings, {photos} photos")
    doubled = Finding.objects.values("key").annotate(times=Count("pk")).filter(times__gt=1).count()
    wanted = {photo_key(form.instance, name) for form in forms for name, _data in form.parts[1:]}
    if doubled or wanted != set(FindingPhoto.objects.values_list("key", flat=True)):
        raise RuntimeError(f"{doubled} findings are there twice, or the photos are others")
    for one in FindingPhoto.objects.select_related("blob")[:: PHOTOS * 50]:
        if not files.read(one.blob).startswith(b"\xff\xd8"):
            raise RuntimeError("a photo cannot be read")
    print(f"Entered {took:.0f} s later: {findings} findings and {photos} photos, each once.")


def photo_key(instance: UUID, name: str) -> UUID:
    return uuid5(instance, f"photo/{name}")


def main() -> None:
    office, inspectors = people_of(TEAMS)
    forms = forms_of(office, inspectors)
    size = sum(len(data) for _name, data in forms[0].parts) / 1024**2
    print(f"{connection.vendor}, {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    print(f"Forms of {QUESTIONS} questions and {PHOTOS} photos, {size:.1f} MB each, {RATE} a second.")
    server = Server()
    try:
        send_all(server, forms)
        check_kept(forms)
        check_taken(forms)
    finally:
        server.end()


if __name__ == "__main__":
    main()
