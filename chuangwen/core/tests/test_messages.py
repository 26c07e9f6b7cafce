"""The catalogues are drawn, merged, checked and compiled as promised."""

import gettext
import os

import pytest
from babel.messages.pofile import write_po
from django.core.management import CommandError, call_command

from chuangwen.core import messages

PAGE = """
  <p>{% translate "Sign" %}</p>
{% blocktranslate trimmed with name=unit.name %}
    Dear {{ name }},
    sign.
{% endblocktranslate %}
{% blocktranslate count counter=n %}One unit{% plural %}{{ counter }} units{% endblocktranslate %}
        {% translate "State" context "of a case" %}
    {{ _("Late") }}
"""
MODULE = """
from django.utils.translation import gettext as _, pgettext_lazy
SENT = _("Sent %(count)d")
STATE = pgettext_lazy("of a country", "State")
"""
CHINESE = {
    (None, "Sign"): "签收",
    (None, "Dear %(name)s, sign."): "%(name)s，请签收。",
    (None, "One unit"): ("%(counter)s个单位",),
    ("of a case", "State"): "状态",
    (None, "Late"): "逾期",
    (None, "Sent %(count)d"): "已发送%(count)d件",
    ("of a country", "State"): "国家",
}


@pytest.fixture
def app(tmp_path):
    """An app with a page and a module, both with sentences."""
    files = {"templates/post/page.html": PAGE, "services.py": MODULE, "tests/test_page.py": '_("In a test")'}
    for name, text in files.items():
        path = tmp_path / "post" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return messages.App("post", tmp_path / "post")


def translate(app, **instead):
    """Fill the catalogue as a translator would; ``instead`` says some sentences otherwise."""
    messages.update(app)
    catalogue = app.read()
    for message in catalogue:
        if message.id:
            key = messages._key(message)
            message.string = instead[key.singular] if key.singular in instead else CHINESE[key]
    with app.catalogue.open("wb") as file:
        write_po(file, catalogue)


def test_every_sentence_is_drawn_with_its_context_and_plural(app):
    assert {messages._key(message) for message in app.draw() if message.id} == CHINESE.keys()
    plural = app.draw().get("One unit")
    assert plural is not None
    assert plural.id == ("One unit", "%(counter)s units")


def test_an_untranslated_catalogue_says_so(app):
    assert len(messages.check([app])) == len(CHINESE)
    messages.update(app)
    assert messages.check([app]) == [
        "post: not translated: 'Dear %(name)s, sign.'",
        "post: not translated: 'Late'",
        "post: not translated: 'One unit'",
        "post: not translated: 'Sent %(count)d'",
        "post: not translated: 'Sign'",
        "post: not translated: 'State'",
        "post: not translated: 'State'",
    ]


def test_a_translated_catalogue_is_in_order_and_stays_as_it_is(app):
    translate(app)
    assert messages.check([app]) == []
    messages.update(app)
    first = app.catalogue.read_bytes()
    os.utime(app.catalogue, (0, 0))
    messages.update(app)
    assert app.catalogue.read_bytes() == first
    assert app.catalogue.stat().st_mtime == 0
    assert messages.check([app]) == []
    assert b"POT-Creation-Date" not in first
    assert b"#: post/services.py\n" in first


def test_a_changed_source_keeps_what_it_can(app):
    translate(app)
    module = app.path / "services.py"
    module.write_text('_("Sign")\n_("Brought in step")\n', encoding="utf-8")
    assert messages.check([app]) == [
        "post: missing, run `chuangwen messages update`: 'Brought in step'",
        "post: obsolete, run `chuangwen messages update`: 'Sent %(count)d'",
        "post: obsolete, run `chuangwen messages update`: 'State'",
    ]
    messages.update(app)
    assert messages.check([app]) == ["post: not translated: 'Brought in step'"]
    assert app.read().get("Sign").string == "签收"


