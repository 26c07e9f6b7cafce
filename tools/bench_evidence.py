"""Evidence at city size: photos like one among 200,000, and twenty uploads of 25 MB at once.

Builds a throw-away library in a temporary directory (SQLite, or DATABASE_URL) and prints what
docs/benchmarks.md says of it. Usage: python tools/bench_evidence.py [--photos 200000] [--uploads 20]
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HOME = tempfile.TemporaryDirectory(prefix="chuangwen-bench-")
os.environ.update(
    CHUANGWEN_MODE="test", CHUANGWEN_DATA=HOME.name, DJANGO_SETTINGS_MODULE="chuangwen.settings"
)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from chuangwen.cases.evidence import Evidence, EvidenceKind, Fingerprint  # noqa: E402
from chuangwen.cases.library.twins import seen_before  # noqa: E402
from chuangwen.core.likeness import SHOWN, alike, plain  # noqa: E402
from chuangwen.core.models import Blob  # noqa: E402
from chuangwen.core.resemblance import NEAR, bands, distance  # noqa: E402
from chuangwen.organizations.models import PeerGroup, Person, Post, Role, Territory, Unit  # noqa: E402
from tools.memory import peaks  # noqa: E402

LOOKS = 300  # photos that are looked up
UNITS = 2_000
SIZE = 25 * 1024**2  # bytes of an upload: as much as is taken


def build(photos: int) -> Person:
    """A city whose units have these photos between them; every fiftieth is another one, sent once more."""
    today = timezone.localdate()
    Territory.objects.create(code="9901", name="示例市", valid_from=today)
    PeerGroup.objects.create(code="all", name="全部单位")
    Unit.objects.bulk_create(
        Unit(code=f"U{n}", name=f"示例第{n}单位", territory_id="9901", peer_group_id="all")
        for n in range(UNITS)
    )
    units = list(Unit.objects.order_by("pk"))
    person = Person.objects.create(username="liaison", name="示例")
    Post.objects.create(unit=units[0], title="联络员", role=Role.LIAISON, person=person)
    dice = random.Random(1)  # noqa: S311 - no secret
    looks = [dice.getrandbits(64) for _ in range(photos)]
    for number in range(0, photos, 50):
        looks[number] = looks[dice.randrange(photos)] ^ (1 << dice.randrange(64)) ^ (1 << dice.randrange(64))
    for first in range(0, photos, 10_000):
        _write(person, units, first, looks[first : first + 10_000])
    return person


def _write(person: Person, units: list[Unit], first: int, looks: list[int]) -> None:
    names = [sha256(str(first + n).encode()).hexdigest() for n in range(len(looks))]
    Blob.objects.bulk_create(Blob(digest=name, size=400_000, media_type="image/jpeg") for name in names)
    pieces = Evidence.objects.bulk_create(
        Evidence(
            unit=units[(first + n) % UNITS],
            kind=EvidenceKind.PHOTO,
            name=f"示例{first + n}.jpg",
            blob_id=name,
            digest=name,
            added_by=person,
            added_at=timezone.now(),
        )
        for n, name in enumerate(names)
    )
    rows = []
    for piece, bits in zip(pieces, looks, strict=True):
        told = dict(zip(("first", "second", "third", "fourth"), bands(bits), strict=True))
        rows.append(Fingerprint(evidence=piece, tried=True, **told))
    Fingerprint.objects.bulk_create(rows)


def p95(work: Callable[[Evidence], object], pieces: list[Evidence]) -> float:
    """The 95th percentile over the pieces, in milliseconds."""
    times = []
    for piece in pieces:
        start = time.perf_counter()
        work(piece)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times[2:], n=20)[-1]


def one_row(piece: Evidence) -> object:
    """The limit: what any answer of the database costs, a row by its key."""
    return Evidence.objects.select_related("unit").get(pk=piece.pk)


def scan(piece: Evidence) -> list[int]:
    """What it would be without an index: every fingerprint is read and compared."""
    own = Fingerprint.objects.get(pk=piece.pk).bands
    rows = Fingerprint.objects.values_list("pk", "first", "second", "third", "fourth").iterator()
    return [pk for pk, *other in rows if own and pk != piece.pk and distance(own, tuple(other)) <= NEAR]


def look_up(photos: int) -> None:
    dice = random.Random(2)  # noqa: S311 - no secret
    keys = list(Evidence.objects.values_list("pk", flat=True))
    pieces = [Evidence.objects.get(pk=pk) for pk in dice.sample(keys, LOOKS)]
    some = pieces[:3]
    for piece in some:
        if sorted(twin.piece.pk for twin in seen_before(piece)) != sorted(scan(piece)):
            sys.exit("the index finds other photos than the scan")
    limit, found, scanned = p95(one_row, pieces), p95(seen_before, pieces), p95(scan, [*some, *some])
    print(f"Photos like one among {photos:,}, p95 of {LOOKS}: {found:.1f} ms;")
    print(f"a row by its key: {limit:.1f} ms (× {found / limit:.0f}); reading them all: {scanned:.0f} ms.")


def lists(people: dict[str, Person]) -> None:
    """The list of the library as a unit and as an office over all units opens it."""
    for who, person in people.items():
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        for asked in ("", "?q=示例199", "?q=没有这份", "?before=60", "?year=2020", "?unit=示例第77单位"):
            address = f"/library/{asked}"
            times = []
            for _ in range(22):
                start = time.perf_counter()
                client.get(address)
                times.append((time.perf_counter() - start) * 1000)
            print(f"{who}, {address}: {statistics.quantiles(times[2:], n=20)[-1]:.0f} ms, p95 of 20.")


def statements(count: int) -> None:
    """One statement of 500 characters among as many of others, a hundred of which took over a half of it."""
    dice = random.Random(3)  # noqa: S311 - no secret
    words = [chr(0x4E00 + n) + chr(0x5E00 + n) for n in range(600)]

    def text() -> str:
        return "".join(dice.choices(words, k=250))

    own = text()
    others = [own[:260] + text()[:240] if n % (count // 100) == 0 else text() for n in range(count)]
    times = []
    for _ in range(10):
        start = time.perf_counter()
        found = alike(own, enumerate(others))
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    for other in others:
        plain(other)
    bare = time.perf_counter() - start
    if len(found) != SHOWN:
        sys.exit("statements that are alike were not found")
    print(f"A statement among {count:,} of 500 characters, the slowest of 10: {max(times):.2f} s;")
    print(f"spelling them alike without comparing: {bare:.2f} s.")


def photo() -> bytes:
    """A photo of a phone that is as heavy as a photo may be: 12 megapixels of noise."""
    noise = Image.effect_noise((4000, 3000), 120).convert("RGB")
    for quality in (100, 99, 98, 97, 96, 95):
        data = BytesIO()
        noise.save(data, "JPEG", quality=quality, subsampling=0)
        if data.tell() < SIZE - 64:
            return data.getvalue() + bytes(SIZE - 64 - data.tell())
    raise SystemExit("no photo is light enough")


def send(port: int, cookie: str, fields: dict[str, str], data: bytes, took: list[float]) -> None:
    """Add one file to the library over HTTP, as a browser does."""
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        "".join(parts).encode()
        + (
            f'--{edge}\r\nContent-Disposition: form-data; name="uploads"; filename="x.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
    )
    tail = f"\r\n--{edge}--\r\n".encode()
    start = time.perf_counter()
    web = HTTPConnection("127.0.0.1", port, timeout=300)
    web.putrequest("POST", "/library/add/")
    for name, value in (
        ("Cookie", cookie),
        ("Content-Type", f"multipart/form-data; boundary={edge}"),
        ("Content-Length", str(len(head) + len(data) + len(tail))),
    ):
        web.putheader(name, value)
    web.endheaders()
    for part in (head, data, tail):
        web.send(part)
    status = web.getresponse().status
    if status != 302:  # noqa: PLR2004 - a redirect follows what was taken in
        sys.exit(f"an upload was answered {status}")
    took.append(time.perf_counter() - start)


def at_once(port: int, cookie: str, fields: dict[str, str], data: bytes, uploads: int) -> list[float]:
    """As many uploads at the same time, no two of the same bytes; the seconds of each."""
    took: list[float] = []
    threads = [
        threading.Thread(target=send, args=(port, cookie, fields, data + secrets.token_bytes(32), took))
        for _ in range(uploads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took) != uploads:
        sys.exit("an upload got no answer")
    return took


def upload(person: Person, uploads: int) -> None:
    """The server's peak of memory before and after."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "chuangwen", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if server.stdout:
            server.stdout.readline()
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        token = secrets.token_hex(16)
        cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
        fields = {"csrfmiddlewaretoken": token, "unit": str(person.posts.get().unit_id)}
        data = photo()
        at_once(port, cookie, fields, _small(), 8)  # both processes have answered
        before = {name: peak for name, peak in peaks(server.pid).items() if "worker" not in name}
        most = [0.0]
        done = threading.Event()
        watch = threading.Thread(target=together, args=(server.pid, most, done))
        watch.start()
        seconds = at_once(port, cookie, fields, data, uploads)
        done.set()
        watch.join()
        after = {name: peak for name, peak in peaks(server.pid).items() if name in before}
    finally:
        server.terminate()
        server.wait()
    start = time.perf_counter()
    for _ in range(uploads):
        with tempfile.NamedTemporaryFile(dir=settings.MEDIA_ROOT) as file:
            sha256(data)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    bare = time.perf_counter() - start
    print(f"{uploads} uploads of {len(data) / 1024**2:.1f} MB at once, each a photo that is made plain: all")
    print(f"answered after {max(seconds):.1f} s; hashing and writing as many bytes: {bare:.1f} s.")
    for name, peak in before.items():
        print(f"Peak memory of {name.split()[0]}: {peak:.0f} MB before, {after[name]:.0f} MB after.")
    print(f"All at one moment, worker and what develops the photos too: {most[0]:.0f} MB at most.")


def together(pid: int, most: list[float], done: threading.Event) -> None:
    """Keep in ``most`` the largest sum of all processes at one moment, the short-lived ones too."""
    while not done.wait(0.02):
        with suppress(OSError, StopIteration):  # one has just ended
            most[0] = max(most[0], sum(peaks(pid).values()))


def _small() -> bytes:
    data = BytesIO()
    Image.effect_noise((400, 300), 80).save(data, "JPEG")
    return data.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=200_000)
    parser.add_argument("--uploads", type=int, default=20)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    person = build(options.photos)
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {connection.vendor}"
    print(f"{machine}, load {os.getloadavg()[1]:.1f}")
    look_up(options.photos)
    office = Person.objects.create(username="office", name="示例")
    Post.objects.create(unit=Unit.objects.earliest("pk"), title="文明办", role=Role.OFFICE, person=office)
    lists({"liaison": person, "office": office})
    statements(20_000)
    upload(person, options.uploads)


if __name__ == "__main__":
    main()
