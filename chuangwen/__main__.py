"""`chuangwen`: the one command for everything; each line of the table below is a management command."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence

# Group → command → what it does, as `chuangwen --help` prints it.
COMMANDS: dict[str, dict[str, str]] = {
    "Start": {
        "init": "write fresh secrets, create or upgrade the database",
        "found": "enter a territory and its civility office into an empty directory",
        "demo": "load the invented demo city once, print its accounts",
        "serve": "web server and worker, one process tree on one port",
        "worker": "only the worker, beside a web server of your own",
    },
    "Work": {
        "plan": "draft the task table of a speech or document",
        "standard": "read a table of assessment: criteria, rules, doubts",
        "papers": "check the templates of papers, or copy them to edit",
        "appoint": "give a person a post, opening the account if it is new",
        "succeed": "end a merged or renamed unit, handing its open cases to its successor",
        "calendar": "show or import the State Council's table of a year",
        "reset_factor": "take away the lost second factor of a person",
    },
    "Check": {
        "verify": "prove that the journal was not altered",
        "draw": "make the draw of an inspection again, and compare",
        "reindex": "build the index of the search anew",
        "tally": "compare the tallies with the cases, count anew if they are wrong",
        "messages": "update, check or compile the translations",
        "docs": "draw lifecycles, problems and tables into the documentation",
    },
}
# These touch neither database nor secrets, and so work before `chuangwen init`.
TOOLS = {"plan", "standard", "draw", "messages", "docs"}
NAMES = {name: group for group, names in COMMANDS.items() for name in names}


def usage() -> str:
    """The text of `chuangwen --help`."""
    width = max(map(len, NAMES)) + 2
    lines = [
        "Chuangwen (创文): from the meeting speech to the plaque.",
        "",
        "usage: chuangwen COMMAND [options]",
        "",
    ]
    for group, names in COMMANDS.items():
        lines += [f"{group}:", *(f"  {name:<{width}}{words}" for name, words in names.items()), ""]
    lines += [
        "`chuangwen COMMAND --help` explains a command; `chuangwen manage …` passes anything else to Django.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 1 when the settings forbid it, 2 when there is no such command."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangwen.settings")
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())  # noqa: T201
        return 0
    name, *rest = arguments
    if name == "manage":
        arguments = rest
    elif name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        print(f"chuangwen: there is no command `{name}`.{hint} See `chuangwen --help`.", file=sys.stderr)  # noqa: T201
        return 2
    if name in TOOLS:
        os.environ["CHUANGWEN_MODE"] = "tool"
    if name == "init":
        from chuangwen.core.founding import write_environment

        write_environment(demo="--demo" in rest)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["chuangwen", *arguments])
    except ImproperlyConfigured as reason:
        print(f"chuangwen: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
