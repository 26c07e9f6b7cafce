"""How much memory a running installation takes, as Linux tells it of each process."""

from __future__ import annotations

from pathlib import Path


def peaks(root: int) -> dict[str, float]:
    """The peak of resident memory in MB of each process below ``root``, which it is itself."""
    found, waiting = {}, [root]
    while waiting:
        pid = waiting.pop()
        folder = Path(f"/proc/{pid}")
        line = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
        words = (folder / "cmdline").read_bytes().decode().split("\0")
        name = next((word for word in ("granian", "worker") if word in words), "serve")
        found[f"{name} {pid}"] = int(line.split()[1]) / 1024
        waiting += map(int, (folder / "task" / str(pid) / "children").read_text().split())
    return found
