"""Proofs come to refer to the library of evidence: first both are there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_evidence"),
        ("standards", "0003_reviews"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="proof", name="proof_is_a_file_or_a_link"),
        migrations.AddField(
            model_name="proof",
            name="evidence",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proofs",
                to="cases.evidence",
            ),
        ),
    ]
