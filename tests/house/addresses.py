"""The addresses of the product as its resolver has them, so that no list of a test can forget one."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver

_PART = re.compile(r"<(?P<kind>\w+):\w+>")
# What stands for a part of an address where nothing need be found there.
NO_UUID = "00000000-0000-0000-0000-000000000000"
_SAMPLES = {"int": "1", "str": "X", "slug": "x", "uuid": NO_UUID}


@dataclass(frozen=True)
class Address:
    """One address: its name with its namespace, its pattern as ``urls.py`` writes it, its view."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def sample(self) -> str:
        """A path that the resolver gives to this view."""
        return "/" + _PART.sub(lambda part: _SAMPLES[part["kind"]], self.pattern)

    @property
    def posts_only(self) -> bool:
        source = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(self.view)))).body[0]
        return "require_POST" in {ast.unparse(mark) for mark in getattr(source, "decorator_list", [])}


def addresses(resolver: URLResolver | None = None, space: str = "", before: str = "") -> Iterator[Address]:
    """Every address below ``resolver``, of other people's apps too."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, entry.namespace or space, pattern)
        else:
            yield Address(f"{space}:{entry.name}" if space else entry.name, pattern, entry.callback)
