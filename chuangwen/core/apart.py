"""A function in a process of its own: what it takes of memory is given back, and what never ends is stopped.

The process begins anew, without Django and with nothing of ours in its memory; what goes to it and comes back
are plain values. A thread could be neither stopped nor emptied.
"""

from __future__ import annotations

import logging
import pickle
import resource
import subprocess
import sys
from importlib import import_module
from typing import Any

SECONDS = 60  # of computing, for what is our own and not a stranger's
_TOLD = 2000  # characters of what a process said when it died

logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """The function took more time or memory than it was given, or its process died of something else."""


def call(function: str, *arguments: Any, seconds: int = SECONDS, memory: int = 0) -> Any:
    """What the function of that dotted name returns for ``arguments``; what it raises is raised here.

    ``seconds`` are of computing, ``memory`` bytes of address space, as many as it likes with 0; beyond either
    it ends in ``StoppedError``.
    """
    command = [sys.executable, "-P", "-m", __name__, function, str(seconds), str(memory)]
    try:
        # Twice the time on the wall, for a machine that is busy.
        done = subprocess.run(  # noqa: S603 - this very file
            command, input=pickle.dumps(arguments), capture_output=True, timeout=2 * seconds, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise StoppedError(function) from late
    if done.returncode:
        logger.warning(
            "%s ended with %s: %s", function, done.returncode, done.stderr[-_TOLD:].decode(errors="replace")
        )
        raise StoppedError(function)
    result, error = pickle.loads(done.stdout)  # noqa: S301 - written below
    if error:
        raise error
    return result


def _main() -> None:
    name, seconds, memory = sys.argv[1], *map(int, sys.argv[2:])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    answer, sys.stdout = sys.stdout, sys.stderr  # so that nothing that is printed gets into the answer
    arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - written above
    module, _dot, function = name.rpartition(".")
    result, error = None, None
    try:
        result = getattr(import_module(module), function)(*arguments)
    except Exception as raised:  # raised anew where it was called
        error = raised
    answer.buffer.write(pickle.dumps((result, error)))


if __name__ == "__main__":
    _main()
