from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_job_words"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="blob",
            options={"ordering": ("stored_at", "digest"), "verbose_name": "file"},
        ),
        migrations.RenameField("blob", "created_at", "stored_at"),
    ]
