"""The rules of the house that are read off the source, each as a function from source to findings.

A finding is the number of a line and what is wrong there. ``test_rules.py`` shows each rule failing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

Finding = tuple[int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef

FILE_LINES = 400
FUNCTION_LINES = 40

# Methods of models, managers and querysets that write. The named ones take keywords only, which tells them
# from dict.update(other), list.remove(x), document.save(path) and their like.
_WRITES = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create", "_raw_delete",
    "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
_WRITES_WITHOUT_POSITIONALS = {"save", "create", "delete", "asave", "acreate", "adelete", "create_user"}
_WRITES_WITH_KEYWORDS = {"update", "aupdate"}
_RELATION_WRITES = {"add", "set", "remove", "clear", "aadd", "aset", "aremove", "aclear"}
_READS_SQL = re.compile(r"\s*(SELECT|EXPLAIN|PRAGMA\s+\w+\s*$|SHOW)\b", re.IGNORECASE)

_TAG_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE)
_INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|\bhx-on\b|['\"]js:", re.IGNORECASE)
_FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b.*?</form>", re.IGNORECASE | re.DOTALL)
_UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off")

_HIDING = {"comment", "blocktranslate", "blocktrans", "verbatim"}
_SPOKEN = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
_WORD = re.compile(r"[A-Za-z\u3400-\u9fff]{2}")


def long_file(text: str) -> Iterator[Finding]:
    if (lines := text.count("\n")) > FILE_LINES:
        yield lines, f"{lines} lines, at most {FILE_LINES}"


def long_functions(module: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(module):
        if isinstance(node, Function) and (lines := _length(node)) > FUNCTION_LINES:
            yield node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"


def signals(module: ast.Module) -> Iterator[Finding]:
    """Imports of model signals: glue that nobody finds again; those of migrations are about tables."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        else:
            continue
        names -= {f"django.db.models.signals.{name}" for name in ("pre_migrate", "post_migrate")}
        if any(name.startswith("django.db.models.signals") for name in names):
            yield node.lineno, "imports model signals"


def floats(module: ast.Module) -> Iterator[Finding]:
    """Float columns: points are Decimal."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr == "FloatField":
            yield node.lineno, "FloatField"


def transactions(module: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr == "atomic":
            yield node.lineno, "opens a transaction"


def requests(module: ast.Module) -> Iterator[Finding]:
    """Functions that take a request."""
    for node in ast.walk(module):
        if isinstance(node, Function) and "request" in {argument.arg for argument in _arguments(node)}:
            yield node.lineno, f"{node.name} takes a request"


def open_methods(module: ast.Module) -> Iterator[Finding]:
    """Views that do not say which HTTP methods they take, so that a GET could write."""
    for node in module.body:
        if isinstance(node, Function) and _is_view(node):
            decorators = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
            if "require_" not in decorators:
                yield node.lineno, f"{node.name} takes any HTTP method"


def _is_view(node: Function) -> bool:
    first = [argument.arg for argument in _arguments(node)][:1]
    answers = node.returns is not None and "HttpResponse" in ast.unparse(node.returns)
    return first == ["request"] and answers and not node.name.startswith("_")


def writes(module: ast.Module, relations: Collection[str]) -> Iterator[Finding]:
    """Calls that write to the database; ``relations`` are the names of many-to-many and reverse relations."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_write(node, relations):
            yield node.lineno, f"writes: .{node.func.attr}()"


def _is_write(call: ast.Call, relations: Collection[str]) -> bool:
    assert isinstance(call.func, ast.Attribute)
    name, owner = call.func.attr, call.func.value
    if name == "save" and "commit=False" in map(ast.unparse, call.keywords):
        return False
    if name in {"execute", "executemany", "copy_expert", "copy"} and _names_cursor(owner):
        return not (
            call.args and isinstance(call.args[0], ast.Constant) and _READS_SQL.match(str(call.args[0].value))
        )
    if name in _RELATION_WRITES:
        return isinstance(owner, ast.Attribute) and owner.attr in relations
    return (
        name in _WRITES
        or (name in _WRITES_WITHOUT_POSITIONALS and not call.args)
        or (name in _WRITES_WITH_KEYWORDS and not call.args and bool(call.keywords))
    )


def _names_cursor(owner: ast.expr) -> bool:
    return "cursor" in ast.unparse(owner) or "connection" in ast.unparse(owner)


def _length(node: Function) -> int:
    """Lines from ``def`` to the end; the docstring, which we want long enough, does not count."""
    end, docstring = node.end_lineno or node.lineno, node.body[0]
    total = end - node.lineno + 1
    if ast.get_docstring(node) is not None:
        total -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return total


def _arguments(node: Function) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def inline_code(template: str) -> Iterator[Finding]:
    """Scripts, styles and handlers inside a template: the content security policy would block them."""
    for pattern in (_TAG_SCRIPT, _INLINE):
        for match in pattern.finditer(template):
            yield _line(template, match), f"inline code: {match[0].strip()}"


def open_forms(template: str) -> Iterator[Finding]:
    for match in _FORM.finditer(template):
        if "{% csrf_token %}" not in match[0]:
            yield _line(template, match), "a POST form without {% csrf_token %}"


def unescaped(template: str) -> Iterator[Finding]:
    for match in _UNESCAPED.finditer(template):
        yield _line(template, match), f"unescaped: {match[0]}"


def marked_safe(module: ast.Module) -> Iterator[Finding]:
    """Text declared to be markup; as a type, SafeString declares nothing."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("SafeString", "SafeText")):
            yield node.lineno, "SafeString is made of text"
        elif isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith("mark_safe"):
            yield node.lineno, "mark_safe"


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def bare_text(template: str) -> Iterator[Finding]:
    """Words that people see and that no catalogue can translate."""
    reader = _Reader()
    reader.feed("".join(_visible(template)))
    reader.close()
    yield from reader.found


def _visible(template: str) -> Iterator[str]:
    """The template with everything blanked that is a tag, a comment or translated."""
    closing = ""
    for token in Lexer(template).tokenize():
        words = token.contents.split()
        if token.token_type is TokenType.TEXT and not closing:
            yield token.contents
            continue
        yield "\n" * token.contents.count("\n")
        if token.token_type is not TokenType.BLOCK:
            continue
        if token.contents == closing:
            closing = ""
        elif not closing and words[0] in _HIDING:
            closing = f"end{words[0]}"


class _Reader(HTMLParser):
    """Collects the words that a browser would show or speak."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in _SPOKEN and _WORD.search(value or ""):
                self.found.append((self.getpos()[0], f"not translated: {name}={value}"))

    def handle_data(self, data: str) -> None:
        if _WORD.search(data):
            self.found.append((self.getpos()[0], f"not translated: {data.strip()}"))