def test_a_source_without_sentences_has_no_catalogue(app):
    translate(app)
    (app.path / "services.py").write_text("", encoding="utf-8")
    (app.path / "templates" / "post" / "page.html").unlink()
    messages.update(app)
    assert not app.catalogue.exists()
    assert messages.compile_catalogue(app) is False


@pytest.mark.parametrize(
    ("sentence", "chinese", "fault"),
    [
        ("Sign", "", "not translated"),
        ("Sign", "Sign", "the translation is not Chinese"),
        ("Sent %(count)d", "已发送", "places differ, wanted ['%(count)d']"),
        ("Sent %(count)d", "已发送%(number)d件", "places differ, wanted ['%(count)d']"),
        ("One unit", ("一个单位",), "places differ, wanted ['%(counter)s']"),
    ],
)
def test_a_fault_of_a_translation_is_found(app, sentence, chinese, fault):
    translate(app, **{sentence: chinese})
    assert messages.check([app]) == [f"post: {fault}: {sentence!r}"]


@pytest.mark.parametrize(
    ("sentence", "chinese"), [("%(who)s of %(where)s", "%(where)s%(who)s"), (": ", "：")]
)
def test_places_and_signs_need_no_chinese_word(app, sentence, chinese):
    (app.path / "services.py").write_text(f"_({sentence!r})", encoding="utf-8")
    translate(app, **{sentence: chinese})
    assert messages.check([app]) == []


def test_a_doubtful_translation_is_found(app):
    translate(app)
    text = app.catalogue.read_text(encoding="utf-8")
    app.catalogue.write_text(text.replace('msgid "Sign"', '#, fuzzy\nmsgid "Sign"'), encoding="utf-8")
    assert messages.check([app]) == ["post: marked fuzzy: 'Sign'"]
    messages.update(app)
    assert messages.check([app]) == ["post: marked fuzzy: 'Sign'"]


def test_a_chinese_sentence_in_the_source_is_found(app):
    (app.path / "services.py").write_text('_("签收")', encoding="utf-8")
    messages.update(app)
    assert "post: not translated: '签收'" in messages.check([app])
    text = app.catalogue.read_text(encoding="utf-8")
    app.catalogue.write_text(
        text.replace('msgid "签收"\nmsgstr ""', 'msgid "签收"\nmsgstr "签收"'), encoding="utf-8"
    )
    assert "post: the sentence in the source is not English: '签收'" in messages.check([app])


def test_two_apps_may_not_say_one_sentence_differently(app, tmp_path):
    other = messages.App("mail", tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "views.py").write_text('_("Sign")', encoding="utf-8")
    translate(app)
    translate(other)
    assert messages.check([app, other]) == []
    translate(other, Sign="签字")
    assert messages.check([app, other]) == [
        "post and mail translate 'Sign' differently; use one word or pgettext"
    ]


def test_compiling_writes_what_gettext_reads_and_only_when_stale(app):
    translate(app)
    assert messages.compile_catalogue(app) is True
    assert messages.compile_catalogue(app) is False
    with app.catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Sign") == "签收"
    assert compiled.pgettext("of a case", "State") == "状态"
    assert compiled.ngettext("One unit", "%(counter)s units", 2) == "%(counter)s个单位"
    assert [path.suffix for path in sorted(app.catalogue.parent.iterdir())] == [".mo", ".po"]
    os.utime(app.catalogue.with_suffix(".mo"), (0, 0))
    assert messages.compile_catalogue(app) is True


def test_the_command_walks_the_house(app, monkeypatch):
    monkeypatch.setattr(messages, "house", lambda: [app])
    call_command("messages", "update")
    with pytest.raises(CommandError, match="post: not translated: 'Late'"):
        call_command("messages", "check")
    translate(app)
    call_command("messages", "check")
    call_command("messages", "compile")
    assert app.catalogue.with_suffix(".mo").exists()


def test_the_house_has_its_apps_and_no_others():
    names = [app.name for app in messages.house()]
    assert "core" in names
    assert "auth" not in names
