# SPDX-License-Identifier: GPL-3.0-or-later
"""A credit note is looked at before it is issued; what was typed for it stands in no address."""
import re

import pytest

import stack as st
from invoices import MEMBER, TREASURER
from stack import plain

REASON = "Salle inondée chez Mme Duval"


@pytest.fixture
def issued(till):
    client = till.client(till.party("Atelier de l’Avoir"))
    charges = till.charge(client, (5000, "E293B"), (700, "E293B"))
    return till.issued(till.program(TREASURER), client)["id"], [str(key) for key in charges]


def path(document):
    return f"/o/filature/invoices/{document}/credit"


def notes(till, document):
    return till.database.value(f"SELECT COUNT(*) FROM invoicing_document_link WHERE to_id = {document}")


def test_by_hand(till, issued):
    """Posted, shown, posted again: no address has the reason, nor the server's log."""
    document, charges = issued
    web = till.login(TREASURER)
    form = web.page(path(document)).form(path(document))
    assert form.method == "post" and [value for name, value in form.values if name == "charge"] == charges
    form.values = [(name, value) for name, value in form.values if (name, value) != ("charge", charges[1])]
    seen = web.submit(form, reason=REASON)
    assert seen.status_code == 200 and notes(till, document) == 0
    looked = st.Page(seen)
    first, second = looked.form(path(document)), looked.form(path(document), 1)
    assert (first.value("reason"), [v for n, v in first.values if n == "charge"]) == (REASON, charges[:1])
    assert (second.value("reason"), second.value("expected_total"), second.value("preview")) == (REASON, "50,00", None)
    done = web.submit(second)
    assert done.status_code == 303 and notes(till, document) == 1
    note = till.program(TREASURER).get(re.sub(r"https?://[^/]+", "", done.headers["Location"])).json()
    assert note["total"]["cents"] == 5000 and "Duval" not in done.headers["Location"]
    assert seen.request.method == "POST" and not seen.request.path_url.partition("?")[2]
    assert "/credit" in till.comptoir.log() and "Duval" not in till.comptoir.log()


def test_what_is_wrong_is_said(till, issued):
    """Without a reason, or with no line; what was chosen stays."""
    document, charges = issued
    web = till.login(TREASURER)
    form = web.page(path(document)).form(path(document))
    refused = web.submit(form, reason="", charge=charges[1])
    again = st.Page(refused).form(path(document))
    assert refused.status_code == 422 and [v for n, v in again.values if n == "charge"] == charges[1:]
    form.values = [(name, value) for name, value in form.values if name != "charge"]
    seen = web.submit(form, reason=REASON)
    assert "Choisissez au moins une ligne" in plain(st.Page(seen).text) and notes(till, document) == 0
    assert [f for f in st.Page(seen).forms if f.action.endswith("/credit")][1:] == []


def test_by_a_program(till, issued):
    document, charges = issued
    ines = till.program(TREASURER)
    for asked, total in (({}, 5700), ({"charge": charges[1:]}, 700), ({"chosen": True}, 0)):
        seen = ines.post(path(document), json={"reason": REASON, "preview": True, **asked})
        assert (seen.status_code, seen.json()["total"]["cents"], seen.json()["credit"]) == (200, total, None), asked
    assert ines.post(path(document), json={"reason": REASON, "chosen": True, "expected_total": "57,00"}).status_code == 409
    assert notes(till, document) == 0
    for who in (MEMBER, "tresor@canal.example"):
        assert till.program(who).post(path(document), json={"reason": "x", "preview": True}).status_code in (403, 404)
