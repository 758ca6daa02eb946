# SPDX-License-Identifier: GPL-3.0-or-later
"""Memberships: plans, joining by the web and at the desk, dues that are paid by hand, what members count as, renewals, and
what holds for two at once; with bookings and without, with invoicing and without."""
import concurrent.futures
import datetime
import json
import pathlib
import shutil
import subprocess

import pytest

import stack as st
import test_records

HERE = pathlib.Path(__file__).resolve().parent

ORG = "/o/filature"
MEMBERS, PLANS, JOIN = ORG + "/members", ORG + "/plans", ORG + "/join"


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load="reservation memberships") as running:
        st.restart_days()
        yield running


@pytest.fixture(autouse=True)
def unlimited(stack):
    """How often one may join in a day is for a test of its own."""
    stack.database.rows("DELETE FROM rate_limit")


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


@pytest.fixture(scope="module")
def treasurer(stack):
    return stack.login("admin@demo.example")


@pytest.fixture(scope="module")
def member(stack):
    return stack.login("membre@demo.example")


@pytest.fixture(scope="module")
def client(stack):
    """Who may commit Lys-Lez, a client of several places."""
    return stack.login("contact@lys-lez.example")


@pytest.fixture(scope="module")
def other(stack):
    return stack.login("admin@canal.example")


