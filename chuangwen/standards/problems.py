"""The errors that an office can cause with its standards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.core.problems import Kind

PUBLISHED = Kind(
    "standard.published",
    409,
    _(
        "“%(name)s” has been published and is kept as it is, for units are measured by it. "
        "Make a new version, change that, and publish it."
    ),
)
STALE = Kind(
    "standard.stale",
    409,
    _(
        "Somebody else has changed this standard since you opened it. What you typed is kept below; "
        "compare it with the standard as it is now and save again."
    ),
)
TAKEN = Kind(
    "standard.taken",
    409,
    _("The code “%(code)s” is taken by another standard of this office. Choose another."),
)
NOT_READY = Kind(
    "standard.not_ready",
    409,
    _("This standard cannot be published yet (%(count)s points are open). The first is: %(first)s"),
)
SUMS = Kind(
    "standard.sums",
    409,
    _(
        "The points do not agree in %(count)s places. The first is: %(first)s Correct them, or say why the "
        "standard shall be published with them all the same."
    ),
)
NOT_PUBLISHED = Kind(
    "standard.not_published",
    409,
    _("“%(name)s” is %(state)s. This can be done only with a published standard."),
)
IN_USE = Kind(
    "standard.in_use",
    409,
    _("“%(name)s” is used by self-reports, so it is kept. Make a new version and leave it out there."),
)
ROUND_OVER = Kind(
    "round.over", 400, _("The last day for filing, %(day)s, has passed already. Choose a later one.")
)
ROUND_OPEN = Kind(
    "round.open",
    409,
    _("This campaign asks for self-reports by “%(name)s” already. They are on the units' desks."),
)
NO_UNITS = Kind(
    "round.no_units",
    409,
    _(
        "No unit of the campaign's territory is of a peer group that the standard is for. "
        "Choose another campaign."
    ),
)
ANSWER_STALE = Kind(
    "answer.stale",
    409,
    _(
        "Somebody else of your unit has changed this answer since you opened it. What you typed is kept "
        "below; open the page once more beside it, compare, and save again."
    ),
)
STATEMENT_LONG = Kind(
    "answer.too_long",
    400,
    _("The statement has %(length)s characters; at most %(limit)s are read. Shorten it."),
)
INCOMPLETE = Kind(
    "self_report.incomplete",
    409,
    _(
        "%(count)s criteria lack something; the first is: %(first)s. Complete them, or tick that it shall be "
        "filed as it is."
    ),
)
NO_PANEL = Kind(
    "panel.missing",
    409,
    _("Nobody is named to review this round yet. Name the panel of reviewers first."),
)
NOT_A_REVIEWER = Kind(
    "panel.not_a_reviewer",
    409,
    _(
        "%(name)s cannot review this round: reviewers hold a post of inspector or delegate, and are neither "
        "of the office that runs it nor auditors, who see what everyone gives. Choose somebody else."
    ),
)
PANEL_DRAWN = Kind(
    "panel.drawn",
    409,
    _(
        "Reviewers have been drawn by these rules, so the difference, the days for objections and what the "
        "draw is made from stand. Reviewers and the last day can still be changed."
    ),
)
REVIEW_OVER = Kind(
    "panel.over", 400, _("The last day for reviewing, %(day)s, has passed already. Choose a later one.")
)
NOTHING_TO_DRAW = Kind(
    "panel.nothing_to_draw",
    409,
    _("Every self-report that was filed has its reviewers. Draw again when more are filed."),
)
NO_REVIEWER_LEFT = Kind(
    "panel.nobody_left",
    409,
    _(
        "%(count)s self-reports have no reviewer left who is free for them, so nothing was assigned. The "
        "first is of %(first)s (%(why)s). Add reviewers from elsewhere to the panel and draw again."
    ),
)
MARK_STALE = Kind(
    "mark.stale",
    409,
    _(
        "You have marked this criterion in another window since you opened it here. What you typed is kept "
        "below; compare it and save again."
    ),
)
MARK_IMPOSSIBLE = Kind("mark.impossible", 400, _("The rule can give no points for this: %(what)s"))
MARK_SILENT = Kind(
    "mark.no_reason",
    400,
    _("Points are deducted here (%(points)s of %(all)s are given). Say why: the unit will read it."),
)
UNMARKED = Kind(
    "review.unmarked",
    409,
    _("%(count)s criteria are not marked yet; the first is: %(first)s. Mark them, then submit the review."),
)
NOTHING_TO_RELEASE = Kind(
    "result.nothing",
    409,
    _("No review is waiting to be released. Release again when more reviews are submitted."),
)
OBJECTION_OVER = Kind(
    "objection.over",
    409,
    _("Objections were possible until %(day)s. The result stands; ask the office if something has come up."),
)
OBJECTED = Kind(
    "objection.twice",
    409,
    _("Your unit has objected to this line already. The result leads to the objection and to its answer."),
)
OPINION_OVER = Kind(
    "opinion.over", 400, _("The last day for answering, %(day)s, has passed already. Choose a later one.")
)
ASKED_ALREADY = Kind(
    "opinion.asked",
    409,
    _("%(name)s is asked for opinions in this round already. Withdraw that request first, or leave it out."),
)
SILENT_FACTS = Kind("opinion.silent", 400, _("Say what the facts about %(unit)s are."))
OPINIONS_LEFT = Kind(
    "opinion.left",
    409,
    _("%(count)s units are still without an opinion; the first is %(first)s. Give it, then send all."),
)
