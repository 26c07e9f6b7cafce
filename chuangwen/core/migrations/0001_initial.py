import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.PositiveBigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "file",
                "ordering": ("created_at", "digest"),
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=64)),
                ("verb", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=128)),
                ("data", models.JSONField()),
                ("position", models.PositiveBigIntegerField(null=True, unique=True)),
                ("seal", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "event",
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["subject", "id"], name="event_history"),
                    models.Index(condition=models.Q(("position", None)), fields=["id"], name="event_waiting"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                ("number", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("size", models.PositiveBigIntegerField(unique=True)),
                ("root", models.CharField(max_length=64)),
                ("frontier", models.JSONField()),
                ("algorithm", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "verbose_name": "tree head",
                "ordering": ("number",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("size__gte", models.F("number"))),
                        name="head_grows",
                    )
                ],
            },
        ),
    ]
