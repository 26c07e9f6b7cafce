"""What remains of `chuangwen serve` while it serves: keeps the web server and the worker going, or ends both.

Plain Python: it has put itself in the command's place, whose hundred megabytes would wait for nothing.
Usage: ``python -m chuangwen.core.supervising HOST PORT MODE GRANIAN-ARGUMENTS…``
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

from chuangwen.core.stopping import NAP, Stop

GRACE = 10  # seconds in which requests may end
# Steps of the worker below the web server: whoever waits for a page comes first where there are few cores.
POLITE = 10

Process = subprocess.Popen[bytes]


def main(host: str, port: int, mode: str, granian: list[str]) -> int:
    """Until one is asked to stop: 0; 1 when a process ended by itself."""
    stop = Stop()
    processes = [_start("granian", *granian), _start("chuangwen", "worker")]
    os.setpriority(os.PRIO_PROCESS, processes[1].pid, POLITE)
    announced = False
    try:
        # Whichever ends first, the other is of no use alone.
        while not stop.wait(NAP) and all(process.poll() is None for process in processes):
            if not announced and _answers(host, port):
                announced = True
                sys.stdout.write(_address(host, port, mode))
                sys.stdout.flush()
    finally:
        _end(processes)
    if stop.asked:
        return 0
    sys.stderr.write(
        "网站或后台任务意外停止，原因见上。\nThe web server or the worker ended by itself; see above why.\n"
    )
    return 1


def _start(module: str, *arguments: str) -> Process:
    # A session of its own: Ctrl-C in the terminal reaches this process alone, which then ends the others.
    command = [sys.executable, "-P", "-m", module, *arguments]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def _end(processes: list[Process]) -> None:
    """Ask all to end; what has not done so in time is killed with all that it started."""
    for process in processes:
        process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(host: str, port: int, mode: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/ ({mode}) · 按 Ctrl-C 停止 · Ctrl-C stops\n"


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


if __name__ == "__main__":
    _program, host, port, mode, *granian = sys.argv
    sys.exit(main(host, int(port), mode, granian))
