"""What import-linter cannot see also goes down only: relations between tables, and templates."""

import re

from django.apps import apps
from django.template.loader import get_template

from tests.house.tree import PACKAGE, app_of, floors, short, templates

# Templates of a higher floor that lower ones may name, and why.
LAYOUT = {"base.html": "the one layout: each page fills its blocks, and knows nothing else of it"}
_NAMED = re.compile(r"{%\s*(?:extends|include)\s+([^\s%]+)")


def floor(model) -> int:
    """Floor of a model's app; what others have written lies below the house."""
    name = model._meta.app_config.name
    return floors()[name.removeprefix("chuangwen.")] if name.startswith("chuangwen.") else 0


def relations():
    """Pairs of our models and the models their columns point at, string references resolved."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if floor(model) and field.is_relation and not field.auto_created:
                yield model, field.related_model


def test_relations_go_down_only():
    pairs = list(relations())
    upward = [
        f"{model._meta.label} → {target._meta.label}"
        for model, target in pairs
        if floor(target) > floor(model)
    ]
    assert upward == []
    # The walk has seen relations inside an app and to the floor below.
    seen = {(model._meta.label, target._meta.label) for model, target in pairs}
    assert {("organizations.Unit", "organizations.Territory"), ("cases.Case", "organizations.Unit")} <= seen


def test_templates_name_none_of_a_higher_floor():
    upward = []
    for path in templates():
        for name in _NAMED.findall(path.read_text(encoding="utf-8")):
            assert name[0] == name[-1] == '"', f"{short(path)} chooses {name} at run time; write it out"
            if name[1:-1] not in LAYOUT and owner_floor(name[1:-1]) > floors()[app_of(path)]:
                upward.append(f"{short(path)} → {name}")
    assert upward == []


def owner_floor(name: str) -> int:
    origin = get_template(name).origin.name
    return floors()[app_of(PACKAGE / origin)] if origin.startswith(str(PACKAGE)) else 0


def test_the_layout_is_on_the_highest_floor():
    assert {name: owner_floor(name) for name in LAYOUT} == {"base.html": max(floors().values())}
