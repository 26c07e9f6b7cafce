"""What import-linter cannot see also goes down only: relations between tables, and templates."""

import re

from django.apps import apps

from tests.house.tree import app_of, floors, short, templates

# Templates of a higher floor that lower ones may name, and why.
LAYOUT = {"base.html": "the one layout: each page fills its blocks, and knows nothing else of it"}
# Templates named at run time, by what a higher floor has registered.
REGISTERED = {
    "lifecycle.template": "the particulars of a kind of case, named in its table of moves",
    "move.beside": "what stands beside the form of a move, named in its row",
    "kind.template": "what came of a kind of long work, named where the work is",
}
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


def owners():
    """Template name to the app whose directory holds it; a name in two apps would hide one of them."""
    found = {}
    for path in templates():
        name = path.as_posix().split("/templates/", 1)[1]
        assert name not in found, f"{name} stands in {found[name]} and in {app_of(path)}"
        found[name] = app_of(path)
    return found


def test_templates_name_none_of_a_higher_floor():
    owner, upward = owners(), []
    for path in templates():
        for named in _NAMED.findall(path.read_text(encoding="utf-8")):
            if named in REGISTERED or named.strip('"') in LAYOUT:
                continue
            assert named[0] == named[-1] == '"', f"{short(path)} chooses {named} at run time; write it out"
            # What is not ours (the account pages' originals) lies below the house.
            if floors().get(owner.get(named.strip('"')), 0) > floors()[app_of(path)]:
                upward.append(f"{short(path)} → {named}")
    assert upward == []


def test_the_layout_is_on_the_highest_floor():
    highest = max(floors(), key=lambda app: floors()[app])
    assert {name: owners()[name] for name in LAYOUT} == dict.fromkeys(LAYOUT, highest)
