"""Proofs refer to the library alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0005_into_the_library")]

    operations = [
        migrations.RemoveField(model_name="proof", name="attachment"),
        migrations.RemoveField(model_name="proof", name="kind"),
        migrations.RemoveField(model_name="proof", name="link"),
        migrations.AlterModelOptions(
            name="proof", options={"ordering": ("id",), "verbose_name": "use of a piece of evidence"}
        ),
        migrations.AlterField(
            model_name="proof",
            name="evidence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proofs",
                to="cases.evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="proof",
            constraint=models.UniqueConstraint(fields=("answer", "evidence"), name="one_proof_a_piece"),
        ),
    ]
