"""The tags of every template: icons, deadlines, states."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from chuangwen.core import calendar
from chuangwen.core.templatetags.house import TONE_ICONS, due, guessed_years, icon


def drawn(source, **context):
    with override("en"):
        return Template(source).render(Context(context))


@pytest.fixture
def icons(settings, tmp_path):
    """A set of one icon, with the invisible square that Tabler draws first."""
    square = '<path stroke="none" d="M0 0h24v24H0z" fill="none"/>'
    (tmp_path / "bell.svg").write_text(
        f'<svg>{square}<path d="M1 2"/><path d="M3 4" /></svg>', encoding="utf-8"
    )
    settings.ICONS_DIR = tmp_path


def test_an_icon_is_drawn_for_the_eye_only(icons):
    svg = drawn("{% icon 'bell' %}")
    assert svg.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in svg
    assert svg.endswith('<path d="M1 2"/><path d="M3 4"/></svg>')


@pytest.mark.parametrize("name", ["no-such", "../bell", ""])
def test_an_unknown_icon_is_an_error_not_a_gap(icons, name):
    with pytest.raises(LookupError, match="there is no icon"):
        icon(name)


@pytest.mark.parametrize("name", sorted(set(TONE_ICONS.values())))
def test_every_icon_of_a_tone_exists(name):
    assert "<path" in icon(name)


def test_a_state_is_a_word_with_a_colour_and_a_shape():
    badge = drawn("{% state_badge label tone %}", label="sent <back>", tone="orange")
    assert '<span class="badge bg-orange-lt"><svg' in badge
    assert badge.strip().endswith("</svg>sent &lt;back&gt;</span>")


def nearness(day, closed_at=None):
    with override("en"):
        found = due({}, day, closed_at)["nearness"]
    return found.words, found.tone


def in_working_days(days):
    return calendar.add_working_days(timezone.localdate(), days)


def a_working_day_before(days):
    """A day so many working days before today."""
    today = day = timezone.localdate()
    while calendar.working_days_left(today, day) < days:
        day -= timedelta(days=1)
    return day


def test_a_deadline_says_how_near_it_is():
    assert nearness(timezone.localdate()) == ("due today", "orange")
    assert nearness(in_working_days(1)) == ("1 working day left", "green")
    assert nearness(in_working_days(4)) == ("4 working days left", "green")


def test_a_deadline_that_has_passed_says_by_how_much():
    words, tone = nearness(a_working_day_before(5))
    assert (words, tone) == ("5 working days late", "orange")


def test_today_is_the_citys_day_not_the_servers(monkeypatch):
    # Six in the morning of 11 October in Shanghai is still the evening of the 10th in London.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 10, 22, 0, tzinfo=UTC))
    assert nearness(date(2026, 10, 11)) == ("due today", "orange")
    assert nearness(date(2026, 10, 10))[1] == "orange"


def test_a_closed_case_says_whether_its_deadline_was_met():
    # 17:00 UTC on the 9th is one in the morning of the 10th in the city.
    closed = datetime(2026, 10, 9, 17, 0, tzinfo=UTC)
    assert nearness(date(2026, 10, 10), closed) == ("met", "secondary")
    assert nearness(date(2026, 10, 9), closed) == ("closed late", "secondary")


def test_a_deadline_is_drawn_with_its_weekday():
    html = drawn("{% due day closed %}", day=date(2026, 10, 10), closed=datetime(2026, 10, 1, tzinfo=UTC))
    assert '<time datetime="2026-10-10">2026-10-10 Sat</time>' in html
    with override("zh-hans"):
        assert "2026-10-10 星期六" in Template("{% due day %}").render(Context({"day": date(2026, 10, 10)}))


def test_a_case_without_deadline_says_so():
    assert "no deadline" in drawn("{% due none %}")


@dataclass(frozen=True)
class Red:
    label = "red slip"
    tone = "red"
    icon = "alert-triangle"


def test_a_slip_gives_its_word_colour_and_icon():
    html = drawn("{% due day none slip %}", day=a_working_day_before(2), slip=Red())
    assert '<span class="badge bg-red-lt"><svg' in html
    assert "red slip · 2 working days late</span>" in html
    assert "orange" not in html


def guessed(*days, closed=None):
    request = HttpRequest()
    for day in days:
        due({"request": request}, day, closed)
    return guessed_years({"request": request})


def test_a_page_knows_the_years_counted_without_a_table():
    this, far = timezone.localdate(), date(2041, 10, 8)
    assert guessed(far, far).endswith("、2039、2040、2041")
    assert guessed(this) == guessed() == guessed(far, closed=datetime(2026, 10, 1, tzinfo=UTC)) == ""
    assert guessed_years({}) == ""
