"""Every file and link that shows an answer becomes a piece of its unit's library, once for each unit."""

from django.db import migrations
from django.utils import timezone


def into_the_library(apps, schema_editor):
    proof_model, evidence = apps.get_model("standards", "Proof"), apps.get_model("cases", "Evidence")
    attachment = apps.get_model("cases", "Attachment")
    proofs = proof_model.objects.select_related(
        "answer__self_report__case", "answer__self_report__round__campaign", "attachment"
    )
    seen = set()
    for proof in proofs.order_by("pk"):
        case, file = proof.answer.self_report.case, proof.attachment
        if file:
            which = {"unit_id": case.unit_id, "digest": file.blob_id}
            added = {"added_by_id": file.added_by_id, "added_at": file.added_at}
            what = {"kind": proof.kind, "name": file.name, "blob_id": file.blob_id, **added}
        else:
            which = {"unit_id": case.unit_id, "link": proof.link}
            what = {"kind": "link", "name": proof.link[:200], **_adder(apps, case)}
        piece, _made = evidence.objects.get_or_create(**which, defaults=what)
        if (proof.answer_id, piece.pk) in seen:
            proof.delete()
        else:
            seen.add((proof.answer_id, piece.pk))
            proof.evidence_id, proof.attachment_id = piece.pk, None
            proof.save(update_fields=["evidence", "attachment"])
        if file:
            attachment.objects.filter(pk=file.pk).delete()


def _adder(apps, case):
    """Who gave a link was not kept beside it: the journal says who answered; else whoever filed the report."""
    events = apps.get_model("core", "Event").objects.filter(subject=f"case:{case.number}")
    event = events.filter(verb="self_report.answer").order_by("pk").last()
    if event:
        return {"added_by_id": int(event.actor.partition(":")[2]), "added_at": event.at}
    post = apps.get_model("organizations", "Post").objects.filter(unit_id=case.unit_id).order_by("pk")[0]
    return {"added_by_id": post.person_id, "added_at": timezone.now()}


class Migration(migrations.Migration):
    dependencies = [("standards", "0004_evidence")]
    operations = [migrations.RunPython(into_the_library, migrations.RunPython.noop)]
