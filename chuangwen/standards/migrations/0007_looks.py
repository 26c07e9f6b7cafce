"""The photos that are there already wait for their fingerprints, as new ones do."""

from django.db import migrations


def wait(apps, schema_editor):
    evidence, fingerprint = (apps.get_model("cases", name) for name in ("Evidence", "Fingerprint"))
    photos = evidence.objects.filter(blob__media_type__startswith="image/", fingerprint=None)
    fingerprint.objects.bulk_create(fingerprint(evidence=photo) for photo in photos)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_fingerprints"), ("standards", "0006_proofs")]
    operations = [migrations.RunPython(wait, migrations.RunPython.noop)]
