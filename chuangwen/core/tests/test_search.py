"""Words are found whatever the database, and the index follows the journal."""

import pytest
from django.db import connection, transaction

from chuangwen.core import search
from chuangwen.core.journal import record, sequence
from chuangwen.core.models import SearchCursor, SearchEntry
from chuangwen.core.search import Excerpt, Source, excerpt, follow, found, index, rebuild, tokens

TEXTS = {
    1: "各单位要在九月底前召开动员会",
    2: "文明用语、文明服务进机关",
    3: "水利局关于 ODK-2026 平台的报告",
    4: "全市文明单位创建工作",
    5: "ＡＢＣ局　Ｌａｔｉｎ words and Größe, 第12号",
}


@pytest.fixture
def texts(db):
    assert index("text", TEXTS.items()) == len(TEXTS)


def keys(query, kind="text"):
    return sorted(row["key"] for row in found(kind, query))


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("文明", [2, 4]),
        ("动员", [1]),
        ("员会", [1]),
        ("水", [3]),
        ("会", [1]),
        ("文明单位", [4]),
        ("文明 机关", [2]),
        ("单位", [1, 4]),
        ("明文", []),
        ("文单", []),
        ("odk", [3]),
        ("202", [3]),
        ("2026", [3]),
        ("026", []),
        ("abc局", [5]),
        ("latin", [5]),
        ("GRÖSSE", [5]),
        ("größe", [5]),
        ("第12号", [5]),
        ("水利局报告", []),
        ("水利局 报告", [3]),
        ("，。", []),
        ("", []),
        ('文明" OR "水利', []),
        ("文明) | (水利", []),
        ("words:水利", []),
    ],
)
def test_found(query, expected):
    assert keys(query) == expected


@pytest.mark.usefixtures("texts")
def test_kinds_do_not_mix():
    index("other", [(4, "文明"), (9, "text")])
    assert keys("文明") == [2, 4]
    assert keys("文明", "other") == [4]
    assert keys("文明", "nothing") == []


@pytest.mark.usefixtures("texts")
def test_words_written_anew_replace_the_old_ones():
    index("text", [(2, "整改通知")])
    assert keys("文明") == [4]
    assert keys("整改") == [2]
    assert SearchEntry.objects.count() == len(TEXTS)


def test_the_last_letter_of_a_run_is_a_token_too():
    assert [len(token) for token in tokens("文明a")] == [11, 6, 2]
    assert tokens("") == tokens("。、—_") == []


@pytest.fixture
def pages(db, monkeypatch):
    """Things that change with the journal's events; read as often as they are asked for."""
    things = {"page:1": (1, "动员会"), "page:2": (2, "部署会")}
    asked = []

    def read(subjects):
        asked.append(subjects)
        return [thing for subject, thing in things.items() if subjects is None or subject in subjects]

    monkeypatch.setattr(search, "SOURCES", {})
    search.register(Source("page", read))
    return things, asked


def happen(*subjects):
    with transaction.atomic():
        for subject in subjects:
            record(actor="clock", verb="page.edit", subject=subject)
    sequence()


def test_the_index_follows_the_journal(pages, monkeypatch):
    monkeypatch.setattr(search, "BATCH", 2)
    things, asked = pages
    assert follow() == 0
    happen("page:1", "page:1", "other:1")
    assert follow() == 3
    assert asked == [["page:1"], ["other:1"]]
    assert (keys("动员", "page"), keys("部署", "page")) == ([1], [])
    things["page:1"] = (1, "系统会")
    happen("page:1", "page:2")
    assert follow() == 2
    assert (keys("动员", "page"), keys("系统", "page"), keys("部署", "page")) == ([], [1], [2])
    assert SearchCursor.objects.get().position == 5
    assert follow() == 0


def test_what_has_no_place_in_the_journal_yet_waits(pages):
    with transaction.atomic():
        record(actor="clock", verb="page.edit", subject="page:1")
    assert follow() == 0
    sequence()
    assert follow() == 1


def test_rebuilding_forgets_what_is_gone(pages):
    index("page", [(7, "旧页")])
    assert rebuild() == {"page": 2}
    assert (keys("旧页", "page"), keys("部署", "page")) == ([], [2])


def test_an_index_answers_not_a_scan(texts):
    index("text", ((number, f"第{number}号") for number in range(100, 3000)))
    sought = found("text", "动员")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE core_searchentry")
    plan = sought.explain()
    assert "SCAN core_searchentry" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("部署", Excerpt("…" + "乙" * 40, "部署", "丙" * 40 + "…")),
        ("甲", Excerpt("", "甲", "甲" * 40 + "…")),
        ("无", Excerpt("甲" * 50 + "乙" * 30 + "…", "", "")),
    ],
)
def test_excerpt(query, expected):
    assert excerpt("甲" * 50 + "乙" * 40 + "部署" + "丙" * 50, query) == expected


def test_an_excerpt_shows_the_letters_as_written():
    assert excerpt("see\n the ODK  door", "odk 无") == Excerpt("see the ", "ODK", " door")
