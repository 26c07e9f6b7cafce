"""`chuangwen serve`: granian and the worker as one process tree on one port, ending together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Serve the product: web server and worker, one process tree on one port."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
        parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")
        parser.add_argument("--workers", type=int, default=2, help="web processes (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _require_free(host, port)
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
        # One blocking thread a process: measured fastest for Django (docs/architecture.md).
        web += [
            "--workers",
            str(options["workers"]),
            "--blocking-threads",
            "1",
            "--no-ws",
            "--log-level",
            "warning",
        ]
        commands = [[*web, "chuangwen.wsgi:application"], [sys.executable, "-m", "chuangwen", "worker"]]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        processes = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603
        self.stdout.write(f"http://{host}:{port}/ ({settings.MODE})  Ctrl-C: 停止 stop")
        self.stdout.flush()
        try:
            # Whichever ends first, the other is of no use alone.
            os.waitpid(-1, 0)
        except (KeyboardInterrupt, ChildProcessError):
            pass
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({error.strerror}); choose another with --port. "
                f"端口{port}不能使用，请用 --port 另选一个。"
            ) from error
