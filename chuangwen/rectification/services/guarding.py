"""The triggers that guard the closing of orders, put in place and taken away around changes of tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from chuangwen.rectification import triggers


def remove() -> None:
    """Before tables change: SQLite renames no table while a trigger speaks of one that is away."""
    _run(triggers.drop(connection.vendor))


@transaction.atomic
def keep() -> None:
    """After tables have changed: put the triggers in place, anew."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if set(triggers.TABLES) <= set(tables):
        remove()
        _run(triggers.create(connection.vendor))


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
