# SPDX-License-Identifier: GPL-3.0-or-later
"""The till of La Filature with all plugins, set up by its own pages as a treasurer does: who issues, plans, agreements."""
import stack as st

PLUGINS = "reservation invoicing memberships subsidies"
ORG = "/o/filature"
ADDRESS = {"street": "12 rue du Faubourg", "postcode": "59000", "town": "Lille"}
IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"


def add(client, path, **values):
    """The key of what was made below the organisation, or of what `path` makes elsewhere."""
    answer = client.post(path if path.startswith("/") else f"{ORG}/{path}", json=values)
    assert answer.status_code == 201, (path, answer.status_code, answer.text[:600])
    return answer.json().get("id")


def single(client, path, **values):
    """Changes the one row of a page."""
    row = client.get(f"{ORG}/{path}").json()
    answer = client.post(f"{ORG}/{path}", json={**values, "row_version": row["row_version"]})
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:600])


def open_till(stack, regime="normal"):
    """From now on La Filature may issue invoices."""
    single(stack.program("admin@demo.example"), "settings", siren="732829320", vat_no="FR44732829320", rna="W595001234", **ADDRESS)
    treasurer = stack.program("tresor@demo.example")
    single(treasurer, "invoicing/issuer", legal_form="Association loi 1901", iban=IBAN, bic=BIC)
    add(treasurer, "invoicing/regimes", **{"vat_regime": regime, "from": "2020-01-01"})
    return treasurer


def plan(client, label="Adhésion", **more):
    return add(client, "plans", label=label, **{"whom": "both", "pricing": "fixed", "price": "20", "period": "months", **more})


def contact(client, name="Ville de Lille", **more):
    return add(client, "people", kind="organisation", legal_name=name, anyway=True, **{"email": "", **ADDRESS, **more})


def agreement(client, funder, title="Jeunes associations", **more):
    return add(client, "agreements", title=title, funder=funder, **{
        "amount": "1000", "share": "50", "settles": "statement", "from": st.day(-400), "to": st.day(500), **more})


def drafts(client, to_bill, **more):
    """Keys of the drafts that a client's charges become."""
    answer = client.post(f"{ORG}/invoices", json={"client": to_bill, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["drafts"]


def issue(client, document):
    """Issues a draft at the total that its page shows."""
    total = client.get(f"{ORG}/invoices/{document}").json()["total"]["cents"]
    return client.post(f"{ORG}/invoices/{document}/issue", json={"expected_total": f"{total // 100},{total % 100:02}"})


def client_of(treasurer, name):
    """Key of who owes something, by name, as the page of what is to be billed has it."""
    found = [c["id"] for c in treasurer.get(f"{ORG}/charges", params={"limit": 500}).json()["clients"] if c["name"] == name]
    assert len(found) == 1, name
    return found[0]
