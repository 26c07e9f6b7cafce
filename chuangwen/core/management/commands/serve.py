"""`chuangwen serve`: granian and the worker as one process tree on one port, ending together."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from chuangwen.core import scanning, supervising

UNSCANNED = (
    "查毒程序（CHUANGWEN_CLAMD）没有应答，恢复之前上传的文件一律不收。\n"
    "The virus scanner (CHUANGWEN_CLAMD) does not answer; no upload is taken in until it does."
)


class Command(BaseCommand):
    help = "Serve the product: web server and worker, one process tree on one port."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
        parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")
        parser.add_argument("--workers", type=int, default=2, help="web processes (default: %(default)s)")

    def handle(self, *args: Any, host: str, port: int, workers: int, **options: Any) -> None:
        _require_port(host, port)
        _require_database()
        self.warn()
        # Loaded here as well, so that a reason not to start is said once and not by every web process.
        import_string(settings.WSGI_APPLICATION)
        connections.close_all()
        words = [host, str(port), settings.MODE, *_granian(host, port, workers)]
        command = [sys.executable, "-P", "-m", supervising.__name__, *words]
        os.execv(sys.executable, command)  # noqa: S606 - this very interpreter

    def warn(self) -> None:
        """Say what does not answer. No reason not to start: everything but uploads works without it."""
        if not scanning.answers():
            self.stderr.write(UNSCANNED)


def _granian(host: str, port: int, workers: int) -> list[str]:
    # One blocking thread a process: measured fastest for Django, and SQLite has one writer anyway.
    options = {"interface": "wsgi", "host": host, "port": port, "workers": workers, "blocking-threads": 1}
    options |= {"workers-kill-timeout": supervising.GRACE // 2, "log-level": "warning"}
    words = [f"--{name}={value}" for name, value in options.items()]
    return [*words, "--no-ws", ":".join(settings.WSGI_APPLICATION.rsplit(".", 1))]


def _require_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise CommandError(
            f"{host} 的 {port} 端口不能使用（{error.strerror}），请用 --port 另选（make demo PORT=8080）。\n"
            f"Port {port} of {host} cannot be used ({error.strerror}). "
            "Choose another with --port (make demo PORT=8080)."
        ) from error


def _require_database() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            "数据库尚未建立或版本较旧，请先执行 chuangwen init。\n"
            "The database is not there or not up to date; run `chuangwen init` first."
        )
