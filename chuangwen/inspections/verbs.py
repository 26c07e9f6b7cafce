"""What the journal says of inspections, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "year_plan.begin": _("Yearly plan begun"),
    "year_plan.add_line": _("Line added to the yearly plan"),
    "year_plan.drop_line": _("Line taken out of the yearly plan"),
    "year_plan.file": _("Yearly plan filed"),
    "inspection.open": _("Inspection opened"),
    "inspection.check": _("What is looked at was set"),
    "inspection.reveal": _("Opened by its bulletin"),
    "point.add": _("Point of a unit entered"),
    "point.set": _("Point of a unit taken in or left out"),
    "point.import": _("Points of a unit imported"),
    "draw.fix": _("Pool of the draw fixed"),
    "draw.type": _("Public value of the draw typed"),
    "draw.run": _("Draw made"),
    "draw.send": _("Visits that were drawn planned"),
    "visit.plan": _("Visit planned"),
    "visit.find": _("Findings entered"),
    "visit.photo": _("Photo of a finding added"),
    "device.welcome": _("Device of the field app made known"),
    "device.cut_off": _("Device of the field app cut off"),
    "visit.receive": _("Filled-in form received"),
    "visit.retry": _("Filled-in form taken up again"),
    "device.password": _("Device given a password"),
    "visit.decide": _("Finding reviewed"),
}
