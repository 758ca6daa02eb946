# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: every route, for everybody, against a table that says it in letters. A route without a row fails.

    v  a visitor             m o g t a  member, opener, manager, treasurer and admin of the organisation (La Filature)
    c  contact of a client   M O G T A  the same of another organisation (Le Grand Canal)
    i  the installation's admin

and for the pages of a booking also

    w  another member        k  a visitor with the link that a guest was mailed     x  with that of another booking
    b  who may commit the client, and did not book

A row lists who may, of something that is there. Whoever is not in it is refused: a visitor asked to sign in, anybody
else told that she may not, or that there is nothing. What comes of it for those who may is other tests' business: here
nothing is filled in, so that 422 is a good answer, and only a refusal of the person or a failure of ours is a bad one.
"""
import email as email_parser
import email.policy
from email.message import EmailMessage
import re

import pytest

import counter
import stack as st
from invoices import due_since
from stack import ROOM_A
from test_files import photo

PEOPLE = {"m": "membre@demo.example", "o": "ouvreuse@demo.example", "g": "gestion@demo.example",
          "t": "tresor@demo.example", "a": "admin@demo.example", "M": "membre@canal.example",
          "O": "ouvreur@canal.example", "G": "gestion@canal.example", "T": "tresor@canal.example",
          "A": "admin@canal.example", "c": "contact@lys-lez.example", "i": "installation@demo.example"}
MADE_HERE = {"O": "opener", "T": "treasurer"}           # the sample network has nobody like that
ALL = "v" + "".join(PEOPLE)
SIGNED_IN = "".join(PEOPLE)
STAFF, MANAGERS, OFFICE, MONEY, ADMIN, MEMBERS = "oga", "ga", "gta", "ta", "a", "mogta"
NOBODY = ""


def record(path, see, edit):
    """The eight routes of a record."""
    base = f"/o/{{org}}/{path}"
    return {f"GET {base}": see, f"POST {base}": edit, f"GET {base}/new": edit, f"GET {base}/{{id}}": see,
            f"POST {base}/{{id}}": edit, f"GET {base}/{{id}}/edit": edit, f"GET {base}/{{id}}/delete": edit,
            f"POST {base}/{{id}}/delete": edit}


ALLOWED = {
    # for everybody
    "GET /": ALL, "GET /places/{slug}": ALL, "GET /places/{slug}/day": ALL, "GET /resources/{id}": ALL,
    "GET /resources/{id}/week": ALL, "GET /resources/{id}/book": ALL, "GET /resources/{id}/price": ALL,
    "GET /calendars/places/{slug}.ics": ALL, "GET /calendars/resources/{id}.ics": ALL, "GET /healthz": ALL,
    "GET /metrics": ALL, "GET /api/openapi.json": ALL, "GET /sitemap": ALL, "GET /stored/{txn}": ALL,
    "GET /login": ALL, "POST /login": ALL, "POST /logout": ALL, "GET /o/{org}/theme.css": ALL,
    "POST /bookings": ALL, "GET /bookings/find": ALL, "POST /bookings/find": ALL, "GET /search": ALL,
    "GET /calendars/people/{secret}.ics": ALL, "GET /login/forgotten": ALL, "POST /login/forgotten": ALL,
    "POST /login/link": ALL,
    "GET /demo/mails": ALL, "POST /demo/sign-in": ALL, "GET /demo/mails/{uid}": ALL,
    "GET /demo/mails/{uid}/parts/{n}": ALL,
    # whoever holds a link; the photo of a place
    "GET /links/{token}": ALL, "POST /links/{token}": ALL, "POST /links/{token}/again": ALL,
    "GET /files/{uid}": ALL, "GET /files/{uid}/small": ALL,
    "GET /help": ALL, **{f"GET /legal/{org}{page}": ALL for org in ("", "{org}/") for page in (
        "notice", "privacy", "terms", "accessibility")}, "GET /legal/{org}/help": ALL,
    "GET /legal/terms/{version}": ALL, "GET /legal/{org}/terms/{version}": ALL,
    # one's own
    "GET /me": SIGNED_IN, "POST /me/tokens": SIGNED_IN, "GET /bookings": SIGNED_IN, "GET /calendars": SIGNED_IN,
    "POST /calendars/renew": SIGNED_IN,
    **{f"GET /me/{page}": SIGNED_IN for page in ("address", "data", "delete", "password", "profile", "tokens")},
    **{f"POST /me/{page}": SIGNED_IN for page in ("address", "password", "profile")},
    **{f"POST /me/{page}": SIGNED_IN for page in ("delete", "prove", "sessions/revoke", "sessions/{id}/revoke")},
    "POST /me/tokens/{uid}/revoke": "m",                                                               # hers
    "POST /groups": SIGNED_IN, "GET /groups/{uid}": STAFF + "m", "POST /groups/{uid}/cancel": MANAGERS + "m",     # hers
    # an organisation's
    "GET /o/{org}": MEMBERS, "GET /o/{org}/bookings": STAFF, "GET /places": ALL,
    "GET /o/{org}/price-list": MANAGERS, "POST /o/{org}/price-list": MANAGERS,
    "GET /o/{org}/bookings/new": MANAGERS, "POST /o/{org}/bookings/new": MANAGERS,
    "GET /o/{org}/report": OFFICE, "GET /o/{org}/report/bookings": OFFICE,
    "GET /o/{org}/today": STAFF, "GET /o/{org}/today/door": STAFF, "GET /o/{org}/requests": MANAGERS, "GET /o/{org}/audit": ADMIN,
    "GET /o/{org}/law": ADMIN, "POST /o/{org}/law": ADMIN, "GET /o/{org}/mails": MANAGERS,
    "POST /o/{org}/mails/{mail}/again": MANAGERS, "POST /o/{org}/mails/{mail}/stop": MANAGERS,
    **record("places", ALL, ADMIN), **record("resources", ALL, MANAGERS), **record("kinds", ALL, MANAGERS),
    **record("openings", ALL, MANAGERS), **record("policies", MANAGERS, MANAGERS), **record("prices", ALL, MANAGERS),
    **record("purposes", ALL, MANAGERS), **record("tariffs", ALL, MANAGERS), **record("windows", ALL, MANAGERS),
    **{route: who for path in ("adjustments", "audiences", "cancel-steps", "closures", "day-calendars", "days", "extras", "parts",
                               "quotas", "reasons", "requirements") for route, who in record(path, ALL, MANAGERS).items()},
    **record("audience-members", MANAGERS, MANAGERS), "GET /o/{org}/day-calendars/import": MANAGERS,
    "POST /o/{org}/day-calendars/import": MANAGERS, "POST /o/{org}/day-calendars/import/days": MANAGERS,
    "GET /places/{slug}/rules": MANAGERS, "POST /places/{slug}/rules": MANAGERS,
    **{f"{method} /places/{{slug}}/setup{page}": MANAGERS for method in ("GET", "POST") for page in ("", "/rooms")},
    # contacts: whoever plans or bills; roles: the admin gives them, managers see them
    **record("people", OFFICE, OFFICE), "GET /o/{org}/people/import": OFFICE, "POST /o/{org}/people/import": OFFICE,
    "GET /o/{org}/people/import/{uid}": "g", "POST /o/{org}/people/import/{uid}": "g",                 # who began it
    "GET /o/{org}/people/{id}/merge": OFFICE, "POST /o/{org}/people/{id}/merge": OFFICE,
    "POST /o/{org}/people/{id}/roles": OFFICE,
    **record("roles", MANAGERS, ADMIN), "GET /o/{org}/roles/invite": ADMIN, "POST /o/{org}/roles/invite": ADMIN,
    "POST /o/{org}/roles/invite/{uid}/revoke": ADMIN,
    **record("grants", ADMIN, ADMIN), **record("projects", MEMBERS, ADMIN), **record("terms", MEMBERS, ADMIN),
    "GET /o/{org}/settings": ADMIN, "POST /o/{org}/settings": ADMIN,
    # what is owed and billed; who belongs; who pays a share
    "GET /o/{org}/charges": MONEY, "GET /o/{org}/charges/all": MONEY, "GET /invoices": SIGNED_IN,
    **{f"GET /o/{{org}}/invoices{page}": MONEY for page in ("/month", "/{id}/credit")},
    **{f"GET /o/{{org}}/invoices{page}": OFFICE for page in ("", ".csv", "/new")}, "POST /o/{org}/invoices/new": OFFICE,
    **{f"POST /o/{{org}}/invoices{page}": MONEY for page in ("", "/month", "/{id}", *(f"/{{id}}/{act}" for act in (
        "address", "credit", "delete", "deposit", "dispute", "hand", "issue", "lines", "mail", "remove", "return")))},
    **{f"GET /o/{{org}}/{page}": MONEY for page in ("reminders", "reminders/{id}", "invoicing/reminders")},
    **{f"POST /o/{{org}}/{page}": MONEY for page in ("reminders", "invoicing/reminders")},
    "GET /clients/{uid}/address": NOBODY, "POST /clients/{uid}/address": NOBODY,        # but who has the mailed link: test_dunning
    "GET /o/{org}/invoices/{id}": MONEY + "m", "GET /o/{org}/invoices/{id}.pdf": MONEY + "m",         # hers
    **{f"GET /o/{{org}}/{page}": MONEY for page in ("payments", "payments.csv", "payments/new", "payments/{id}", "balances",
                                                   "balances.csv", "balances/{id}")},
    **{f"POST /o/{{org}}/{page}": MONEY for page in ("payments", "payments/{id}/allocate", "payments/{id}/reverse",
                                                    "balances/{id}/needs", "balances/{id}/refund")},
    **{f"GET /o/{{org}}/quotes{page}": MONEY for page in ("", "/new", "/{id}", "/{id}.pdf")},
    **{f"POST /o/{{org}}/quotes{page}": MONEY for page in ("", "/{id}", *(f"/{{id}}/{act}" for act in (
        "accept", "delete", "deposit", "invoice", "lines", "refuse", "remove", "send")))},
    **record("invoicing/offers", OFFICE, MONEY),
    **record("guarantees", MONEY, MONEY), "GET /o/{org}/guarantees/{id}/settle": MONEY,
    **{f"POST /o/{{org}}/guarantees/{{id}}/{act}": MONEY for act in ("settle", "reopen")},
    **{f"GET /o/{{org}}/slips{page}": MONEY for page in ("", ".csv", "/new", "/{id}", "/{id}.pdf")},
    **{f"POST /o/{{org}}/slips{page}": MONEY for page in ("", "/{id}/deposit", "/{id}/undo")},
    **{f"{method} /o/{{org}}/opening-balances{page}": MONEY for method, page in (
        ("GET", ""), ("GET", ".csv"), ("POST", ""), ("POST", "/{id}/undo"))},
    "GET /o/{org}/opening-balances/import/{uid}": "t", "POST /o/{org}/opening-balances/import/{uid}": MONEY,     # who began it; nothing is filled in
    "GET /o/{org}/invoicing/issuer": MONEY, "POST /o/{org}/invoicing/issuer": MONEY,
    **record("invoicing/regimes", MONEY, MONEY), **record("invoicing/series", MONEY, MONEY),
    "GET /memberships": SIGNED_IN, "GET /o/{org}/join": ALL, "POST /o/{org}/join": SIGNED_IN,
    **{f"GET /memberships/{{uid}}/{paper}.pdf": OFFICE + "m" for paper in ("card", "certificate")},   # hers
    **{f"POST /memberships/{{uid}}/{act}": "m" for act in ("leave", "renewal")},
    **{f"POST /memberships/{{id}}/{act}": OFFICE for act in ("accept", "paid", "refuse", "reopen", "unpaid")},
    **{f"GET /o/{{org}}/tax-receipts{page}": MONEY for page in ("", ".csv", "/settings", "/{id}")}, "GET /o/{org}/tax-receipts/{id}.pdf": MONEY + "m",     # hers
    **{f"POST /o/{{org}}/tax-receipts{page}": MONEY for page in ("", "/settings", "/{id}/void")},
    **record("members", OFFICE, OFFICE), **record("plans", OFFICE, MONEY), **record("plan-brackets", OFFICE, MONEY),
    "GET /o/{org}/members/import": OFFICE, "POST /o/{org}/members/import": OFFICE,
    "GET /o/{org}/members/import/{uid}": "g", "POST /o/{org}/members/import/{uid}": "g",               # who began it
    **record("agreements", MEMBERS, MONEY), **record("instalments", MEMBERS, MONEY),
    "POST /agreements/{agreement}/eligible": MONEY, "POST /agreements/eligible/{eligible}/remove": MONEY,
    "GET /agreements/{agreement}/statement.csv": OFFICE, "GET /agreements/{agreement}/statement.pdf": OFFICE,
    # the installation's
    "GET /admin/organisations": "i", "GET /admin/organisations/new": "i", "POST /admin/organisations": "i",
    "GET /admin": "i", "GET /admin/audit": "i", "GET /admin/jobs": "i", "GET /admin/jobs/{job}": "i",
    "POST /admin/jobs/{job}/run": "i", "GET /admin/mails": "i", "POST /admin/mails/{mail}/again": "i",
    "POST /admin/mails/{mail}/stop": "i",
}

# Of these the sample network's place has none: what one is made of. "PATH": the first of that list.
MADE = {
    "audiences": {"label": "Amis", "code": "other"}, "reasons": {"label": "Geste", "code": "gesture"},
    "adjustments": {"label": "Amis", "discount": "10"}, "extras": {"label": "Café", "price": "2", "unit": "person"},
    "audience-members": {"party": "PEOPLE", "audience": "AUDIENCES"},
    "cancel-steps": {"policy": "POLICIES", "before": 1440, "share": "50"},
    "closures": {"reason": "Travaux", "place": "PLACES", "start": f"{st.day(80)}T08:00", "end": f"{st.day(80)}T18:00"},
    "day-calendars": {"label": "Fermetures"}, "days": {"calendar": "DAY-CALENDARS", "from": st.day(80), "to": st.day(80)},
    "offers": {"label": "Affiche", "unit": "C62", "price": "12", "amounts": "include_vat", "vat_code": "S20"},
    "parts": {"whole": str(ROOM_A), "leaf": str(st.ROOM_B)},
    "quotas": {"limit_value": 2, "unit": "count", "period": "week", "policy": "POLICIES"},
    "requirements": {"kind": "badge", "policy": "POLICIES", "label": "Badge", "audience": "AUDIENCES"},
}

# Of one's own account a token may not do these, so they are asked for by who signed in.
BY_HAND = {route for route in ALLOWED if route.startswith("POST /me/")}

# The pages of a booking, by whose it is: made by a manager for somebody on the telephone, a member's, a guest's, a client's.
SEEN = {"phone": STAFF, "member": STAFF + "m", "guest": STAFF + "k", "client": STAFF + "c"}
CHANGED = {"phone": MANAGERS, "member": MANAGERS + "m", "guest": MANAGERS + "k", "client": MANAGERS + "c"}
CONFIRMED = {"phone": NOBODY, "member": NOBODY, "guest": "k", "client": NOBODY}
MANAGED, ATTENDED = dict.fromkeys(SEEN, MANAGERS), dict.fromkeys(SEEN, STAFF)
OF_BOOKINGS = {
    "GET /bookings/{uid}": SEEN, "GET /bookings/{uid}.ics": SEEN, "GET /bookings/{uid}/edit": CHANGED, "POST /bookings/{uid}": CHANGED,
    "GET /bookings/{uid}/cancel": CHANGED, "POST /bookings/{uid}/cancel": CHANGED, "GET /bookings/{uid}/verify": CONFIRMED,
    "POST /bookings/{uid}/verify": CONFIRMED, "GET /bookings/{uid}/answer": MANAGED, "POST /bookings/{uid}/confirm": MANAGED,
    "POST /bookings/{uid}/accept": CHANGED, "POST /bookings/{uid}/decline": CHANGED, "POST /bookings/{uid}/reject": MANAGED, "POST /bookings/{uid}/unreject": MANAGED, "POST /bookings/{uid}/arrived": ATTENDED,
    "POST /bookings/{uid}/no-show": ATTENDED,
}
BOOKERS = {"w": ("autre@demo.example", "filature", "member"), "b": ("engage@lys-lez.example", "lys-lez", "may_book")}
ALL_OF_BOOKINGS = ALL + "wbkx"

# What a route needs to be found at all, beside the path.
WITH = {"POST /bookings": {"resource": str(ROOM_A)}, "POST /groups": {"place": "900"},
        "POST /clients/{uid}/address": {"name": "Zoé", "street": "1 rue", "postcode": "59000", "town": "Lille"}}


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load=f"{counter.PLUGINS} demo") as running:
        made = {PEOPLE[letter]: ("canal", role) for letter, role in MADE_HERE.items()}
        for email, org, role in [(email, *what) for email, what in made.items()] + list(BOOKERS.values()):
            st.ctl(running.comptoir.config, "user", "add", email, "Lou", "D'ailleurs", input=st.PASSWORD + "\n")
            st.ctl(running.comptoir.config, "user", "role", email, org, role)
            token = st.ctl(running.comptoir.config, "user", "token", email).stdout.strip()
            running.accounts[email] = {"token": token}
        st.ctl(running.comptoir.config, "user", "add", VISITOR, "Vi", "Siteuse", input=st.PASSWORD + "\n")
        yield running


VISITOR = "visite@demo.example"                 # an account whose mailed link a visitor opens


@pytest.fixture(scope="module")
def clients(stack):
    return {letter: stack.program(email) for letter, email in PEOPLE.items()}


@pytest.fixture(scope="module")
def by_hand(stack):
    return {letter: stack.login(email) for letter, email in PEOPLE.items()}


@pytest.fixture(scope="module")
def routes(stack):
    paths = stack.visitor().get("/api/openapi.json").json()["paths"]
    return sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def mailed(stack, to, pattern):
    """What the last mail to an address says that fits the pattern."""
    def found():
        for path in reversed(stack.comptoir.mails()):
            message = email_parser.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
            if to in message["To"] and (match := re.search(pattern, text)):
                return match[1]
        return None
    return st.wait_for(found, 30)


class Filler:
    """Fills the parameters of a path with what is there: of a record the first row of its list."""

    def __init__(self, stack, clients, by_hand):
        self.stack, self.clients, self.by_hand, self.first, self.keys = stack, clients, by_hand, {}, {}
        self.till()
        self.uids = {
            "/files/": self.photo(), "/o/filature/people/import/": self.draft("people", "Nom;Prénom\nLigne;Une\n"),
            "/o/filature/opening-balances/import/": self.balances("Balance;2"),
            "/o/filature/members/import/": self.draft("members", "Nom;Prénom;Formule\nLigne;Deux;Adhésion\n"),
            "/memberships/": self.membership, "/clients/": self.client, "/o/filature/roles/invite/": self.invitation(),
            "/me/tokens/": self.token(), "/demo/mails/": self.mail(), "/groups/": self.group(),
        }
        self.versions = {org: self.terms(org, email) for org, email in (
            ("filature", PEOPLE["a"]), ("reseau", "coordination@reseau.example"))}
        self.secret = re.search(r"/calendars/people/([^./\"]+)\.ics", clients["m"].get("/calendars").text)[1]
        stack.database.rows("DELETE FROM rate_limit")
        for letter in ALL:
            assert stack.visitor().post("/login/link", json={"email": PEOPLE.get(letter, VISITOR)}).status_code == 202
        self.links = {letter: mailed(stack, PEOPLE.get(letter, VISITOR), r"/links/([0-9a-f]{64})") for letter in ALL}

    def group(self):
        day = st.day(41)
        made = self.clients["m"].post("/groups", json={"place": "900", "bookings": [
            {"resource": ROOM_A, "start": f"{day}T{hour}:00", "end": f"{day}T{hour + 1}:00"} for hour in (10, 12)]})
        assert made.status_code == 201, made.text
        return made.json()["uid"]

    def photo(self):
        place = self.clients["a"].get("/o/filature/places").json()["rows"][0]
        form = self.by_hand["a"].page(f"/o/filature/places/{place['id']}/edit").form(f"/o/filature/places/{place['id']}")
        answer = self.by_hand["a"].post(f"/o/filature/places/{place['id']}", data=dict(form.values),
                                        files={"photo": ("p.png", photo(), "image/png")})
        assert answer.status_code == 200, answer.text
        return self.clients["a"].get(f"/o/filature/places/{place['id']}").json()["photo"]["uid"]

    def till(self):
        """The member belongs, and an agreement helps her to pay for a booking, for which she has an invoice."""
        treasurer = counter.open_till(self.stack)
        plan, prices = counter.plan(treasurer), counter.plan(treasurer, "Par tranche", pricing="bracket", price=None)
        joined = self.clients["m"].post("/o/filature/join", json={"plan": plan}).json()["id"]
        assert treasurer.post(f"/memberships/{joined}/paid", json={}).status_code == 200
        self.membership = self.stack.database.value(f"SELECT uid FROM memberships_membership WHERE id = {joined}")
        agreement = counter.agreement(treasurer, counter.contact(treasurer))
        self.keys = {"agreement": str(agreement), "joined": str(joined)}
        self.eligible()
        assert self.clients["m"].book(ROOM_A, f"{st.day(52)}T09:00", f"{st.day(52)}T10:00").status_code == 201
        document = max(counter.drafts(treasurer, counter.client_of(treasurer, "Camille Lefebvre")), key=lambda key: treasurer.get(
            f"/o/filature/invoices/{key}").json()["type"] == "invoice")        # her dues are on another one
        assert treasurer.post(f"/o/filature/invoices/{document}", json={"address": "8 rue des Arts\n59000 Lille"}).status_code == 200
        assert counter.issue(treasurer, document).status_code == 200
        client = self.stack.database.value(f"SELECT client_id FROM invoicing_document WHERE id = {document}")
        paid = counter.add(treasurer, "payments", client=client, amount="1", means="transfer", received=st.day(0))
        cheque = counter.add(treasurer, "payments", client=client, amount="1", means="cheque", received=st.day(0))
        due_since(self.stack, document, 10)
        self.client = self.stack.database.value(f"SELECT uid FROM invoicing_client WHERE id = {client}")
        quote = self.quote(treasurer)
        self.opening()
        receipts = {"kind": "receipt", "year": int(st.day(0)[:4]), "prefix": "RC", "first_number": 5, "reason": "Autre logiciel"}
        for path, key in {"plans": plan, "plan-brackets": counter.add(treasurer, "plan-brackets", label="x", plan=prices, price="3"),
                          "members": joined, "tax-receipts": self.receipt(treasurer, joined), "agreements": agreement, "invoices": document, "reminders": document, "payments": paid, "balances": client, "quotes": quote, "slips": counter.add(treasurer, "slips", cheque=[cheque]), "instalments": counter.add(
                              treasurer, "instalments", agreement=agreement, label="x", due=st.day(9), amount="10"),
                          "guarantees": counter.add(treasurer, "guarantees", party=counter.contact(treasurer, "La Clé"), subject="Clé", amount="50",
                                                    means="cheque", received=st.day(0)),
                          "invoicing/series": counter.add(treasurer, "invoicing/series", **receipts)}.items():
            self.first[f"/o/filature/{path}"] = key

    def receipt(self, treasurer, joined):
        """The member's, for her dues."""
        self.stack.database.rows("INSERT IGNORE INTO address (party_id, street, postcode, town) VALUES"
                                 f" ({self.stack.person(PEOPLE['m'])}, '8 rue des Arts', '59000', 'Lille')")
        counter.single(treasurer, "tax-receipts/settings", eligible=True, purpose="Un lieu ouvert", category="general", signatory="Inès",
                       capacity="trésorière", with_dues=True)
        answer = treasurer.post("/o/filature/tax-receipts", json={"membership": [int(joined)], "means": [f"{joined} cheque"]})
        assert answer.status_code == 201, answer.text
        return answer.json()["receipts"][0]["id"]

    def balances(self, line):
        answer = self.clients["t"].post("/o/filature/opening-balances", json={"day": st.day(-1), "origin": "Cahier", "text": f"Nom;Montant\n{line}"})
        assert answer.status_code == 201, answer.text
        return answer.json()["uid"]

    def opening(self):
        page = f"/o/filature/opening-balances/import/{self.balances('Cahier bleu;5')}"
        seen = self.clients["t"].get(page).json()["seen"]
        answer = self.clients["t"].post(page, json={"expected_owed": "5", "expected_credit": "0", "seen": seen})
        assert answer.status_code == 200, answer.text
        self.first["/o/filature/opening-balances"] = self.clients["t"].get("/o/filature/opening-balances").json()["openings"][0]["id"]

    @staticmethod
    def quote(treasurer):
        """One that was sent: nobody's try takes it away."""
        quote = counter.add(treasurer, "quotes", party=counter.contact(treasurer, "La Parenthèse"), title="Atelier", valid=st.day(30))
        page = f"/o/filature/quotes/{quote}"
        line = {"label": "Atelier", "quantity": "1", "price": "10", "vat_code": "S20"}
        for done in (treasurer.post(f"{page}/lines", json=line), treasurer.post(f"{page}/send", json={"expected_total": "10"})):
            assert done.status_code == 200, done.text
        return quote

    def eligible(self):
        """For whom the agreement is: the member again, whom another letter has taken off."""
        self.clients["t"].post(f"/agreements/{self.keys['agreement']}/eligible", json={"party": str(self.stack.person(PEOPLE["m"]))})
        return self.stack.database.value("SELECT MAX(id) FROM subsidies_eligible")

    def draft(self, records, text):
        answer = self.clients["g"].post(f"/o/filature/{records}/import", json={"text": text})
        assert answer.status_code == 201, answer.text
        return answer.json()["uid"]

    def invitation(self):
        answer = self.clients["a"].post("/o/filature/roles/invite", json={
            "email": "invitee@demo.example", "family_name": "Invitée", "role": "member"})
        assert answer.status_code in (200, 201), answer.text
        return self.clients["a"].get("/o/filature/roles/invite").json()["invitations"][0]["uid"]

    def token(self):
        answer = self.by_hand["m"].post("/me/tokens", json={"label": "à reprendre", "current": st.PASSWORD})
        assert answer.status_code == 201, answer.text
        return next(t["uid"] for t in self.clients["m"].get("/me").json()["tokens"] if t["label"] == "à reprendre")

    def mail(self):
        """With an attachment."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "lieu@demo.example", "zoe@essai.example", "Essai"
        message.set_content("Bonjour")
        message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="date.ics")
        path = self.stack.comptoir.mail / "matrix.eml"
        path.write_bytes(message.as_bytes())
        path.chmod(0o644)
        attached = self.stack.visitor().get("/demo/mails/matrix").json()["attachments"]
        self.part = str(attached[0]["part"])
        return "matrix"

    def terms(self, org, email):
        """A version in force of each, and one that is still to come, which may be changed."""
        admin = self.stack.program(email)
        for ahead in (0, 60):
            answer = admin.post(f"/o/{org}/terms", json={"title": "Charte", "kind": "charter", "text": "Soyons aimables.",
                                                         "from": st.day(ahead)})
            assert answer.status_code == 201, answer.text
        return next(row["uid"] for row in admin.get(f"/o/{org}/terms").json()["rows"] if row["kind"] == "charter"
                    and row["from_d"] == st.day(0))

    def of_list(self, path):
        if path not in self.first:
            answer = self.clients["a"].get(path)
            assert answer.status_code == 200, (path, answer.text[:500])
            rows = answer.json()["rows"]
            self.first[path] = rows[0]["id"] if rows else self.make(path)
        return self.first[path]

    def make(self, path):
        body = MADE.get(path.split("/")[-1])
        assert body, f"there is nothing in {path}: say in MADE what one is made of"
        body = {k: self.of_list(f"/o/filature/{v.lower()}") if re.fullmatch("[A-Z-]{4,}", str(v)) else v for k, v in body.items()}
        answer = self.clients["a"].post(path, json=body)
        assert answer.status_code == 201, (path, answer.text)
        return answer.json()["id"]

    def session(self, letter):
        """Of a person's own, another than the one that asks."""
        self.stack.login(PEOPLE.get(letter, VISITOR))
        return self.stack.database.value("SELECT MAX(id) FROM session")

    def __call__(self, path, letter="a"):
        if path == "/me/sessions/{id}/revoke":
            return path.replace("{id}", str(self.session(letter)))
        if "{eligible}" in path:
            return path.replace("{eligible}", str(self.eligible()))
        path = path.replace("/legal/terms/{version}", f"/legal/terms/{self.versions['reseau']}").replace(
            "{version}", self.versions["filature"]).replace("{org}", "filature").replace("{token}", self.links[letter])
        if (match := re.fullmatch(r"(/o/filature/[\w/-]+)/\{id\}([/.]\w+)?", path)):
            return f"{match[1]}/{self.of_list(match[1])}{match[2] or ''}"
        path = path.replace("/memberships/{id}", f"/memberships/{self.keys['joined']}")
        for start, uid in self.uids.items():
            if path.startswith(start):
                path = path.replace("{uid}", uid).replace("{n}", self.part)
        return re.sub(r"\{(\w+)\}", lambda m: {"slug": st.PLACE, "id": str(ROOM_A), "mail": "1", "job": "job.purge",
                                               "txn": "00000000-0000-4000-8000-000000000000",
                                               "secret": self.secret, **self.keys}[m[1]], path)


