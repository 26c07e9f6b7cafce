"""Every form comes out with labels, help and errors tied to their fields."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.utils.translation import override


class Paper(forms.Form):
    words = forms.CharField(label="Words", help_text="A few.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    place = forms.ChoiceField(label="Place", choices=[("x", "X")], required=False)
    agreed = forms.BooleanField(label="Agreed", required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="t")

    def clean(self):
        raise forms.ValidationError("All of it is <wrong>.")


class Elements(HTMLParser):
    """The elements of a page, as (tag, attributes)."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return [attrs for _tag, attrs in self.found if attrs.get("name") == name]

    def with_id(self, key):
        return [attrs for _tag, attrs in self.found if attrs.get("id") == key]


@pytest.fixture
def fresh():
    return Elements(str(Paper()))


@pytest.fixture
def refused():
    with override("en"):
        return Elements(str(Paper({"words": ""})))


def test_every_field_has_its_label(fresh):
    labels = {attrs["for"] for tag, attrs in fresh.found if tag == "label"}
    assert labels == {"id_words", "id_kind_0", "id_kind_1", "id_place", "id_agreed"}
    assert all(fresh.with_id(key) for key in labels)


def test_fields_look_like_what_they_are(fresh):
    looks = {name: fresh.named(name)[0]["class"] for name in ("words", "kind", "place", "agreed")}
    assert looks == {
        "words": "form-control",
        "kind": "form-check-input",
        "place": "form-select",
        "agreed": "form-check-input",
    }
    assert "class" not in fresh.named("token")[0]


def test_help_is_read_out_with_its_field(fresh):
    assert fresh.named("words")[0]["aria-describedby"] == "id_words_helptext"
    assert len(fresh.with_id("id_words_helptext")) == 1


def test_errors_are_read_out_with_their_field(refused):
    words = refused.named("words")[0]
    assert words["aria-invalid"] == "true"
    assert words["aria-describedby"] == "id_words_helptext id_words_error"
    assert words["class"] == "form-control is-invalid"
    assert len(refused.with_id("id_words_error")) == 1
    [group] = [attrs for tag, attrs in refused.found if tag == "fieldset"]
    assert group["aria-describedby"] == "id_kind_error"
    assert len(refused.with_id("id_kind_error")) == 1


def test_an_error_of_the_whole_form_stands_above_it_as_text(refused):
    html = str(Paper({"words": "x"}))
    assert html.index('role="alert"') < html.index('name="words"')
    assert "All of it is &lt;wrong&gt;." in html


def test_a_class_that_a_field_has_already_stays():
    class Wide(forms.Form):
        words = forms.CharField(widget=forms.TextInput({"class": "wide"}))

    assert 'class="wide form-control"' in str(Wide())
