# SPDX-License-Identifier: GPL-3.0-or-later
"""The till of La Filature with all plugins, set up by its own pages as a treasurer does: who issues, plans, agreements."""
import stack as st
from invoices import text_of

PLUGINS = "reservation invoicing memberships subsidies"
ORG = "/o/filature"
ADDRESS = {"street": "12 rue du Faubourg", "postcode": "59000", "town": "Lille"}
LINA, TOWN, SIRET = "lina@essai.example", "Ville de Lille", "21590350100017"
MANAGER = "gestion@demo.example"
IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"


def add(client, path, /, **values):
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


def month(ahead):
    """The tenth of the month so many months from now, in which no other test books."""
    year, n = divmod(st.today().year * 12 + st.today().month - 1 + ahead, 12)
    return f"{year}-{n + 1:02}-10"


class Town:
    """La Filature, its treasurer, and Lina, a member whose account nobody else uses."""

    def __init__(self, stack):
        self.stack, self.treasurer = stack, open_till(stack)
        self.manager = stack.program(MANAGER)
        self.lina = self.make_lina()
        self.town = contact(self.manager, TOWN, public_buyer=True, siret=SIRET)

    def make_lina(self):
        config = self.stack.comptoir.config
        st.ctl(config, "user", "add", LINA, "Lina", "Wójcik", input=st.PASSWORD + "\n")
        st.ctl(config, "user", "role", LINA, "filature", "member")
        self.stack.accounts[LINA] = {"token": st.ctl(config, "user", "token", LINA).stdout.strip()}
        self.party = str(self.stack.person(LINA))
        by_hand = self.stack.login(LINA)
        form = by_hand.page("/me/profile").form("/me/profile")
        sent = by_hand.submit(form, street="8 rue des Arts", postcode="59100", town="Roubaix")
        assert sent.status_code == 303, sent.text[:2000]
        return self.stack.program(LINA)

    def price(self, on):
        answer = self.lina.get(f"/resources/{st.HALL}/price", params={"start": f"{on}T10:00", "end": f"{on}T12:00"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bill(self, on):
        """Looks at the month and issues all of it: (number, total) of each document by who it is for."""
        page = f"{ORG}/invoices/month"
        clients = self.treasurer.get(page, params={"month": on}).json()["clients"]
        done = self.treasurer.post(page, json={"month": on, "expected": [c["expected"] for c in clients]})
        assert done.status_code == 200, done.text
        return done.json()

    def document(self, key):
        return self.treasurer.get(f"{ORG}/invoices/{key}").json()

    def text(self, key, who=None):
        answer = (who or self.treasurer).get(f"{ORG}/invoices/{key}.pdf")
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
        return " ".join(st.plain(text_of(answer.content)).split())

    def lower_price(self):
        """30 % less in the hall for members."""
        kinds = self.manager.get(f"{ORG}/audiences").json()["rows"]
        add(self.manager, "adjustments", label="tarif adhérent", discount="30", resource=str(st.HALL),
            audience=next(kind["id"] for kind in kinds if kind["code"] == "member"))

    def join(self):
        """Key of a membership of Lina's, whose dues are owed."""
        return add(self.lina, "join", plan=plan(self.treasurer, audience="member"))

    def agree(self, settles, on, **more):
        """The town takes half of what Lina pays on a day."""
        key = agreement(self.treasurer, self.town, f"Moitié ({settles}, {on})", settles=settles, **{"from": on, "to": on, **more})
        assert self.treasurer.post(f"/agreements/{key}/eligible", json={"party": self.party}).status_code in (200, 201)
        return key