@pytest.fixture(scope="module")
def fill(stack, clients, by_hand):
    return Filler(stack, clients, by_hand)


def lacking(routes, rows):
    return [r for r in routes if r not in rows], [r for r in rows if r not in routes]


def test_every_route_has_a_row(routes):
    assert lacking(routes, {**ALLOWED, **OF_BOOKINGS}) == ([], [])
    assert lacking([*routes, "GET /new"], {**ALLOWED, **OF_BOOKINGS}) == (["GET /new"], [])


def asked(client, route, path, **extra):
    method, _ = route.split(" ", 1)
    extra = {**WITH.get(route, {}), **extra}
    if method == "GET":
        return client.get(path, params=extra, allow_redirects=False)
    return client.request(method, path, json=extra)


def judge(letter, answer, may):
    """What is wrong with the answer, or nothing."""
    if answer.status_code >= 500:
        return "fails"
    if may:
        return "is refused" if answer.status_code in (401, 403, 404, 405) else None
    return None if answer.status_code in ((401, 404, 410) if letter in "vx" else (403, 404, 410)) else "gets through"


def report(stack, wrong):
    return "\n".join([*wrong, *(line for line in stack.comptoir.log().splitlines() if " status=5" in line)])


def test_who_may_and_who_may_not(routes, clients, by_hand, fill, stack):
    """Those who may not go first, so that what the others do does not come in their way."""
    wrong, judged, rows = [], 0, [r for r in routes if r not in OF_BOOKINGS]
    for route in rows:
        for may in (False, True):
            for letter in ALL:
                if (letter in ALLOWED.get(route, "")) != may:
                    continue
                who = stack.visitor() if letter == "v" else (by_hand if route in BY_HAND else clients)[letter]
                answer = asked(who, route, fill(route.split(" ", 1)[1], letter))
                problem = judge(letter, answer, may)
                judged += 1
                if problem:
                    wrong.append(f"{letter} {problem}: {route} -> {answer.status_code}")
                if route not in BY_HAND:
                    who.cookies.clear()                     # of a link that was opened
    assert judged == len(rows) * len(ALL) and not wrong, report(stack, wrong)


