from django.db import migrations
from django.db.models import OuterRef, Subquery


def from_last_report(apps, schema_editor):
    """Cases that wait for a decision or were accepted: their units answered with the last report."""
    reports = apps.get_model("directives", "Report").objects.filter(assignment=OuterRef("pk"))
    apps.get_model("cases", "Case").objects.filter(
        kind="assignment", state__in=("reported", "accepted")
    ).update(answered_at=Subquery(reports.order_by("-pk").values("filed_at")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_answered"),
        ("directives", "0003_papers"),
    ]

    operations = [migrations.RunPython(from_last_report, migrations.RunPython.noop)]
