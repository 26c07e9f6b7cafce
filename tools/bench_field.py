"""How long it takes until the findings of a day have arrived, with their photos.

The real server over a throw-away city as `tools/bench.py` builds it (SQLite, or DATABASE_URL) is sent a day's
work as the field app sends it: findings by fifties, then photos, six at once, in the size that the app
keeps. Prints what docs/benchmarks.md says. Usage: python tools/bench_field.py
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.bench import ROOT, build  # sets Django up first

# isort: split
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from chuangwen.cases.services import open_campaign, perform
from chuangwen.inspections.models import Finding, FindingPhoto, Inspection, Visit
from chuangwen.inspections.services import inspecting, planning
from chuangwen.organizations.models import PeerGroup, Person, Post, Role, Unit
from chuangwen.standards.models import Criterion
from chuangwen.standards.services import keeping, publishing
from chuangwen.standards.services.keeping import Row

UNITS = 300
DAY, PHOTOS = 200, 2  # findings of a day, photos of each
AT_ONCE = 6  # photos on their way, as in sync.js
LONGEST = 60  # seconds that are asked for


def criteria_of(office: Person, unit: Unit, count: int) -> list[Criterion]:
    draft = keeping.draft_from(
        actor=office,
        office=unit,
        code="bench",
        name="示例测评体系",
        rows=[
            Row(f"窗口人员主动问候，第 {number} 项", 100 // count, "共同部分", "用语", method="site")
            for number in range(1, count + 1)
        ],
        peer_groups=PeerGroup.objects.all(),
    )
    publishing.publish(actor=office, standard=draft, seen=draft.revision, despite="示例")
    return list(Criterion.objects.filter(indicator__dimension__standard=draft))


def inspection_of(office: Person, unit: Unit, count: int = 1) -> Inspection:
    """A covert one that has criteria to look at, at the unit itself."""
    criteria = criteria_of(office, unit, count)
    campaign = open_campaign(actor=office, name="示例年度创建", office=unit)
    today = timezone.localdate()
    plan = planning.begin(actor=office, campaign=campaign, issuer=unit, year=today.year, basis="示例文件")
    line = planning.add_line(
        actor=office, plan=plan, name="窗口服务检查", covert=True, units=100, by=today + timedelta(days=30)
    )
    planning.file(actor=office, plan=plan)
    line.refresh_from_db()
    found = inspecting.open_inspection(
        actor=office,
        line=line,
        standard=criteria[0].indicator.dimension.standard,
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )
    checks = [(None, criterion) for criterion in criteria]
    inspecting.set_checks(actor=office, inspection=found, checks=checks)
    return found


def photo(number: int, size: tuple[int, int] = (2048, 1536)) -> bytes:
    """As the field app makes one of 12 megapixels smaller before it keeps it (store.js); no two alike."""
    data = BytesIO()
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 60).resize(size, Image.Resampling.BICUBIC)
    noise.putpixel((number, 0), 255)
    noise.convert("RGB").save(data, "JPEG", quality=85)
    return data.getvalue()


class Device:
    """A telephone in whose field app ``person`` has signed in."""

    def __init__(self, port: int, person: Person) -> None:
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        self.token = secrets.token_hex(16)
        self.cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={self.token}"
        self.line, self.key = HTTPConnection("127.0.0.1", port), str(uuid4())

    def another(self) -> Device:
        """The same telephone by another line."""
        same = copy(self)
        same.line = HTTPConnection("127.0.0.1", self.line.port)
        return same

    def send(self, door: str, body: bytes, kind: str) -> None:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Accept": "application/json"}
        self.line.request(
            "POST", f"/field/devices/{self.key}/{door}/", body, headers | {"Content-Type": kind}
        )
        answer = self.line.getresponse()
        said = answer.read()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(said.decode())

    def photo(self, finding: str, data: bytes) -> None:
        edge = secrets.token_hex(16)
        fields = {"finding": finding, "photo": str(uuid4())}
        words = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        body = (words + head).encode() + data + f"\r\n--{edge}--\r\n".encode()
        self.send("photos", body, f"multipart/form-data; boundary={edge}")


def send_photos(line: Device, work: list[tuple[str, bytes]]) -> None:
    """Each line takes the next, as in sync.js."""
    while work:
        try:
            one = work.pop(0)
        except IndexError:  # another line took the last
            return
        line.photo(*one)


def day(person: Person, visit: Visit, criterion: int) -> None:
    """Send a day's findings with their photos to the real server, as the app does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "chuangwen", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if server.stdout:
            server.stdout.readline()
        device, at = Device(port, person), timezone.now().isoformat()
        rows = [
            {"key": str(uuid4()), "criterion": criterion, "verdict": "unmet", "noted_at": at, "words": "示例"}
            for _each in range(DAY)
        ]
        pictures = [photo(number) for number in range(20)]
        size = sum(map(len, pictures)) / len(pictures) / 1024**2
        start = time.perf_counter()
        for first in range(0, DAY, 50):
            body = {"visit": visit.case.number, "rows": rows[first : first + 50]}
            device.send("findings", json.dumps(body).encode(), "application/json")
        findings = time.perf_counter() - start
        # Each is another file: what is written behind the picture makes it so.
        work = [
            (str(row["key"]), pictures[(number + one) % len(pictures)] + f"{number} {one}".encode())
            for number, row in enumerate(rows)
            for one in range(PHOTOS)
        ]
        lines = [device.another() for _each in range(AT_ONCE)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda line: send_photos(line, work), lines))
        took = time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()
    kept = (Finding.objects.filter(visit=visit).count(), FindingPhoto.objects.count())
    if kept != (DAY, DAY * PHOTOS):
        raise RuntimeError(f"kept {kept}")
    print(f"\nA day's {DAY} findings arrived in {findings:.2f} s, with their {DAY * PHOTOS} photos of")
    print(f"{size:.1f} MB ({took - findings:.1f} s) in {took:.1f} s; at most {LONGEST} s are asked for.")


def people_of(inspectors: int) -> tuple[Person, list[Person]]:
    """A new city; somebody of its office, and those whom it sends."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    seat_of = build(UNITS)["office"]
    seat = Unit.objects.get(code="SEAT9901")
    Post.objects.create(unit=seat, title="经办", role=Role.OFFICE, person=seat_of)
    sent = [
        Person.objects.create(username=f"bench.inspector{number}", name="示例检查员")
        for number in range(inspectors)
    ]
    for person in sent:
        Post.objects.create(unit=seat, title="检查员", role=Role.INSPECTOR, person=person)
    return Person.objects.get(pk=seat_of.pk), sent


def main() -> None:
    office, (inspector,) = people_of(1)
    inspection = inspection_of(office, Unit.objects.get(code="SEAT9901"))
    visit = inspecting.plan_visit(
        actor=office,
        inspection=inspection,
        unit=Unit.objects.get(code="U50"),
        team=[inspecting.Named(inspector), inspecting.Named(office)],
    )
    perform(actor=office, move_name="set_out", case=inspection.case, seen=inspection.case.revision)
    print(f"{connection.vendor}, {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    day(inspector, Visit.objects.get(pk=visit.pk), inspection.checks.get().criterion_id)


if __name__ == "__main__":
    main()
