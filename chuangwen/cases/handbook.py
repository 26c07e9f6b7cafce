"""The parts of the documentation that are drawn from the program: commands, lifecycles, problems, tables.

Each function returns the whole text of one Markdown file; ``chuangwen docs`` writes them, and a test fails
when what is committed is not what would be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db.models import Model
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from chuangwen.cases.lifecycle import LIFECYCLES, Lifecycle, Move, Text
from chuangwen.core.problems import CATALOGUE

_DRAWN = "<!-- Drawn by `chuangwen docs` from the program; do not edit. -->"


def lifecycles() -> str:
    """One state diagram and one table of moves for each kind of case."""
    parts = [_DRAWN, "# Lifecycles 状态与办理", *(part for row in _ordered() for part in _lifecycle(row))]
    return "\n\n".join(parts) + "\n"


def problems() -> str:
    """Every error that a user can cause, with its code."""
    autodiscover_modules("problems")
    rows = [
        (f"`{kind.code}`", str(kind.status), english(kind.sentence), chinese(kind.sentence))
        for _code, kind in sorted(CATALOGUE.items())
    ]
    table = _table(("Code", "HTTP", "English", "中文"), rows)
    return "\n\n".join([_DRAWN, "# Problems 错误目录", table]) + "\n"


def models() -> str:
    """Every table with what it is for and what it points at, from the ground floor up."""
    parts = [_DRAWN, "# Tables 数据表"]
    for config in reversed(
        [config for config in apps.get_app_configs() if config.name.startswith("chuangwen.")]
    ):
        if rows := [_model(model) for model in config.get_models()]:
            parts += [f"## {config.label}", _table(("Table", "中文", "What it is", "Points at"), rows)]
    return "\n\n".join(parts) + "\n"


def commands() -> str:
    """Every command of the house; Django's own are in its manual."""
    ours = sorted(
        (name, str(app)) for name, app in get_commands().items() if str(app).startswith("chuangwen.")
    )
    rows = [(f"`chuangwen {name}`", load_command_class(app, name).help) for name, app in ours]
    table = _table(("Command", "What it does"), rows)
    return "\n\n".join([_DRAWN, "# Commands 命令", table]) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "lifecycles.md": lifecycles,
    "models.md": models,
    "problems.md": problems,
}


def english(text: Text) -> str:
    with override("en"):
        return str(text)


def chinese(text: Text) -> str:
    with override("zh-hans"):
        return str(text)


def _both(text: Text) -> str:
    return f"{english(text)} {chinese(text)}"


def _ordered() -> list[Lifecycle]:
    return [LIFECYCLES[kind] for kind in sorted(LIFECYCLES)]


def _lifecycle(row: Lifecycle) -> Iterator[str]:
    yield f"## {_both(row.label)} (`{row.kind}`)"
    yield "```mermaid\n" + "\n".join(_diagram(row)) + "\n```"
    columns = ("Move", "English", "中文", "From", "To", "Who", "Asks for", "Not when")
    yield _table(columns, [_move(row, move) for move in row.moves])


def _diagram(row: Lifecycle) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state in row.states:
        yield f'    state "{_both(state.label)}" as {state.code}'
    yield f"    [*] --> {row.initial}"
    for move in row.moves:
        for source in move.sources:
            yield f"    {source} --> {move.target or source}: {english(move.label)}"
    for turn in row.turns:
        yield f"    {turn.source} --> {turn.target}: {english(turn.label)} (worker)"
    for state in row.states:
        if state.closed:
            yield f"    {state.code} --> [*]"


def _move(row: Lifecycle, move: Move) -> tuple[str, ...]:
    fields = getattr(move.form, "base_fields", {})
    return (
        f"`{move.name}`",
        english(move.label),
        chinese(move.label),
        ", ".join(english(row.state(code).label) for code in move.sources),
        english(row.state(move.target).label) if move.target else "as it was",
        english(move.who.label),
        ", ".join(english(field.label or name) for name, field in fields.items()),
        "; ".join(english(circumstance.reason) for circumstance in move.unless),
    )


def _model(model: type[Model]) -> tuple[str, ...]:
    options = model._meta  # noqa: SLF001 — Django's documented door to a model's description
    columns = (field for field in options.get_fields() if field.is_relation and not field.auto_created)
    return (
        f"`{options.object_name}`",
        chinese(options.verbose_name or ""),
        (model.__doc__ or "").strip().split("\n")[0],
        ", ".join(f"{column.name} → {_target(column)}" for column in columns),
    )


def _target(column: Any) -> str:
    label: str = column.related_model._meta.label  # noqa: SLF001
    return label


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar inside a cell would end it."""
    head = list(columns)
    cells = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
