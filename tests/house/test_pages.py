"""Every page has a test that counts its queries: a list of a thousand costs what a list of ten does."""

from __future__ import annotations

import ast
import inspect
import textwrap

from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.tree import files, floors

# Pages without a count, and why.
UNCOUNTED: dict[str, str] = {}


def pages(resolver: URLResolver, namespace: str = ""):
    """Names of the house's own addresses that answer to GET, with their views."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from pages(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and namespace in floors() and not posts_only(entry.callback):
            yield f"{namespace}:{entry.name}"


def posts_only(view) -> bool:
    source = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view)))).body[0]
    return "require_POST" in {ast.unparse(decorator) for decorator in getattr(source, "decorator_list", [])}


def counted(tests: str) -> set[str]:
    """Names of addresses in the test functions of a module that count queries."""
    functions = [node for node in ast.walk(ast.parse(tests)) if isinstance(node, ast.FunctionDef)]
    counting = [node for node in functions if "num_queries(" in ast.unparse(node)]
    strings = (
        node.value for function in counting for node in ast.walk(function) if isinstance(node, ast.Constant)
    )
    return {value for value in strings if isinstance(value, str) and ":" in value}


def test_a_count_is_recognised():
    test = 'def test_desk(client):\n    with assert_num_queries(5):\n        client.get(reverse("web:desk"))'
    assert counted(test) == {"web:desk"}
    assert counted(test.replace("assert_num_queries(5)", "nothing()")) == set()


def test_every_page_has_its_count():
    found = {
        name
        for path in files(".py")
        if path.name.startswith("test_")
        for name in counted(path.read_text("utf-8"))
    }
    wanted = set(pages(get_resolver()))
    assert wanted
    assert sorted(wanted - found - UNCOUNTED.keys()) == []
    assert sorted(UNCOUNTED.keys() & found) == []
    assert UNCOUNTED.keys() <= wanted
