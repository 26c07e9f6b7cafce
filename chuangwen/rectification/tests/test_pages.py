"""The pages of orders: drawn up by an office, proved by the unit, seen by nobody else."""

from chuangwen.cases.models import Case
from chuangwen.rectification.models import Order, OrderItem, Photo
from chuangwen.rectification.tests.conftest import on_desk, picture

ROWS = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 0}


def test_an_office_draws_up_an_order(browse, city, campaign):
    page = browse("office")
    typed = {"campaign": campaign.pk, "unit": "SCHOOL", "kind": "order", **ROWS}
    answer = page.post("/orders/new/", typed)
    assert answer.status_code == 400
    assert "An order names one fault at least" in answer.content.decode()
    fault = {"form-0-words": "乱停车", "form-0-place": "东门", "form-0-pictures": [picture("东门.jpg")]}
    answer = page.post("/orders/new/", {**typed, **fault})
    order = Order.objects.get()
    assert answer["Location"] == f"/cases/{order.case.number}/"
    assert (order.kind, list(order.found_by.all())) == ("order", [city.people["office"]])
    shown = page.get(answer["Location"]).content.decode()
    photo = Photo.objects.get()
    assert "乱停车" in shown
    assert f"/cases/{order.case.number}/files/{photo.attachment_id}/" in shown
    assert browse("liaison").get(answer["Location"]).status_code == 404
    assert browse("liaison").get("/orders/new/").status_code == 403


def test_a_unit_files_the_proof_and_nothing_typed_is_lost(browse, city, drafted):
    case = Case.objects.get(pk=on_desk(drafted, "rectifying").pk)
    item, address = OrderItem.objects.get(), f"/orders/{case.number}/proof/"
    page = browse("liaison")
    assert page.get(f"/cases/{case.number}/file_proof/")["Location"] == address
    typed = {"seen": case.revision, f"words_{item.pk}": "已全部清理"}
    answer = page.post(address, typed)
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "Fault 1 lacks its proof" in shown
    assert "已全部清理" in shown
    photo = {f"photos_{item.pk}": [picture()]}
    stale = page.post(address, {**typed, "seen": 7, **photo})
    assert stale.status_code == 409
    answer = page.post(address, {**typed, f"photos_{item.pk}": [picture()]})
    assert answer["Location"] == f"/cases/{case.number}/"
    assert Case.objects.get().state == "proof_filed"
    # What lies in the library is offered the next time.
    on_desk(drafted, "returned")
    shown = page.get(address).content.decode()
    assert f'name="evidence_{item.pk}"' in shown
    assert "整改后.jpg" in shown
    for who in ("rival", "stranger"):
        assert browse(who).get(address).status_code == 404
    refused = browse("office").get(address).content.decode()
    assert "The proof cannot be filed now" in refused


def test_a_look_into_the_library_files_nothing(browse, city, filed):
    case = Case.objects.get(pk=on_desk(filed, "returned").pk)
    item, page = OrderItem.objects.get(), browse("liaison")
    typed = {"seen": case.revision, f"words_{item.pk}": "已清理", "look_up": "1"}
    for words, offered in (("整改后", True), ("别的", False)):
        answer = page.post(f"/orders/{case.number}/proof/", {**typed, "find": words})
        assert answer.status_code == 200
        assert ("整改后.jpg" in answer.content.decode()) is offered
    assert Case.objects.get().state == "returned"
