"""The set-up keeps what the README says: locks pin and name no registry, commands run as programs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import get_commands

from chuangwen.__main__ import NAMES, TOOLS, main, usage
from chuangwen.web.demo.accounts import ACCOUNTS
from tests.house.tree import ROOT

pytestmark = pytest.mark.once
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# One requirement of a lock: a name and a version, perhaps for some machines only, then its hashes.
_PINNED = re.compile(r"^[a-z0-9._-]+(\[[a-z0-9,-]+\])?==[\w.+!]+( ; [^\\]+)? \\$", re.IGNORECASE)
_HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
# A web address, a requirement from a file or an address, an option that names a registry.
_PLACE = re.compile(
    r"://| @ |file:|(^|\s)/\w|^-|--(extra-)?index-url|--find-links|--trusted-host", re.MULTILINE
)
REFUSAL = "This database holds demo accounts, so production mode does not start."
PATIENCE = 60  # seconds, on a machine that is busy with other tests


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a user's shell has: nothing that the tests or `make` have set."""
    ours = ("CHUANGWEN_", "DJANGO_", "DATABASE_URL", "MAKE", "MFLAGS", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"CHUANGWEN_DATA": str(data), "PYTHONUTF8": "1"} | more


def chuangwen(*words: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as a program of its own."""
    command = [sys.executable, "-m", "chuangwen", *words]
    surroundings = {"cwd": ROOT, "env": environment(data, **more), "timeout": PATIENCE}
    return subprocess.run(command, check=False, capture_output=True, text=True, **surroundings)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an installation that `chuangwen init --demo` has made."""
    data = tmp_path_factory.mktemp("installation") / "var"
    done = chuangwen("init", "--demo", data=data)
    assert (done.returncode, done.stderr) == (0, "")
    return data


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_there_is_a_lock_for_each_list_of_requirements():
    assert LOCKS
    assert [path.stem for path in LOCKS] == sorted(path.stem for path in (ROOT / "requirements").glob("*.in"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_each_package_by_version_and_hash(lock):
    lines = [
        line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    pins = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    assert pins
    assert [lines[number] for number in pins if not _PINNED.match(lines[number])] == []
    assert [lines[number] for number in pins if not _HASH.match(lines[number + 1])] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_place(lock):
    assert _PLACE.findall(lock.read_text(encoding="utf-8")) == []


def test_the_locks_name_all_that_their_packages_need():
    """Nothing else is installed, so whatever was forgotten is missing from the environment of these tests."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


def test_the_lock_of_the_assets_pins_each_package_by_hash_and_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    root, rest = packages[""], {name: package for name, package in packages.items() if name}
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert [
        name for name, package in rest.items() if "resolved" in package or not package.get("integrity")
    ] == []
    for kind in ("dependencies", "devDependencies"):
        assert root[kind] == manifest[kind]
        assert {name: rest[f"node_modules/{name}"]["version"] for name in manifest[kind]} == manifest[kind]


@pytest.mark.parametrize(
    ("target", "ends_with"), [("demo", "chuangwen serve --port 8000"), ("test", "tools/test.sh")]
)
def test_make_reads_its_two_commands(target, ends_with, tmp_path):
    done = subprocess.run(
        ["make", "-n", target],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.rstrip().endswith(ends_with)


def test_the_first_screen_of_the_readme_holds_both_commands_the_address_and_the_accounts():
    screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:24])
    wanted = ["make demo", "make test", "http://127.0.0.1:8000", *(f"`{a.username}`" for a in ACCOUNTS)]
    assert [words for words in wanted if words not in screen] == []


def test_the_help_lists_exactly_the_commands_there_are():
    ours = {name for name, app in get_commands().items() if app.startswith("chuangwen.")}
    assert set(NAMES) == ours
    listed = re.findall(r"^  (\w+)  +\S", usage(), re.MULTILINE)
    assert listed == list(NAMES)


@pytest.mark.parametrize("words", [[], ["--help"], ["help"]])
def test_help_needs_no_installation(words, tmp_path):
    done = chuangwen(*words, data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, usage() + "\n", "")


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_needs_no_installation(name, tmp_path):
    done = chuangwen(name, "--help", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*([name] for name in NAMES), ["manage", "migrate"]])
def test_a_command_explains_itself(words, capsys, monkeypatch):
    monkeypatch.setenv("CHUANGWEN_MODE", "test")  # a tool sets its own, which must not outlive this test
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: chuangwen {words[-1]} ")


def test_an_unknown_command_is_answered_with_the_nearest(tmp_path):
    done = chuangwen("verfy", data=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "chuangwen: there is no command `verfy`. Did you mean `verify`? See `chuangwen --help`.\n"
    )


def test_without_secrets_a_command_says_what_to_do(tmp_path):
    done = chuangwen("verify", data=tmp_path)
    assert done.returncode == 1
    assert "run `chuangwen init` first" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_secrets_for_the_owner_alone_and_keeps_them(installation):
    file = installation / "env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(installation.stat().st_mode) == 0o700
    before = file.read_text(encoding="utf-8")
    assert re.fullmatch(
        r"#.*\nCHUANGWEN_MODE=demo\nCHUANGWEN_SECRET_KEY=[0-9a-f]{64}\nCHUANGWEN_JOURNAL_KEY=[0-9a-f]{64}\nCHUANGWEN_FACTOR_KEY=[0-9a-f]{64}\n",
        before,
    )
    again = chuangwen("init", data=installation)
    assert (again.returncode, again.stdout) == (0, f"demo: {installation}\n")
    assert file.read_text(encoding="utf-8") == before


def test_two_installations_share_no_secret(installation, tmp_path):
    from chuangwen.core.founding import write_environment

    def secrets(file: Path) -> set[str]:
        return set(re.findall(r"=([0-9a-f]{64})$", file.read_text(encoding="utf-8"), re.MULTILINE))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHUANGWEN_DATA", str(tmp_path / "var"))
        other = write_environment(demo=False)
    assert "CHUANGWEN_MODE=production\n" in other.read_text(encoding="utf-8")
    assert len(secrets(installation / "env") | secrets(other)) == 6


def test_the_jobs_of_the_clock_run_once(installation):
    done = chuangwen("worker", "--once", data=installation)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@contextmanager
def served(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`chuangwen serve` on that port; what a failing test has left of it is asked to end."""
    command = [sys.executable, "-m", "chuangwen", "serve", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment(data), **pipes) as server:
        try:
            yield server
        finally:
            server.terminate()


def child(pid: int, word: str) -> int:
    """The process that ``pid`` started with ``word`` in its command."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (found,) = (
        int(each) for each in children if word in Path(f"/proc/{each}/cmdline").read_text().split("\0")
    )
    return found


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_server_answers_and_ends_with_all_that_it_started(way, installation, port):
    with served(installation, port) as server:
        assert (
            server.stdout.readline() == f"http://127.0.0.1:{port}/ (demo) · 按 Ctrl-C 停止 · Ctrl-C stops\n"
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=PATIENCE) as page:
            assert 'name="csrfmiddlewaretoken"' in page.read().decode()
        asset = f"http://127.0.0.1:{port}/static/htmx/htmx.min.js"
        with urllib.request.urlopen(asset, timeout=PATIENCE) as script:
            assert script.headers["Content-Type"].startswith("text/javascript")
        server.send_signal(way)
        server.send_signal(signal.SIGINT)  # out of impatience
        # The output ends only when the last process that could write to it has ended.
        rest, _ = server.communicate(timeout=PATIENCE)
    # A web process that was only just starting may have to be killed, which its supervisor says.
    assert server.returncode == 0
    assert [line for line in rest.splitlines() if not re.match(r"\[WARNING\] Killing worker-\d", line)] == []
    socket.create_server(("127.0.0.1", port)).close()


def test_a_request_in_chunks_is_read_whole(installation, port):
    with served(installation, port) as server:
        server.stdout.readline()
        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
            line.request("GET", "/accounts/login/")
            page = line.getresponse()
            token = re.search(r"csrftoken=(\w+)", page.headers["Set-Cookie"])[1]
            page.read()
            form = f"csrfmiddlewaretoken={token}&language=en&pad={'x' * 100_000}".encode()
            headers = {
                "Cookie": f"csrftoken={token}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Transfer-Encoding": "chunked",
            }
            parts = (form[start : start + 7000] for start in range(0, len(form), 7000))
            line.request("POST", "/language/setlang/", parts, headers, encode_chunked=True)
            # Without its token, which stands in the body, the form would be refused.
            assert line.getresponse().status == 302


def test_when_the_worker_ends_the_server_ends_too_and_says_so(installation, port):
    with served(installation, port) as server:
        server.stdout.readline()
        worker = child(server.pid, "worker")
        assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, server.pid)
        os.kill(worker, signal.SIGKILL)
        rest, _ = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert "The web server or the worker ended by itself; see above why." in rest


def test_a_port_in_use_is_told_in_one_sentence(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = chuangwen("serve", "--port", str(port), data=installation)
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_told_before_anything_starts(installation, port, tmp_path):
    empty = f"sqlite:///{tmp_path}/empty.db"
    done = chuangwen("serve", "--port", str(port), data=installation, DATABASE_URL=empty)
    assert done.returncode == 1
    assert "run `chuangwen init` first" in done.stderr


def test_production_refuses_a_database_with_demo_accounts(installation, port, tmp_path):
    data = tmp_path / "var"
    assert chuangwen("init", "--demo", data=data).returncode == 0
    create = (
        "from chuangwen.organizations.models import Person as P; P.objects.create(username='a', demo=True)"
    )
    assert chuangwen("manage", "shell", "-c", create, data=data).returncode == 0
    done = chuangwen("serve", "--port", str(port), data=data, CHUANGWEN_MODE="production")
    assert done.returncode == 1
    assert REFUSAL in done.stderr
    assert "Traceback" not in done.stderr

    # Whoever starts the web server by hand meets the same refusal.
    by_hand = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    done = subprocess.run(
        [*by_hand, "chuangwen.wsgi:application"],
        cwd=ROOT,
        env=environment(data, CHUANGWEN_MODE="production"),
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert REFUSAL in done.stderr