def test_what_is_done_by_hand_is_not_done_by_a_token(clients, fill):
    for route in sorted(BY_HAND):
        path = fill(route.split(" ", 1)[1], "m")
        answer = clients["m"].post(path, json={"current": st.PASSWORD, "label": "x", "email": "x@essai.example",
                                               "password": "trois petits chats", "family_name": "X", "lang": "fr"})
        assert answer.status_code == 403, (route, answer.status_code)


def test_nobody_ends_the_session_of_another(by_hand, fill, stack):
    """The answer is the same whether there is such a session or not."""
    path = fill("/me/sessions/{id}/revoke", "m")
    there = f"SELECT COUNT(*) FROM session WHERE id = {path.split('/')[3]}"
    for letter in SIGNED_IN.replace("m", ""):
        by_hand[letter].post(path, json={})
        assert stack.database.value(there) == 1, letter
    by_hand["m"].post(path, json={})
    assert stack.database.value(there) == 0


def make_bookings(stack, clients):
    """{whose: (uid, the token that opens it or None)}"""
    lys = str(stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'"))

    def made(client, ahead, **more):
        answer = client.book(ROOM_A, f"{st.day(ahead)}T09:00", f"{st.day(ahead)}T10:00", **more)
        assert answer.status_code in (201, 202), answer.text
        return answer.json()["uid"]

    def guest(ahead, address):
        uid = made(stack.visitor(), ahead, name="Gaël", email=address)
        return uid, mailed(stack, address, rf"/bookings/{uid}/verify\?t=([0-9a-f]+)")
    return {"phone": (made(clients["g"], 44, name="Zoé Téléphone"), None), "member": (made(clients["m"], 45), None),
            "guest": guest(46, "gael@essai.example"), "client": (made(clients["c"], 47, payer=lys), None),
            "another": guest(48, "autre-gael@essai.example")}


def test_the_pages_of_a_booking(clients, stack):
    bookings = make_bookings(stack, clients)
    people = {**clients, **{letter: stack.program(who[0]) for letter, who in BOOKERS.items()}}
    tokens = {"k": bookings["guest"][1], "x": bookings["another"][1]}
    wrong, judged = [], 0
    for route, rows in OF_BOOKINGS.items():
        for whose, allowed in rows.items():
            for may in (False, True):
                for letter in ALL_OF_BOOKINGS:
                    if (letter in allowed) != may:
                        continue
                    client, path = people.get(letter) or stack.visitor(), route.split(" ", 1)[1].replace("{uid}", bookings[whose][0])
                    if letter in tokens:
                        path += "?t=" + tokens[letter]
                    answer = asked(client, route, path)
                    # a link that was mailed to somebody opens nothing else, and without one a guest's booking is not there
                    problem = judge("v" if letter in tokens else letter, answer, may)
                    judged += 1
                    if problem:
                        wrong.append(f"{letter} {problem}: {route} of a {whose} -> {answer.status_code}")
    assert judged == len(OF_BOOKINGS) * 4 * len(ALL_OF_BOOKINGS) and not wrong, report(stack, wrong)
    assert stack.overlaps() == [] and stack.halves() == []


def test_a_row_is_not_found_below_another_organisation(routes, clients, fill, stack):
    """Whoever may do all in Le Grand Canal finds none of La Filature's rows there, whatever the key."""
    asked_for, found = 0, []
    own = stack.database.value("SELECT MIN(c.party_id) FROM org_contact c JOIN organisation o ON o.id = c.org_id"
                               " WHERE o.slug = 'filature' AND NOT EXISTS (SELECT 1 FROM org_contact d"
                               " WHERE d.party_id = c.party_id AND d.org_id <> c.org_id)")
    known = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    body = {"row_version": "1", "from_version": "1", "into_version": "1", "with": str(known),
            "person": clients["A"].get("/me").json()["id"], "role": "contact"}
    for route in routes:
        method, path = route.split(" ", 1)
        if not re.fullmatch(r"/o/\{org\}/\w+/\{(id|mail)\}(/\w+)?", path):
            continue
        here = re.sub(r"/people/\d+", f"/people/{own}", fill(path))
        assert re.search(r"/\d+(/|$)", here), here
        there = here.replace("/o/filature/", "/o/canal/")
        answer = clients["A"].request(method, there, json=None if method == "GET" else body)
        asked_for += 1
        if answer.status_code != (409 if "/mails/" in path else 404):       # there is nothing to send or stop
            found.append(f"{route} -> {answer.status_code}")
    assert asked_for > 60 and not found, "\n".join(found)


def test_the_installation_s_admin_reads_no_row_of_an_organisation(routes, clients, stack):
    """By the word: names that are in the organisation's rows are on none of the pages that he may open. But accounts are
    the installation's: who changed hers is named in its audit trail, and nobody else is."""
    names = [row[0] for row in stack.database.rows(
        "SELECT p.name FROM org_contact c JOIN party p ON p.id = c.party_id WHERE p.kind = 'person'"
        " UNION SELECT contact_name FROM reservation_booking WHERE contact_name <> ''"
        " UNION SELECT email FROM party WHERE email LIKE '%demo.example'")]
    own = clients["i"].get("/me").json()
    names = [n for n in names if n not in (own["name"], own["email"])]
    assert len(names) > 5
    pages = [r.split(" ", 1)[1] for r in routes if r.startswith("GET /admin") and "{" not in r]
    assert pages
    for page in pages:
        text = clients["i"].get(page, headers={"Accept": "text/html"}).text
        if page == "/admin/audit":
            entries = clients["i"].get(page, params={"limit": 500}).json()["entries"]
            assert {e["kind"] for e in entries if e["who"] in names} <= {"account", "token", "party"}
            text = str([{**e, "who": None} for e in entries])
        assert [n for n in names if n in text] == [], page
