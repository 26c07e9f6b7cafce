"""A yearly table newer than the one built in: entered whole or not at all, and counted by at once."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chuangwen.core import calendar, yearly_table
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem

YEAR = 2031  # not in any table yet
TABLE = f"""date,kind,name
{YEAR}-01-01,holiday,元旦
{YEAR}-05-01,holiday,劳动节
{YEAR}-05-02,holiday,劳动节
{YEAR}-05-04,workday,劳动节
{YEAR}-10-01,holiday,国庆节
"""


@pytest.fixture
def entered(settings, tmp_path, db):
    settings.CALENDAR_FILE = tmp_path / "calendar.csv"
    source = tmp_path / "table.csv"

    def enter(text):
        source.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("calendar", "import", str(source), stdout=out)
        return out.getvalue()

    return enter


def test_an_entered_year_is_published_and_counted_by(entered):
    friday, sunday = date(YEAR, 5, 2), date(YEAR, 5, 4)
    assert (friday.isoweekday(), sunday.isoweekday()) == (5, 7)
    assert (calendar.is_published(YEAR), calendar.is_working_day(friday)) == (False, True)
    assert entered(TABLE) == f"{YEAR}: 5 天 · days\n"
    assert calendar.is_published(YEAR)
    assert [calendar.is_working_day(day) for day in (friday, sunday)] == [False, True]
    assert calendar.is_working_day(date(YEAR, 10, 2))  # not named, a Thursday
    assert calendar.working_days_left(sunday, date(YEAR, 4, 30)) == 1


def test_what_was_entered_goes_before_what_is_built_in_and_leaves_other_years_alone(entered):
    entered(TABLE)
    entered("\ufeff2026-01-01,holiday,元旦\n\n2026-05-01,holiday,劳动节\n2026-10-01,holiday,国庆节\n")
    assert calendar.is_working_day(date(2026, 10, 2))  # a holiday in the built-in table
    assert not calendar.is_working_day(date(2026, 9, 20))  # a make-up day there
    assert not calendar.is_working_day(date(YEAR, 5, 2))
    assert calendar.is_working_day(date(2025, 9, 28))  # a Sunday made up, by the built-in table


def test_the_import_is_in_the_journal(entered):
    entered(TABLE)
    event = Event.objects.get(verb="calendar.import")
    assert (event.actor, event.data) == ("system", {"days": {str(YEAR): 5}, "source": "table.csv"})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("date,kind,name\n", 1),
        (TABLE + "2031-13-01,holiday,?\n", 7),
        (TABLE + "2031-06-02,feast,端午节\n", 7),
        (TABLE + "2031-06-02,holiday\n", 7),
        (TABLE + f"{YEAR}-05-01,holiday,劳动节\n", 7),
        (TABLE + f"{YEAR}-05-06,workday,劳动节\n", 7),  # a Tuesday, which is worked anyway
        (TABLE.replace(f"{YEAR}-10-01,holiday,国庆节\n", ""), "–"),
        (TABLE.replace(f"{YEAR}-01-01,holiday", f"{YEAR}-01-04,workday"), "–"),
    ],
)
def test_a_table_that_is_none_changes_nothing(entered, text, line):
    entered(TABLE)
    with pytest.raises(CommandError, match=r"calendar\.broken"):
        entered(text)
    with pytest.raises(Problem) as refused:
        yearly_table.parse(text)
    assert refused.value.details["line"] == line
    assert calendar.is_published(YEAR)
    assert Event.objects.filter(verb="calendar.import").count() == 1


def test_files_that_cannot_be_read_are_told_so(entered, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("calendar", "import", str(tmp_path / "none.csv"))
    (tmp_path / "gb.csv").write_bytes(b"\xff\xfe2031")
    with pytest.raises(CommandError, match=r"calendar\.broken"):
        call_command("calendar", "import", str(tmp_path / "gb.csv"))


def test_a_table_as_excel_writes_it_in_china_and_in_the_words_of_the_notice(entered, tmp_path):
    words = "日期,类型,名称\n2031/1/1,放假,元旦\n2031年5月1日,放假,劳动节\n2031-5-4,上班,劳动节\n"
    words += "2031.10.1,放假,国庆节\n"
    (tmp_path / "gb.csv").write_bytes(words.encode("gb18030"))
    call_command("calendar", "import", str(tmp_path / "gb.csv"))
    assert calendar.table_of(YEAR) == {
        date(YEAR, 1, 1): ("holiday", "元旦"),
        date(YEAR, 5, 1): ("holiday", "劳动节"),
        date(YEAR, 5, 4): ("workday", "劳动节"),
        date(YEAR, 10, 1): ("holiday", "国庆节"),
    }


def test_all_mistakes_are_told_each_with_its_line(entered):
    lines = ["2031-02-30,holiday,?", "2031-06-02,feast,端午节", "2031-06-03,holiday"]
    lines += ["2031-01-01,holiday,元旦", "2031-05-06,workday,劳动节"]
    tables, faults = yearly_table.check(TABLE + "\n".join(lines))
    assert [(fault.line, fault.words) for fault in faults] == list(enumerate(lines, start=7))
    assert len({str(fault.reason) for fault in faults}) == 5
    assert len(tables[YEAR]) == 5
    with pytest.raises(CommandError, match=r"(?s)7: 2031-02-30.*11: 2031-05-06"):
        entered(TABLE + "\n".join(lines))


def test_a_file_damaged_by_hand_is_logged_and_the_rest_goes_on(settings, tmp_path, caplog):
    settings.CALENDAR_FILE = tmp_path / "calendar.csv"
    settings.CALENDAR_FILE.write_text("what\n", encoding="utf-8")
    assert not calendar.is_published(YEAR)
    assert not calendar.is_published(YEAR)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert not calendar.is_working_day(date(2026, 10, 1))


def test_show_prints_what_import_reads(entered):
    out = StringIO()
    call_command("calendar", "show", "2026", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "date,kind,name"
    assert "2026-09-20,workday,National Day" in lines
    assert "2026-10-10,workday,National Day" in lines
    table = calendar.table_of(2026)
    entered(out.getvalue())
    assert calendar.table_of(2026) == table
    assert [calendar.is_working_day(date(2026, *day)) for day in ((9, 20), (10, 10), (10, 1))] == [
        True,
        True,
        False,
    ]


def test_show_says_when_a_year_is_not_published():
    with pytest.raises(CommandError, match="Monday to Friday"):
        call_command("calendar", "show", str(YEAR))
