"""Each rule of the house fails on a bad sample and passes a good one that looks like it."""

import ast

import pytest

from tests.house import rules


def lines(found):
    return [line for line, _what in found]


def test_a_file_of_401_lines_is_too_long():
    assert lines(rules.long_file("x\n" * 401)) == [401]
    assert lines(rules.long_file("x\n" * 400)) == []


def test_a_function_of_41_lines_is_too_long_and_its_docstring_does_not_count():
    body = "    pass\n" * 40
    docstring = '    """One.\n\n    Three.\n    """\n'
    assert lines(rules.long_functions(ast.parse(f"def f():\n{body}"))) == [1]
    assert lines(rules.long_functions(ast.parse(f"def f():\n{docstring}{body[:-9]}"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "import django.db.models.signals",
    ],
)
def test_model_signals_are_found(source):
    assert lines(rules.signals(ast.parse(source))) == [1]
    assert lines(rules.signals(ast.parse("from django.db.models import Q"))) == []


@pytest.mark.parametrize(
    "call",
    [
        "unit.save()",
        "unit.save(update_fields=['name'])",
        "form.save()",
        "Unit.objects.create(name='x')",
        "unit.delete()",
        "Unit.objects.filter(pk=1).delete()",
        "Unit.objects.filter(pk=1).update(name='x')",
        "manager.bulk_create(rows, batch_size=500)",
        "manager.bulk_update(rows, ['name'])",
        "manager.get_or_create(pk=1)",
        "manager.update_or_create(pk=1)",
        "unit.systems.add(system)",
        "unit.systems.set([])",
        "cursor.execute('DELETE FROM unit')",
        "cursor.executemany(statement, rows)",
        "connection.cursor().execute(f'UPDATE {table}')",
    ],
)
def test_a_call_that_writes_is_found(call):
    assert lines(rules.writes(ast.parse(call), {"systems"})) == [1]


@pytest.mark.parametrize(
    "call",
    [
        "names.update(other)",
        "digest.update(data)",
        "document.save(path)",
        "form.save(commit=False)",
        "image.save(buffer, format='PNG')",
        "seen.add(unit)",
        "self.seen.add(unit)",
        "names.remove('x')",
        "cache.delete('key')",
        "cursor.execute('SELECT 1')",
        "Unit.objects.filter(pk=1)",
        "executor.execute(job)",
    ],
)
def test_a_call_that_only_looks_like_a_write_is_not(call):
    assert lines(rules.writes(ast.parse(call), {"systems"})) == []


def test_floats_transactions_and_requests_are_found():
    assert lines(rules.floats(ast.parse("points = models.FloatField()"))) == [1]
    assert lines(rules.floats(ast.parse("points = models.DecimalField()"))) == []
    assert lines(rules.transactions(ast.parse("with transaction.atomic(): pass"))) == [1]
    assert lines(rules.transactions(ast.parse("on_commit(f)"))) == []
    assert lines(rules.requests(ast.parse("def send(*, request): pass"))) == [1]
    assert lines(rules.requests(ast.parse("def send(*, actor): pass"))) == []


def test_a_view_says_which_methods_it_takes():
    view = "def desk(request: HttpRequest) -> HttpResponse: pass"
    helper = "def form_of(request: HttpRequest) -> Form: pass"
    assert lines(rules.open_methods(ast.parse(view))) == [1]
    assert lines(rules.open_methods(ast.parse(f"@require_GET\n{view}"))) == []
    assert lines(rules.open_methods(ast.parse(f"@require_http_methods(['GET'])\n{view}"))) == []
    assert lines(rules.open_methods(ast.parse(helper))) == []


@pytest.mark.parametrize(
    "template",
    [
        "<script>alert(1)</script>",
        "<style>p {}</style>",
        '<p style="color: red">',
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        '<a hx-on:click="go()">',
        """<a hx-vals='js:{x: 1}'>""",
    ],
)
def test_inline_code_is_found(template):
    assert lines(rules.inline_code(f"\n{template}")) == [2]


def test_a_script_by_address_is_not_inline():
    assert lines(rules.inline_code('<script type="module" src="{% static "web/a.js" %}"></script>')) == []


def test_a_post_form_needs_its_token():
    assert lines(rules.open_forms('<form method="post">\n</form>')) == [1]
    assert lines(rules.open_forms('<form class="x"\n method="POST"></form>')) == [1]
    assert lines(rules.open_forms('<form method="post">{% csrf_token %}</form>')) == []
    assert lines(rules.open_forms('<form method="get"></form>')) == []


def test_unescaped_output_is_found():
    assert lines(rules.unescaped("{{ text|safe }}")) == [1]
    assert lines(rules.unescaped("{% autoescape off %}")) == [1]
    assert lines(rules.unescaped("{{ text|linebreaks }}")) == []
    assert lines(rules.marked_safe(ast.parse("mark_safe(x)"))) == [1]
    assert lines(rules.marked_safe(ast.parse("safestring.SafeString(x)"))) == [1]
    assert lines(rules.marked_safe(ast.parse("map(mark_safe, x)"))) == [1]
    assert lines(rules.marked_safe(ast.parse("def icon() -> SafeString: return format_html(x)"))) == []


def test_sentences_that_cannot_be_translated_are_found():
    assert lines(rules.bare_text("<p>\nSign <b>{{ here }}</b></p>")) == [1]
    assert lines(rules.bare_text('<input placeholder="Name">')) == [1]
    assert lines(rules.bare_text("<p>签收</p>")) == [1]
    good = """
    {% comment %} Words for readers of the source {% endcomment %}{# and these #}
    <p class="text-muted" aria-label="{% translate "Unit" %}">{% translate "Sign" %} → {{ unit }}
    {% blocktranslate trimmed with name=unit.name %}Dear {{ name }}{% endblocktranslate %}</p>
    """
    assert lines(rules.bare_text(good)) == []