def add(who, path, **values):
    answer = who.post(path, json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def plan(who, label, **more):
    values = {"label": label, "whom": "both", "pricing": "fixed", "price": "20", "period": "months", **more}
    return add(who, PLANS, **values)["id"]


def person(who, given, family, **more):
    return add(who, ORG + "/people", kind="person", given_name=given, family_name=family, **more)["id"]


def errors(answer, status=422):
    assert answer.status_code == status, answer.text
    return answer.json().get("errors", {})


def row(stack, key):
    columns = ("state", "from_d", "to_d", "dues_cents", "gift_cents", "reason", "hand_utc", "due_d", "source", "renewed_id", "posted")
    return dict(zip(columns, stack.database.rows(f"SELECT {', '.join(columns)} FROM memberships_membership WHERE id = {key}")[0]))


def test_join_and_pay(stack, treasurer, member):
    key = plan(treasurer, "Adhésion simple")
    made = add(member, JOIN, plan=key)
    stored = row(stack, made["id"])
    assert (stored["state"], stored["dues_cents"], stored["from_d"]) == ("due", "2000", str(today()))


# ---- who may

def test_wrong_people_are_refused(stack, treasurer, member, other):
    key = plan(treasurer, "Pour les refus")
    made = add(treasurer, MEMBERS, party=person(treasurer, "Odile", "Refusée"), plan=key)["id"]
    uid = stack.database.value(f"SELECT uid FROM memberships_membership WHERE id = {made}")
    visitor = stack.visitor()
    visitor.headers["X-CSRF-Token"] = visitor.csrf("/login")
    desk = [("GET", MEMBERS), ("GET", MEMBERS + ".csv"), ("GET", f"{MEMBERS}/{made}"), ("GET", PLANS), ("POST", PLANS),
            ("POST", MEMBERS), ("POST", f"{MEMBERS}/{made}"), ("POST", f"{MEMBERS}/{made}/delete"), ("GET", ORG + "/plan-brackets")]
    desk += [("POST", f"/memberships/{made}/{act}") for act in ("accept", "refuse", "paid", "unpaid", "reopen")]
    for method, path in desk:
        assert visitor.request(method, path).status_code == (404 if path.startswith("/memberships") else 401), path
        assert member.request(method, path).status_code in (403, 404), path
        assert other.request(method, path).status_code in (403, 404), path
    own = [("POST", f"/memberships/{uid}/leave"), ("POST", f"/memberships/{uid}/renewal")]
    for method, path in own + [("POST", JOIN), ("GET", "/memberships")]:
        assert visitor.request(method, path).status_code == 401, path
    for method, path in own:                                        # hers alone: not even the treasurer's
        assert member.request(method, path).status_code == 404, path
        assert treasurer.request(method, path).status_code == 404, path
    assert row(stack, made)["state"] == "due"
    assert visitor.get(JOIN).status_code == 200
    assert visitor.get("/o/lys-lez/join").status_code == 404        # a client runs no place


def test_manager_does_not_set_dues(stack, treasurer):
    manager = stack.login("gestion@demo.example")
    assert manager.get(PLANS).status_code == 200
    assert manager.post(PLANS, json={"label": "x", "whom": "both", "pricing": "fixed", "price": "1", "period": "year"}).status_code == 403


def test_keys_of_others_are_refused(stack, treasurer, other):
    key = plan(treasurer, "D’ici")
    assert "plan" in errors(other.post("/o/canal/join", json={"plan": key}))
    assert "plan" in errors(other.post("/o/canal/members", json={"plan": key, "party": person(treasurer, "Ici", "Seule")}))


# ---- what is offered

@pytest.mark.parametrize("values, field", [
    ({"pricing": "bracket", "price": "5"}, "price"), ({"pricing": "fixed", "price": None}, "price"),
    ({"counterpart": True}, "vat_code"), ({"vat_code": "S20"}, "vat_code"), ({"first_month": 13}, "first_month"),
    ({"label": ""}, "label")])
def test_plans_are_checked(treasurer, values, field):
    whole = {"label": "Faux", "whom": "person", "pricing": "fixed", "price": "20", "period": "year", **values}
    assert field in errors(treasurer.post(PLANS, json=whole))


def test_what_is_no_longer_offered(stack, treasurer, member):
    key = plan(treasurer, "Autrefois", offered=False)
    assert key not in [p["id"] for p in member.get(JOIN).json()["plans"]]
    assert "plan" in errors(member.post(JOIN, json={"plan": key}))
    assert add(treasurer, MEMBERS, party=person(treasurer, "Ancien", "Plan"), plan=key)     # at the desk all the same


def test_years_and_months(stack, treasurer):
    for period, month, day, first, last, dues in (
            ("year", 1, "2026-03-15", "2026-01-01", "2026-12-31", 1200), ("year", 9, "2026-03-15", "2025-09-01", "2026-08-31", 1200),
            ("months", 1, "2027-03-15", "2027-03-15", "2028-03-14", 1200), ("months", 1, "2028-02-29", "2028-02-29", "2029-02-27", 1200),
            ("prorated", 1, "2026-03-15", "2026-01-01", "2026-12-31", 1000), ("prorated", 1, "2026-12-31", "2026-01-01", "2026-12-31", 100),
            ("prorated", 9, "2026-01-01", "2025-09-01", "2026-08-31", 800), ("prorated", 1, "2027-01-01", "2027-01-01", "2027-12-31", 1200)):
        key = plan(treasurer, f"Période {period}", price="12", period=period, first_month=month)
        made = add(treasurer, MEMBERS, party=person(treasurer, "Période", f"{period} {month} {day}"), plan=key, **{"from": day})["id"]
        got = stack.database.rows(f"SELECT period_d, from_d, to_d, dues_cents FROM memberships_membership WHERE id = {made}")[0]
        assert got == [first, day, last, str(dues)], (period, month, day)


def test_brackets(stack, treasurer, client):
    key = plan(treasurer, "Par tranche", pricing="bracket", price=None, whom="organisation")
    assert key not in [p["id"] for p in client.get(JOIN).json()["plans"]]                 # nothing to choose yet
    low = add(treasurer, ORG + "/plan-brackets", label="moins de 50 000 €", plan=key, price="30")["id"]
    add(treasurer, ORG + "/plan-brackets", label="plus", plan=key, price="80")
    fixed = plan(treasurer, "Sans tranche")
    assert "plan" in errors(treasurer.post(ORG + "/plan-brackets", json={"label": "x", "plan": fixed, "price": "1"}))
    offered = next(p for p in client.get(JOIN).json()["plans"] if p["id"] == key)
    assert [b["price"]["cents"] for b in offered["brackets"]] == [3000, 8000]
    lys = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    assert "bracket" in errors(client.post(JOIN, json={"plan": key, "party": str(lys)}))
    assert "plan" in errors(client.post(JOIN, json={"plan": key, "bracket": low}))        # she is no organisation
    made = add(client, JOIN, plan=key, party=str(lys), bracket=low)["id"]
    stored = row(stack, made)
    assert (stored["state"], stored["dues_cents"]) == ("due", "3000")
    assert made in [m["id"] for m in client.get("/memberships").json()["memberships"]]


def test_only_who_may_commit_it(stack, treasurer, member):
    key = plan(treasurer, "Pour un client")
    lys = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    assert "party" in errors(member.post(JOIN, json={"plan": key, "party": str(lys)}))


def test_free_price(stack, treasurer, member):
    key = plan(treasurer, "Prix libre", pricing="free", price="10")
    assert "dues" in errors(member.post(JOIN, json={"plan": key, "dues": "9,99"}))
    stored = row(stack, add(member, JOIN, plan=key, dues="25")["id"])
    assert (stored["dues_cents"], stored["gift_cents"], stored["state"]) == ("2500", "1500", "due")
    nothing = plan(treasurer, "Vraiment libre", pricing="free", price="0")
    stored = row(stack, add(member, JOIN, plan=nothing, dues="0")["id"])
    assert (stored["dues_cents"], stored["state"], stored["due_d"]) == ("0", "active", None)


def test_refused_form_keeps_what_was_typed(stack, treasurer, member):
    key = plan(treasurer, "Formulaire", pricing="free", price="10", whom="person")
    form = next(f for f in member.page(f"{JOIN}?plan={key}").forms if f.action.endswith("/join"))
    page = st.Page(member.submit(form, dues="3,50"))
    assert page.status == 422 and "Au moins 10,00 €" in st.plain(page.text)
    again = next(f for f in page.forms if f.action.endswith("/join"))
    assert (again.value("dues"), again.value("plan")) == ("3,50", key)
    done = member.submit(again, dues="12")
    assert done.status_code == 303 and done.headers["Location"].endswith("/memberships")


def test_typed_price_counts_only_where_it_is_free(stack, treasurer, member):
    assert row(stack, add(member, JOIN, plan=plan(treasurer, "Prix fixe"), dues="0")["id"])["dues_cents"] == "2000"


def test_nobody_joins_all_day_long(stack, treasurer, member):
    keys = [plan(treasurer, f"Encore {n}", whom="person") for n in range(11)]
    assert [member.post(JOIN, json={"plan": key}).status_code for key in keys] == [201] * 10 + [429]


# ---- asked, accepted, paid

def test_request_waits_for_an_answer(stack, treasurer, member):
    key = plan(treasurer, "Sur demande", approval=True)
    made = add(member, JOIN, plan=key)["id"]
    assert (row(stack, made)["state"], row(stack, made)["due_d"]) == ("asked", None)
    assert treasurer.post(f"/memberships/{made}/paid").status_code == 409
    assert treasurer.post(f"/memberships/{made}/accept").status_code == 200
    assert (row(stack, made)["state"], row(stack, made)["due_d"]) == ("due", str(today()))
    assert treasurer.post(f"/memberships/{made}/accept").status_code == 409
    no = add(member, JOIN, plan=plan(treasurer, "Sur demande aussi", approval=True))["id"]
    assert treasurer.post(f"/memberships/{no}/refuse").status_code == 200
    assert row(stack, no)["state"] == "refused"


def test_active_exactly_while_paid(stack, treasurer, member):
    made = add(member, JOIN, plan=plan(treasurer, "Payée"))["id"]
    for _ in range(2):                                              # a second click changes nothing
        assert treasurer.post(f"/memberships/{made}/paid").status_code == 200
        assert row(stack, made)["state"] == "active"
    assert row(stack, made)["hand_utc"]
    assert treasurer.post(f"/memberships/{made}/unpaid").status_code == 200
    assert (row(stack, made)["state"], row(stack, made)["hand_utc"]) == ("due", None)
    history = treasurer.page(f"{MEMBERS}/{made}")
    assert history.status == 200 and "Noter la cotisation comme payée" in history.text


def test_mails_say_what_happens(stack, treasurer):
    key = plan(treasurer, "Avec courriels")
    who = person(treasurer, "Lucie", "Courriel", email="lucie@membres.example")
    made = add(treasurer, MEMBERS, party=who, plan=key)["id"]
    treasurer.post(f"/memberships/{made}/paid")
    subjects = [r[0] for r in stack.database.rows(f"SELECT subject FROM outbox WHERE party_id = {who} ORDER BY id")]
    assert len(subjects) == 2 and "cotisation" in subjects[0] and "à jour" in subjects[1], subjects


def test_giving_up(stack, treasurer, member):
    made = add(member, JOIN, plan=plan(treasurer, "Abandonnée"))["id"]
    uid = stack.database.value(f"SELECT uid FROM memberships_membership WHERE id = {made}")
    assert member.post(f"/memberships/{uid}/leave").status_code == 200
    assert (row(stack, made)["state"], row(stack, made)["reason"]) == ("ended", "declined")
    assert member.post(f"/memberships/{uid}/leave").status_code == 409
    assert treasurer.post(f"/memberships/{made}/reopen").status_code == 200
    assert row(stack, made)["state"] == "due"
    treasurer.post(f"/memberships/{made}/paid")
    assert member.post(f"/memberships/{uid}/leave").status_code == 409


# ---- at the desk

def test_desk_adds_changes_and_ends(stack, treasurer):
    key = plan(treasurer, "Au bureau")
    who = person(treasurer, "Paul", "Bureau")
    made = add(treasurer, MEMBERS, party=who, plan=key, dues="15", note="par téléphone")
    path = f"{MEMBERS}/{made['id']}"
    assert (made["state"], made["dues"]["cents"], made["paid"]) == ("due", 1500, False)
    changed = treasurer.post(path, json={"row_version": made["row_version"], "dues": "0"}).json()
    assert (changed["state"], changed["dues"]["cents"], changed["paid"]) == ("active", 0, True)
    assert treasurer.post(path, json={"row_version": made["row_version"], "note": "trop tard"}).status_code == 409
    assert "dues" in errors(treasurer.post(path, json={"row_version": changed["row_version"], "dues": "7"}))
    page = treasurer.get(path + "/delete").json()
    assert treasurer.post(path + "/delete", json={"row_version": page["row_version"]}).status_code == 200
    assert (row(stack, made["id"])["state"], row(stack, made["id"])["reason"]) == ("ended", "left")
    paid = add(treasurer, MEMBERS, party=person(treasurer, "Anne", "Bureau"), plan=key, paid=True)
    assert paid["state"] == "active" and row(stack, paid["id"])["hand_utc"]


def test_form_from_the_page_of_a_contact(treasurer):
    who = person(treasurer, "Rose", "Contact")
    page = treasurer.page(f"{ORG}/people/{who}")
    link = next(p for p in page.links if p.endswith(f"/members/new?party={who}"))
    form = next(f for f in treasurer.page(treasurer.below(link)).forms if f.action.endswith("/members"))
    assert form.value("party") == who


def test_list_is_narrowed(stack, treasurer):
    key = plan(treasurer, "Liste", period="year", price="0")
    for n, year in enumerate((2024, 2025, 2025)):
        add(treasurer, MEMBERS, party=person(treasurer, f"Liste{n}", "Filtrée"), plan=key, **{"from": f"{year}-02-01"})
    rows = treasurer.get(MEMBERS, params={"plan": key, "year": 2025}).json()["rows"]
    assert [r["name"] for r in rows] == ["Liste1 Filtrée", "Liste2 Filtrée"] and {r["state"] for r in rows} == {"over"}
    assert len(treasurer.get(MEMBERS, params={"plan": key, "state": "over"}).json()["rows"]) == 3
    assert len(treasurer.get(MEMBERS, params={"plan": key, "q": "Liste2"}).json()["rows"]) == 1
    lines = treasurer.get(MEMBERS + ".csv", params={"plan": key, "year": 2025}).text.splitlines()
    assert len(lines) == 3 and "Liste2 Filtrée" in lines[2]
    page = treasurer.page(MEMBERS, params={"year": "2025"})
    assert next(f for f in page.forms if f.action.endswith("/members")).value("year") == "2025"
    assert "year" in errors(treasurer.get(MEMBERS, params={"year": "deux"}))


def test_list_costs_the_same_for_many(stack, treasurer):
    key = plan(treasurer, "Beaucoup", price="0")
    add(treasurer, MEMBERS, party=person(treasurer, "Un", "Beaucoup"), plan=key)
    path = f"{MEMBERS}?plan={key}"
    one = stack.comptoir.queries(lambda: treasurer.get(path)), stack.comptoir.queries(lambda: treasurer.get(f"{MEMBERS}.csv?plan={key}"))
    for n in range(12):
        add(treasurer, MEMBERS, party=person(treasurer, f"Un{n}", "Beaucoup"), plan=key)
    many = stack.comptoir.queries(lambda: treasurer.get(path)), stack.comptoir.queries(lambda: treasurer.get(f"{MEMBERS}.csv?plan={key}"))
    assert one == many and one[0] <= 8


# ---- for two at once

def test_never_two_for_a_period(stack, treasurer):
    key = plan(treasurer, "Une seule")
    people = [person(treasurer, f"Double{n}", "Clic") for n in range(6)]
    clients = [stack.login("admin@demo.example") for _ in range(4)]

    def join(n):
        # two first days each, so that the key of the period alone would let both in
        day = today() + datetime.timedelta(n % 2)
        return clients[n % 4].post(MEMBERS, json={"party": people[n // 8], "plan": key, "from": str(day)}).status_code

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(join, range(48)))
    assert sorted(set(answers)) == [201, 422] and answers.count(201) == 6
    assert stack.database.rows(f"SELECT party_id, COUNT(*) FROM memberships_membership WHERE plan_id = {key} GROUP BY 1"
                               " HAVING COUNT(*) > 1") == []
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


def test_verify_finds_what_does_not_hold(stack, treasurer):
    key = plan(treasurer, "À vérifier")
    made = add(treasurer, MEMBERS, party=person(treasurer, "Vera", "Fier"), plan=key, **{"from": "2020-01-01"})["id"]
    stack.database.rows("INSERT INTO memberships_membership (org_id, party_id, plan_id, period_d, from_d, to_d, state, dues_cents, source)"
                        f" SELECT org_id, party_id, plan_id, '2020-06-01', '2020-06-01', '2021-05-31', 'asked', 0, 'desk'"
                        f" FROM memberships_membership WHERE id = {made}")
    assert "overlap" in st.ctl(stack.comptoir.config, "verify", check=False).stderr
    stack.database.rows(f"DELETE FROM memberships_membership WHERE period_d = '2020-06-01' AND plan_id = {key}")


# ---- what members count as

def test_members_price(stack, treasurer, member):
    key = plan(treasurer, "Tarif membre", audience="partner")
    org = stack.database.value("SELECT org_id FROM place WHERE slug = 'essai'")
    assert str(org) == str(stack.database.value("SELECT id FROM organisation WHERE slug = 'filature'"))
    kinds = add(treasurer, ORG + "/audiences", label="partenaires d’essai", code="partner")["id"]
    add(treasurer, ORG + "/adjustments", label="tarif partenaire", discount="30", audience=kinds, resource=str(st.ROOM_A))

    def price(ahead):
        answer = member.get(f"/resources/{st.ROOM_A}/price",
                            params={"start": f"{st.day(ahead)}T09:00", "end": f"{st.day(ahead)}T11:00"})
        assert answer.status_code == 200, answer.text
        return answer.json()["total"]["cents"]

    full = price(40)
    made = add(member, JOIN, plan=key)["id"]
    assert price(40) == full                                         # not paid
    treasurer.post(f"/memberships/{made}/paid")
    assert price(40) == full * 7 // 10                               # once
    booked = member.book(st.ROOM_A, f"{st.day(40)}T09:00", f"{st.day(40)}T11:00")
    assert booked.status_code == 201 and booked.json()["price"]["total"]["cents"] == full * 7 // 10
    stack.database.rows(f"UPDATE memberships_membership SET to_d = '{st.day(39)}' WHERE id = {made}")
    assert price(40) == full and price(39) == full * 7 // 10         # until the last day, that included
    treasurer.post(f"/memberships/{made}/unpaid")
    assert price(39) == full


# ---- people

def test_merging_keeps_one(stack, treasurer):
    key, second = plan(treasurer, "Fusion"), plan(treasurer, "Fusion bis")
    stays, goes = person(treasurer, "Agathe", "Fusion"), person(treasurer, "Agathe", "Fusionne")
    kept = add(treasurer, MEMBERS, party=stays, plan=key)["id"]
    double = add(treasurer, MEMBERS, party=goes, plan=key, paid=True)["id"]
    moved = add(treasurer, MEMBERS, party=goes, plan=second)["id"]
    versions = {f"{w}_version": stack.database.value(f"SELECT row_version FROM party WHERE id = {k}")
                for w, k in (("from", goes), ("into", stays))}
    answer = treasurer.post(f"{ORG}/people/{goes}/merge", json={"with": stays, **versions})
    assert answer.status_code in (200, 303), answer.text
    assert [row(stack, k)["state"] for k in (kept, double, moved)] == ["due", "ended", "due"]
    assert stack.database.value(f"SELECT COUNT(*) FROM memberships_membership WHERE party_id = {stays}") == 3


def test_what_a_person_gets_and_owes(stack, treasurer):
    member = stack.login("membre@demo.example")
    made = add(member, JOIN, plan=plan(treasurer, "Mes données", whom="person"))["id"]
    got = [x for x in member.get("/me/data.json").json()["memberships"] if x["plan"] == "Mes données"]
    assert [(x["organisation"], x["state"], x["dues"]["cents"]) for x in got] == [("La Filature", "due", 2000)]
    page = member.page("/me/delete")
    assert "ne sont pas payées" in page.text or "n’est pas payée" in page.text
    assert any(link.endswith("/memberships") for link in page.links)
    treasurer.post(f"/memberships/{made}/paid")
    mine = next(x for x in member.get("/memberships").json()["memberships"] if x["id"] == made)
    assert (mine["state"], mine["organisation"], mine["renews"]) == ("active", "La Filature", True)
    assert member.post(f"/memberships/{mine['uid']}/renewal", json={"renews": False}).status_code == 200
    assert next(x for x in member.get("/memberships").json()["memberships"] if x["id"] == made)["renews"] is False


def test_forgotten_people_are_no_members(stack, treasurer):
    key = plan(treasurer, "Oubliée")
    who = person(treasurer, "Flore", "Oubli", email="flore@oubli.example")
    made = add(treasurer, MEMBERS, party=who, plan=key, paid=True, note="voisine", **{"from": "2020-01-01"})["id"]

    def forget():
        stack.database.rows("UPDATE party SET created_utc = '2019-01-01', forget_check_utc = '2000-01-01',"
                            f" forget_warned_utc = UTC_TIMESTAMP() - INTERVAL 60 DAY WHERE id = {who}")
        st.ctl(stack.comptoir.config, "jobs", "run", "account.forget")
        return stack.database.value(f"SELECT forgotten_utc IS NOT NULL FROM party WHERE id = {who}")

    stack.database.rows("UPDATE memberships_membership SET created_utc = '2020-01-01', to_d = '2031-12-31'"
                        f" WHERE id = {made}")
    assert not forget()                                             # a member until her last day
    stack.database.rows(f"UPDATE memberships_membership SET to_d = '2020-12-31' WHERE id = {made}")
    assert forget()
    assert stack.database.rows(f"SELECT note, renews FROM memberships_membership WHERE id = {made}") == [[None, "0"]]


def test_overview_counts(stack, treasurer):
    add(treasurer, MEMBERS, party=person(treasurer, "Vue", "Ensemble"), plan=plan(treasurer, "Vue d’ensemble"), paid=True)
    panel = next(p for p in treasurer.get(ORG).json()["panels"] if p["title"] == "Membres")
    active = stack.database.value("SELECT COUNT(*) FROM memberships_membership WHERE state = 'active' AND from_d <= UTC_DATE()"
                                  " AND to_d >= UTC_DATE() AND org_id = (SELECT id FROM organisation WHERE slug = 'filature')")
    assert panel["rows"][0]["text"].split()[0] == str(active)
    opener = stack.login("ouvreuse@demo.example").get(ORG).json()
    assert "Membres" not in [p["title"] for p in opener["panels"]]


def test_described_and_told(stack, treasurer):
    """OpenAPI, help, privacy and the site map know the plugin's pages."""
    key = plan(treasurer, "Décrite", whom="person")
    described = stack.visitor().get("/api/openapi.json").json()["paths"]
    for path in ("/o/{org}/join", "/memberships", "/o/{org}/members", "/o/{org}/plans", "/memberships/{id}/paid"):
        assert path in described, path
    visitor = stack.visitor()
    assert "Comment adhérer" in visitor.page("/help").text
    assert "liste des membres" in visitor.page("/legal/filature/privacy").text
    for path in (JOIN, f"{JOIN}?plan={key}", ORG, MEMBERS, MEMBERS + "/new", MEMBERS + "/import", PLANS, "/memberships"):
        assert treasurer.page(path).status == 200, path


# ---- renewals

def run_job(stack):
    return subprocess.Popen([str(st.BUILD / "cgi-bin/comptoirctl"), "--config", str(stack.comptoir.config), "jobs", "run",
                             "memberships.renewals"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_jobs(stack, processes=1):
    for process in [run_job(stack) for _ in range(processes)]:
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, out + error


def mails_of(stack, party):
    return [r[0] for r in stack.database.rows(f"SELECT subject FROM outbox WHERE party_id = {party} ORDER BY id")]


def started(stack, treasurer, key, name, ago, **more):
    """A paid membership whose first day is so many days ago."""
    who = person(treasurer, name, "Renouvelée", email=f"{name.lower()}@membres.example")
    made = add(treasurer, MEMBERS, party=who, plan=key, paid=True, **{"from": str(today() - datetime.timedelta(ago)), **more})
    return who, made["id"]


def next_of(stack, key):
    rows = stack.database.rows(f"SELECT id FROM memberships_membership WHERE renewed_id = {key}")
    return [r[0] for r in rows]


def test_renewal_once_and_at_the_current_price(stack, treasurer):
    key = plan(treasurer, "À renouveler", notice_days=30)
    people = [started(stack, treasurer, key, f"Rene{n}", 340 + n) for n in range(8)]
    late = started(stack, treasurer, key, "Tot", 100)
    no = started(stack, treasurer, key, "Nonobstant", 345, renews=False)
    version = treasurer.get(f"{PLANS}/{key}").json()["row_version"]
    assert treasurer.post(f"{PLANS}/{key}", json={"row_version": version, "price": "24"}).status_code == 200
    run_jobs(stack, 4)
    run_jobs(stack)
    assert next_of(stack, late[1]) == next_of(stack, no[1]) == []
    for who, old in people:
        new = next_of(stack, old)
        assert len(new) == 1
        stored, before = row(stack, new[0]), row(stack, old)
        assert (stored["state"], stored["dues_cents"], stored["source"]) == ("due", "2400", "renewal")
        assert stored["from_d"] == str(datetime.date.fromisoformat(before["to_d"]) + datetime.timedelta(1))
        assert stored["due_d"] == stored["from_d"]
        assert sum("période suivante" in subject for subject in mails_of(stack, who)) == 1
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


def test_no_renewal_of_what_is_no_longer_offered(stack, treasurer):
    key = plan(treasurer, "Plus renouvelée")
    _, old = started(stack, treasurer, key, "Finie", 350)
    version = treasurer.get(f"{PLANS}/{key}").json()["row_version"]
    assert treasurer.post(f"{PLANS}/{key}", json={"row_version": version, "offered": False}).status_code == 200
    run_jobs(stack)
    assert next_of(stack, old) == []


def test_declined_renewal_is_not_proposed_again(stack, treasurer, member):
    key = plan(treasurer, "Déclinée")
    made = add(member, JOIN, plan=key)["id"]
    treasurer.post(f"/memberships/{made}/paid")
    stack.database.rows(f"UPDATE memberships_membership SET to_d = '{today() + datetime.timedelta(9)}' WHERE id = {made}")
    run_jobs(stack)
    new, = next_of(stack, made)
    uid = stack.database.value(f"SELECT uid FROM memberships_membership WHERE id = {new}")
    assert member.post(f"/memberships/{uid}/leave").status_code == 200
    run_jobs(stack)
    assert next_of(stack, made) == [new] and row(stack, new)["reason"] == "declined"


def test_reminders_at_their_steps_then_the_end(stack, treasurer):
    key = plan(treasurer, "Impayée", grace_days=45)
    who = person(treasurer, "Lente", "Payeuse", email="lente@membres.example")
    made = add(treasurer, MEMBERS, party=who, plan=key)["id"]
    for ago, reminders in ((13, 0), (14, 1), (20, 1), (28, 2), (45, 2)):
        stack.database.rows(f"UPDATE memberships_membership SET due_d = '{today() - datetime.timedelta(ago)}' WHERE id = {made}")
        run_jobs(stack, 2)
        assert (row(stack, made)["state"], sum("rappel" in s for s in mails_of(stack, who))) == ("due", reminders), ago
    stack.database.rows(f"UPDATE memberships_membership SET due_d = '{today() - datetime.timedelta(46)}' WHERE id = {made}")
    run_jobs(stack, 2)
    run_jobs(stack)
    assert (row(stack, made)["state"], row(stack, made)["reason"]) == ("ended", "unpaid")
    assert sum("terminée" in s for s in mails_of(stack, who)) == 1
    assert treasurer.post(f"/memberships/{made}/reopen").status_code == 200       # paid after all
    assert row(stack, made)["due_d"] == str(today())


def test_next_year_may_be_chosen_when_this_one_is_soon_over(stack, treasurer, member):
    month = (today() + datetime.timedelta(40)).month
    soon = plan(treasurer, "Bientôt finie", period="year", first_month=month)
    offered = next(p for p in member.get(JOIN).json()["plans"] if p["id"] == soon)
    assert offered["next_d"] == str(datetime.date.fromisoformat(offered["to_d"]) + datetime.timedelta(1))
    assert row(stack, add(member, JOIN, plan=soon, next=True)["id"])["from_d"] == offered["next_d"]
    assert "next" in errors(member.post(JOIN, json={"plan": plan(treasurer, "Douze mois"), "next": True}))


# ---- papers

def words_of(pdf):
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return st.plain(" ".join(done.stdout.decode().split()))


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_certificate_and_card(stack, treasurer, member, other):
    made = add(member, JOIN, plan=plan(treasurer, "Avec papiers", pricing="free", price="10", whom="person"), dues="25")["id"]
    uid = stack.database.value(f"SELECT uid FROM memberships_membership WHERE id = {made}")
    path = f"/memberships/{uid}"
    assert member.get(path + "/certificate.pdf").status_code == 409          # not paid
    treasurer.post(f"/memberships/{made}/paid")
    certificate, card = member.get(path + "/certificate.pdf"), member.get(path + "/card.pdf")
    assert certificate.headers["Content-Type"] == card.headers["Content-Type"] == "application/pdf"
    said, until = words_of(certificate.content), row(stack, made)["to_d"]
    day = datetime.date.fromisoformat(until).strftime("%d/%m/%Y")
    for words in ("La Filature atteste que", "Camille Lefebvre", "formule « Avec papiers »", f"au {day}", "25,00 € ont été payés",
                  "dont 15,00 € de don", "pas un reçu fiscal"):
        assert words in said, (words, said)
    for words in ("La Filature", "Camille Lefebvre", f"jusqu’au {day}"):
        assert words in words_of(card.content)
    assert treasurer.get(path + "/certificate.pdf").content == certificate.content      # the same bytes, whenever
    for name in ("certificate", "card"):
        assert stack.visitor().get(f"{path}/{name}.pdf").status_code == 401
        assert other.get(f"{path}/{name}.pdf").status_code == 404


# ---- from a spreadsheet

SHEET = """Prénom;Nom;E-mail;Formule;Début;Fin;Cotisation;Payée;Couleur
Inès;Tableur;ines@tableur.example;{a};01/02/2026;;15;oui;bleu
Marc;Tableur;;{a};;31/12/2026;;;
Léa;Tableur;;Inconnue;;;;oui;
Théo;Tableur;;{a};hier;;;oui;
Nora;Tableur;;{a};01/06/2026;01/05/2026;;oui;
Yanis;Tableur;;{b};01/06/2026;;;oui;
Sami;Tableur;;{b};01/06/2026;;12,50;oui;
Collectif;;;{a};;;;oui;
"""


def upload(who, text):
    answer = who.post(MEMBERS + "/import", json={"text": text})
    assert answer.status_code == 201, answer.text
    return f"{MEMBERS}/import/{answer.json()['uid']}"


def test_import_shows_and_then_does_it(stack, treasurer):
    one, many = plan(treasurer, "Tableur simple", whom="person"), plan(treasurer, "Tableur tranches", pricing="bracket", price=None)
    sheet = SHEET.format(a="tableur simple", b="Tableur tranches")
    path = upload(treasurer, sheet)
    count = "SELECT COUNT(*) FROM memberships_membership"
    before, mails = stack.database.value(count), stack.database.value("SELECT COUNT(*) FROM outbox")
    seen = treasurer.get(path).json()
    what = {x["name"].split()[0]: (x["what"], x["why"]) for x in seen["lines"]}
    assert {k: v[0] for k, v in what.items()} == {"Inès": "new", "Marc": "new", "Léa": "wrong", "Théo": "wrong", "Nora": "wrong",
                                                 "Yanis": "wrong", "Sami": "new", "Collectif": "new"}
    assert "Inconnue" in what["Léa"][1] and "hier" in what["Théo"][1] and "tranche" not in what["Inès"][1]
    assert "cotisation attendue" in what["Marc"][1] and "payée" in what["Inès"][1]
    page = treasurer.page(path)
    assert page.status == 200 and "Couleur" in page.text and stack.database.value(count) == before      # a GET stores nothing
    done = treasurer.post(path)
    assert done.status_code == 200 and (done.json()["added"], done.json()["wrong"], done.json()["meanwhile"]) == (4, 4, 0)
    assert treasurer.post(path).status_code == 409
    got = {r[0]: r[1:] for r in stack.database.rows(
        "SELECT p.given_name, m.state, m.from_d, m.to_d, m.dues_cents, m.source FROM memberships_membership m JOIN party p"
        f" ON p.id = m.party_id WHERE m.plan_id IN ({one}, {many})")}
    assert got["Inès"] == ["active", "2026-02-01", "2027-01-31", "1500", "import"]
    assert got["Marc"] == ["due", "2026-01-01", "2026-12-31", "2000", "import"]
    assert got["Sami"][3] == "1250" and len(got) == 4
    assert stack.database.value("SELECT COUNT(*) FROM outbox") == mails                  # nobody is written to
    again = treasurer.get(upload(treasurer, sheet)).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 4)
    paid = upload(treasurer, sheet.replace("31/12/2026;;;", "31/12/2026;;x;"))
    assert (treasurer.get(paid).json()["added"], treasurer.get(paid).json()["changed"]) == (0, 1)
    assert treasurer.post(paid).status_code == 200
    assert stack.database.value("SELECT m.state FROM memberships_membership m JOIN party p ON p.id = m.party_id"
                                f" WHERE p.given_name = 'Marc' AND m.plan_id = {one}") == "active"


def test_import_is_for_who_looks_after_members(stack, treasurer, member, other):
    plan(treasurer, "Tableur gardé", whom="person")
    path = upload(treasurer, "Prénom;Nom;Formule\nZita;Gardée;Tableur gardé\n")
    for who, status in ((member, 403), (other, 403)):
        assert who.get(MEMBERS + "/import").status_code == who.get(path).status_code == who.post(path).status_code == status
        assert who.post(MEMBERS + "/import", json={"text": "x"}).status_code == status
    assert stack.visitor().get(path).status_code == 401
    assert stack.login("gestion@demo.example").get(path).status_code == 404              # the draft is the treasurer's
    assert "file" in errors(treasurer.post(MEMBERS + "/import", json={"text": "rien\nde bon\n"}))


def test_import_costs_the_same_for_many(stack, treasurer):
    plan(treasurer, "Tableur long", whom="person")
    head = "Prénom;Nom;Formule\n"
    few, many = (upload(treasurer, head + "".join(f"Ligne{i};Longue;Tableur long\n" for i in range(n))) for n in (2, 150))
    assert stack.comptoir.queries(lambda: treasurer.get(few)) == stack.comptoir.queries(lambda: treasurer.get(many))
    assert treasurer.post(many).json()["added"] == 150


# ---- with others, and without

class Tills(st.Stack):
    """With a plugin in the place of invoicing (billing_user.c), which has no tables."""

    def _start(self, database_options, through, settings):
        plugins = self.folder / "plugins"
        plugins.mkdir()
        for path in (st.BUILD / "plugins").glob("*.so"):
            (plugins / path.name).symlink_to(path.resolve())
        test_records.compile_plugin(HERE / "billing_user.c", "tills", plugins, f"-I{st.SOURCE}/plugins/invoicing/include")
        (self.folder / "data/sql/tills").mkdir(parents=True)
        for folder in ("core", "plugins"):
            (self.folder / "data" / folder).symlink_to(st.SOURCE.resolve() / folder)
        for folder in filter(pathlib.Path.is_dir, (st.SOURCE / "sql").iterdir()):
            (self.folder / "data/sql" / folder.name).symlink_to(folder.resolve())
        super()._start(database_options, through, {**settings, "paths_plugins": plugins, "paths_data": self.folder / "data"})


def posted(till, key):
    """The sets that were posted for a membership, oldest first."""
    rows = till.database.rows(f"SELECT after_json FROM audit WHERE kind = 'set' AND object_id = {key} ORDER BY id")
    return [json.loads(r[0]) for r in rows]


def test_dues_are_charges_where_somebody_bills(stack):
    with Tills(web="nginx", plugins_load="memberships tills") as till:
        treasurer, member = till.login("admin@demo.example"), till.login("membre@demo.example")
        made = add(member, JOIN, plan=plan(treasurer, "Avec don", pricing="free", price="10"), dues="25")["id"]
        sold = plan(treasurer, "Avec contrepartie", price="24", counterpart=True, vat_code="S20", whom="person")
        bought = add(member, JOIN, plan=sold)["id"]
        one, = posted(till, made)
        assert [(x["key"], x["cents"], x["vat_code"]) for x in one["lines"]] == [("dues", 1000, "O"), ("gift", 1500, "O")]
        assert (one["source"], one["payer"], one["basis"]) == ("memberships.membership", till.person("membre@demo.example"), 0)
        assert one["title"].startswith("Cotisation, Avec don, du ")
        two, = posted(till, bought)
        assert [(x["key"], x["cents"], x["vat_code"]) for x in two["lines"]] == [("dues", 2400, "S20")] and two["basis"] == 1

        def say(key, paid):
            assert treasurer.post(ORG + "/tills/paid", json={"id": int(key), "paid": paid}).status_code == 200
            return row(till, key)["state"]

        assert [say(made, paid) for paid in (True, True, False, True)] == ["active", "active", "due", "active"]
        treasurer.post(f"/memberships/{bought}/paid")                   # by hand, and then by the till: either is enough
        assert [say(bought, paid) for paid in (True, False)] == ["active", "active"]
        assert treasurer.post(f"/memberships/{bought}/unpaid").status_code == 200
        assert row(till, bought)["state"] == "due"
        uid = till.database.value(f"SELECT uid FROM memberships_membership WHERE id = {bought}")
        member.post(f"/memberships/{uid}/leave")
        assert posted(till, bought)[-1]["lines"] == []                  # nothing is owed any more
        assert say(bought, True) == "ended"                             # nor does a late word wake it
        asked = add(member, JOIN, plan=plan(treasurer, "Demande", approval=True))["id"]
        assert posted(till, asked) == []
        treasurer.post(f"/memberships/{asked}/accept")
        assert len(posted(till, asked)[-1]["lines"]) == 1
        nothing = add(member, JOIN, plan=plan(treasurer, "Gratuite", price="0"))["id"]
        assert posted(till, nothing) == []


def test_dues_paid_by_hand_are_not_billed(stack):
    """At the desk or by an import; unless it is taken back. What was posted first stays, and the page says so."""
    with Tills(web="nginx", plugins_load="memberships tills") as till:
        treasurer = till.login("admin@demo.example")
        key = plan(treasurer, "Au comptoir", price="15")
        desk = add(treasurer, MEMBERS, party=person(treasurer, "Payée", "Au comptoir"), plan=key, paid=True)["id"]
        found = upload(treasurer, "Prénom;Nom;Formule;Début;Fin;Cotisation;Payée\n"
                       f"Importée;Payée;Au comptoir;{today()};{today() + datetime.timedelta(300)};15;oui\n")
        assert treasurer.post(found).status_code == 200
        sheet = till.database.value("SELECT MAX(id) FROM memberships_membership")
        assert int(sheet) != int(desk) and row(till, sheet)["state"] == "active"
        assert (posted(till, desk), posted(till, sheet)) == ([], [])
        assert treasurer.post(f"/memberships/{desk}/unpaid").status_code == 200
        assert [x["cents"] for x in posted(till, desk)[-1]["lines"]] == [1500]
        assert treasurer.post(f"/memberships/{desk}/paid").status_code == 200
        assert len(posted(till, desk)[-1]["lines"]) == 1 and row(till, desk)["posted"] == "1"
        assert "figure encore parmi ce qui est à facturer" in treasurer.page(f"{MEMBERS}/{desk}").text


def test_without_bookings_and_with_invoicing(stack):
    with st.Stack(web="nginx", plugins_load="memberships") as alone:
        treasurer, member = alone.login("admin@demo.example"), alone.login("membre@demo.example")
        made = add(member, JOIN, plan=plan(treasurer, "Seule", audience="member"))["id"]
        treasurer.post(f"/memberships/{made}/paid")
        assert row(alone, made)["state"] == "active"
        assert treasurer.page(ORG).status == 200
    with st.Stack(web="nginx", plugins_load="reservation invoicing memberships") as all_of_it:
        treasurer, member = all_of_it.login("admin@demo.example"), all_of_it.login("membre@demo.example")
        made = add(member, JOIN, plan=plan(treasurer, "Toutes ensemble"))["id"]
        assert row(all_of_it, made)["state"] == "due"
        treasurer.post(f"/memberships/{made}/paid")
        assert row(all_of_it, made)["state"] == "active"


def test_sample_network_has_members(tmp_path):
    """`comptoirctl demo-data` with the plugin loaded: enough members, in every state that a page shows."""
    folder = st.short_folder()
    database = st.Database(folder / "db")
    try:
        database.start()
        database.rows(st.users_sql(), "")
        config = folder / "comptoir.ini"
        config.write_text(st.configuration(database.socket, folder, "http://127.0.0.1:9", plugins_load="reservation memberships"))
        st.ctl(config, "migrate")
        st.ctl(config, "demo-data", "--accounts", str(tmp_path / "accounts"))
        states = dict(database.rows("SELECT IF(state = 'active' AND to_d < UTC_DATE(), 'over', state), COUNT(*)"
                                    " FROM memberships_membership GROUP BY 1"))
        assert int(states["active"]) >= 40 and int(states["due"]) >= 3 and int(states["over"]) >= 8
        assert sum(map(int, states.values())) >= 80
        assert st.ctl(config, "verify").returncode == 0
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
