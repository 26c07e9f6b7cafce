"""What the journal says of standards, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "standard.draft": _("Standard drafted"),
    "standard.edit": _("Standard edited"),
    "standard.discard": _("Draft of a standard discarded"),
    "standard.publish": _("Standard published"),
    "round.open": _("Self-reports asked for"),
    "self_report.answer": _("Criterion answered"),
    "self_report.drop_proof": _("Evidence taken out"),
    "round.panel": _("Panel of reviewers named"),
    "round.draw": _("Reviewers drawn"),
    "review.mark": _("Criterion marked"),
    "objection.raise": _("Objected to a line"),
    "round.consult": _("Opinions asked for"),
    "opinion.say": _("Opinions given"),
    "standard.retire": _("Standard retired"),
}
