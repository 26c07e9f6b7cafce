"""The standard that ships, in force in the invented city for its departments."""

from __future__ import annotations

from chuangwen.organizations.models import PeerGroup, Person, Unit
from chuangwen.standards.models import Standard
from chuangwen.standards.services.keeping import install_shipped
from chuangwen.standards.services.publishing import publish

_GROUPS = ("departments", "county_departments", "windows")


def publish_standard(actor: Person, office: Unit) -> Standard:
    groups = PeerGroup.objects.filter(code__in=_GROUPS)
    draft = install_shipped(actor=actor, office=office, language="zh-hans", peer_groups=groups)
    return publish(actor=actor, standard=draft, seen=draft.revision)
