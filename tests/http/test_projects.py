# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents are part of projects: a lead prepares those of hers, whatever her role; some clients get an invoice for each."""
import email
import email.policy
import json
import re

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER, text_of
from stack import plain

LIST, OPENER, STRANGER = "/o/filature/invoices", "ouvreuse@demo.example", "tresor@canal.example"
HTML = {"Accept": "text/html"}

pytestmark = pytest.mark.usefixtures("sound_till")


def page(document, word=""):
    return f"{LIST}/{document}{word}"


def project(till, code, label, lead=None, **days):
    """Of La Filature; its key."""
    lead = f"(SELECT person_id FROM account WHERE login = '{lead}')" if lead else "NULL"
    first, last = (f"'{days[d]}'" if d in days else "NULL" for d in ("first", "last"))
    till.database.rows(f"INSERT INTO project (org_id, code, label, lead_id, from_d, to_d) VALUES ({till.org('filature')}, '{code}', '{label}',"
                       f" {lead}, {first}, {last})")
    return till.database.value(f"SELECT id FROM project WHERE code = '{code}' AND org_id = {till.org('filature')}")


@pytest.fixture(scope="module")
def works(till):
    """Two, led by a member and by an opener; one that ended and one of Le Grand Canal."""
    found = {"garden": project(till, "JARDIN", "Jardin partagé", MEMBER), "radio": project(till, "RADIO", "Radio du quartier", OPENER),
             "over": project(till, "VIEUX", "Fête de 2025", MEMBER, last=st.day(-1))}
    till.database.rows(f"INSERT INTO project (org_id, code, label) VALUES ({till.org('canal')}, 'AILLEURS', 'Ailleurs')")
    return {**found, "canal": till.database.value("SELECT id FROM project WHERE code = 'AILLEURS'")}


@pytest.fixture
def lou(till):
    """A member of La Filature, who leads the garden."""
    return till.program(MEMBER)


@pytest.fixture
def zora(till):
    """An opener, who leads the radio."""
    return till.program(OPENER)


def line(who, document, euros="25"):
    return who.post(page(document, "/lines"), json={"label": "Atelier de greffe", "quantity": "1", "price": euros, "vat_code": "E293B"})


def begin(who, **values):
    made = who.post(f"{LIST}/new", json=values)
    assert made.status_code == 201, made.text
    assert line(who, made.json()["id"]).status_code == 200
    return made.json()["id"]


def keys(who, **query):
    return {row["id"] for row in who.get(LIST, params={"limit": 500, **query}).json()["invoices"]}


def charge(till, client, cents, work=None, **more):
    return till.charge(client, {"amount_cents": cents, "vat_code": "E293B", "project_id": work, **more})


def stored(till, document, column="project_id"):
    return till.database.value(f"SELECT {column} FROM invoicing_document WHERE id = {document}")


def split(ines, client):
    answer = ines.post(f"/o/filature/balances/{client}/needs", json={"split_by": "project"})
    assert answer.status_code == 200, answer.text


def mails(till, to, name, n=1):
    """Subject and text of those about a client, once there are as many."""
    def found():
        letters = (email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in till.comptoir.mails())
        return [(str(m["subject"]), m.get_body(("plain",)).get_content()) for m in letters if to in str(m["to"]) and name in str(m["subject"])]
    st.wait_for(lambda: len(found()) >= n, 20)
    return found()


def known(till, work, name, **more):
    """A client whom the lead of a project knows by what it owes."""
    party = till.party(name, **more)
    charge(till, till.client(party), 1000, work)
    return party


def test_a_lead_prepares_and_the_treasurer_issues(till, works, ines, lou, zora):
    party = known(till, works["garden"], "Graines et Cie")
    web = till.login(MEMBER)
    form = web.page(f"{LIST}/new")
    assert f"{LIST}" in form.links and form.form(f"{LIST}/new").value("party") in (None, "")
    assert "Graines et Cie" in form.text and "Jardin partagé" in form.text
    assert [n for n in ("Radio du quartier", "Fête de 2025", "Ailleurs", "Association Lys-Lez", "Jardin partagé") if n in plain(form.text)] == [
        "Jardin partagé"]
    sent = web.submit(form.form(f"{LIST}/new"), party=str(party), project=str(works["garden"]))
    assert sent.status_code == 303
    document = sent.headers["location"].rsplit("/", 1)[1]
    assert line(lou, document).status_code == 200
    assert (stored(till, document), lou.get(page(document)).json()["project"]) == (works["garden"], "Jardin partagé")
    assert till.database.value(f"SELECT project_id FROM invoicing_charge WHERE document_id = {document}") == works["garden"]
    assert document in keys(lou) and document not in keys(zora)
    for path in (page(document), page(document, ".pdf")):
        assert (lou.get(path).status_code, zora.get(path).status_code) == (200, 404), path
    for word, body in (("", {"address": "X"}), ("/delete", {}), ("/hand", {}), ("/remove", {"charge": 1}), ("/lines", {"label": "Y"})):
        assert zora.post(page(document, word), json=body).status_code in (404, 422), word
    assert zora.post(page(document, "/lines"), json={"label": "Y", "quantity": "1", "price": "1", "vat_code": "E293B"}).status_code == 404
    for word in ("/issue", "/mail", "/return", "/credit", "/dispute"):
        assert lou.post(page(document, word), json={"expected_total": "25", "note": "x", "reason": "x"}).status_code == 403, word

    assert lou.post(page(document, "/hand")).status_code == 200
    assert lou.post(page(document, "/hand")).status_code == 409
    [(subject, body)] = mails(till, TREASURER, "Graines")
    assert "remis" in subject and page(document) in body and "25,00" in plain(body) and "Jardin partagé" in body
    assert ines.post(page(document, "/return"), json={"note": "Il manque la date"}).status_code == 200
    [(subject, body)] = mails(till, MEMBER, "Graines")
    assert "rendu" in subject and "Il manque la date" in body and page(document) in body
    assert lou.post(page(document, "/hand")).status_code == 200
    assert len(mails(till, TREASURER, "Graines", 2)) == 2 and len(mails(till, "admin@demo.example", "Graines", 2)) == 2
    assert till.issue(ines, document).status_code == 200
    seen = lou.get(page(document)).json()
    assert (seen["state"], seen["project"]) == ("issued", "Jardin partagé") and lou.get(page(document, ".pdf")).content[:5] == b"%PDF-"
    assert zora.get(page(document)).status_code == 404 and document in keys(lou, project=works["garden"])


def test_what_she_may_not_choose(till, works, lou):
    """No other project, none, one that ended or is elsewhere; no client but those of her projects, or one named exactly."""
    mine, other = known(till, works["garden"], "Serre voisine"), till.party("Inconnue de Lou", siren="552100554")
    till.database.rows(f"UPDATE party SET email = 'compta@inconnue.example' WHERE id = {other}")
    canal = till.party("Chez Canal", org="canal")
    till.database.rows(f"UPDATE party SET email = 'compta@chez.example' WHERE id = {canal}")
    for values, field in (({"party": mine}, "project"), ({"party": mine, "project": works["radio"]}, "project"),
                          ({"party": mine, "project": works["over"]}, "project"), ({"party": mine, "project": works["canal"]}, "project"),
                          ({"party": other, "project": works["garden"]}, "party"), ({"party": canal, "project": works["garden"]}, "party"),
                          ({"party": "Inconnue", "project": works["garden"]}, "party"), ({"project": works["garden"]}, "party"),
                          ({"known": "Inconnue de Lou", "project": works["garden"]}, "known"),
                          ({"known": "compta@", "project": works["garden"]}, "known"), ({"known": "%", "project": works["garden"]}, "known"),
                          ({"known": "compta@chez.example", "project": works["garden"]}, "known"),
                          ({"party": mine, "known": "552100554", "project": works["garden"]}, "known")):
        refused = lou.post(f"{LIST}/new", json=values)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [field]), values
    for named in ("compta@inconnue.example", "552 100 554"):
        document = begin(lou, known=named, project=works["garden"])
        assert lou.get(page(document)).json()["payer"] == "Inconnue de Lou"
    # and on a draft
    for project_id in (works["radio"], works["over"], works["canal"], None):
        assert lou.post(page(document), json={"project": project_id}).status_code == 422, project_id
    assert stored(till, document) == works["garden"]
    typed = till.login(MEMBER)
    kept = typed.submit(typed.page(f"{LIST}/new").form(f"{LIST}/new"), known="personne@nulle.example", project=str(works["garden"]), order_ref="BC-7")
    assert kept.status_code == 422 and "BC-7" in kept.text and "personne@nulle.example" in kept.text
    for path in ("/o/filature/people", "/o/filature/charges", "/o/filature/balances", f"{LIST}/month", "/o/filature/quotes"):
        assert lou.get(path).status_code == 403, path


def test_names_are_not_guessed(till, works, ines, zora):
    """Who only leads names thirty clients a day, found or not; who may choose any names as many as she likes."""
    mail = [f"personne{n}@nulle.example" for n in range(31)]
    answers = [zora.post(f"{LIST}/new", json={"known": m, "project": works["radio"]}).status_code for m in mail]
    assert answers == [422] * 30 + [429]
    till.database.rows(f"UPDATE party SET email = 'connue@nulle.example' WHERE id = {till.party('Connue')}")
    assert zora.post(f"{LIST}/new", json={"known": "connue@nulle.example", "project": works["radio"]}).status_code == 429
    party = known(till, works["radio"], "Choisie")
    assert zora.post(f"{LIST}/new", json={"party": party, "project": works["radio"]}).status_code == 201
    assert ines.post(f"{LIST}/new", json={"known": "connue@nulle.example"}).status_code == 201


def test_only_as_long_as_she_leads(till, works, ines):
    """From the first day to the last, in her organisation, and not archived; leading without a role there is nothing."""
    hugo, work = till.program("membre@canal.example"), project(till, "COURT", "Courte vie", MEMBER)
    party, lou = known(till, work, "Client de Courte vie"), till.program(MEMBER)
    document = begin(ines, party=party, project=work)
    assert lou.get(page(document)).status_code == 200
    for change in (f"to_d = '{st.day(-1)}'", f"to_d = NULL, from_d = '{st.day(2)}'", "from_d = NULL, archived_at = UTC_TIMESTAMP()"):
        till.database.rows(f"UPDATE project SET {change} WHERE id = {work}")
        assert (lou.get(page(document)).status_code, lou.get(page(document, ".pdf")).status_code) == (404, 404), change
        assert document not in keys(lou) and lou.post(page(document, "/hand")).status_code == 404, change
    till.database.rows(f"UPDATE project SET archived_at = NULL, lead_id = (SELECT person_id FROM account WHERE login = 'membre@canal.example')"
                       f" WHERE id = {work}")
    assert hugo.get(page(document)).status_code == 404 and hugo.get(LIST).status_code == 403
    assert hugo.post(f"{LIST}/new", json={"party": party, "project": work}).status_code == 403


@pytest.mark.parametrize("who", [None, "contact@lys-lez.example", STRANGER, "membre@canal.example"])
def test_strangers(till, works, ines, who):
    document = begin(ines, party=till.party("Pour personne"), project=works["garden"])
    stranger, refused = till.program(who) if who else st.Client(till.url), (401, 403, 404)
    for path in (LIST, f"{LIST}?project={works['garden']}", f"{LIST}.csv?project={works['garden']}", f"{LIST}/new", page(document),
                 page(document, ".pdf"), f"/o/filature/charges?project={works['garden']}"):
        assert stranger.get(path).status_code in refused, path
    for path in (f"{LIST}/new", page(document), page(document, "/hand"), page(document, "/return")):
        assert stranger.post(path, json={"project": works["garden"], "note": "x"}).status_code in refused, path


def test_a_manager_chooses_any_or_none(till, works, ines):
    theo, party = till.program(MANAGER), till.party("Au gestionnaire")
    none, radio = begin(theo, party=party), begin(theo, party=party, project=works["radio"])
    assert (stored(till, none), stored(till, radio)) == (None, works["radio"])
    assert theo.post(f"{LIST}/new", json={"party": party, "project": works["over"]}).status_code == 422
    assert theo.post(page(none), json={"project": works["garden"]}).status_code == 200
    assert till.database.value(f"SELECT project_id FROM invoicing_charge WHERE document_id = {none}") == works["garden"]
    assert theo.post(page(radio), json={"address": "1 rue\n59000 Lille"}).status_code == 200 and stored(till, radio) is None
    hers = till.program(MEMBER)
    assert none in keys(hers) and none in keys(theo) and begin(ines, party=party, project=works["garden"]) not in keys(theo)
    # what has ended meanwhile stays
    ending = project(till, "FIN", "Bientôt fini")
    kept = begin(ines, party=party, project=ending)
    till.database.rows(f"UPDATE project SET to_d = '{st.day(-1)}' WHERE id = {ending}")
    web = till.login(TREASURER)
    form = web.page(page(kept)).form(page(kept))
    assert form.value("project") == str(ending) and web.submit(form, order_ref="Z-1").status_code == 303 and stored(till, kept) == ending


def test_what_a_lead_does_not_learn(till, works, ines, lou):
    """To whom a paper and its reminders went, that a client contests it and why; names of projects that others lead."""
    person = till.party("Payeuse discrète")
    till.database.rows(f"UPDATE party SET email = 'secret@payeuse.example' WHERE id = {person}")
    document = begin(ines, party=person, project=works["garden"])
    assert till.issue(ines, document).status_code == 200
    assert ines.post(page(document, "/mail")).status_code in (200, 201)
    assert ines.post(page(document, "/dispute"), json={"open": True, "note": "Malade depuis mai"}).status_code == 200
    assert "secret@payeuse.example" in ines.get(page(document)).text and "Malade" in ines.get(page(document)).text
    seen = lou.get(page(document))
    assert seen.status_code == 200 and seen.json()["letters"] == [] and seen.json()["dispute"] is None
    shown = till.login(MEMBER).page(page(document)).text
    assert "secret@payeuse.example" not in shown + seen.text and "Malade" not in shown + seen.text
    assert "Radio du quartier" not in till.login(MEMBER).page(f"{LIST}?project={works['radio']}").text


def test_given_back_to_who_has_left(till, works, ines, lou):
    """She who works there no more gets no mail about it."""
    document = begin(lou, party=known(till, works["garden"], "Rendue trop tard"), project=works["garden"])
    assert lou.post(page(document, "/hand")).status_code == 200
    role = f"role SET to_d = %s WHERE person_id = {till.person(MEMBER)} AND org_id = {till.org('filature')}"
    till.database.rows("UPDATE " + role % f"'{st.day(-1)}', from_d = '{st.day(-9)}'")
    assert lou.get(page(document)).status_code in (403, 404)
    assert ines.post(page(document, "/return"), json={"note": "Périmée"}).status_code == 200
    till.database.rows("UPDATE " + role % "NULL")
    assert not till.database.rows("SELECT 1 FROM outbox WHERE topic = 'invoicing/mail-hand.txt' AND payload LIKE '%Périmée%'")


def test_of_charges_and_what_follows(till, works, ines):
    """Of charges of one project it is that project's, of several nobody's; credit notes and quotes hand it on."""
    client, mixed = till.client(till.party("Une œuvre")), till.client(till.party("Deux œuvres"))
    charge(till, client, 1500, works["garden"])
    charge(till, client, 2500, works["garden"])
    charge(till, mixed, 1500, works["garden"])
    charge(till, mixed, 2500, None)
    [one], [two] = till.draft(ines, client), till.draft(ines, mixed)
    assert (stored(till, one), stored(till, two)) == (works["garden"], None)
    assert till.issue(ines, one).status_code == 200
    credit = ines.post(page(one, "/credit"), json={"reason": "Annulé", "expected_total": "40,00"}).json()["credit"]
    assert stored(till, credit) == works["garden"]
    paper = plain(text_of(ines.get(page(one, ".pdf")).content))
    assert "Jardin" not in paper and "Projet" not in paper

    quote = ines.post("/o/filature/quotes", json={"party": till.party("Au devis"), "title": "Stage", "valid": st.day(20),
                                                  "project": works["garden"]}).json()["id"]
    ines.post(f"/o/filature/quotes/{quote}/lines", json={"label": "Stage", "quantity": "1", "price": "300", "vat_code": "E293B"})
    assert ines.post(f"/o/filature/quotes/{quote}/send", json={"expected_total": "300"}).status_code == 200
    said = till.as_user(f"UPDATE invoicing_quote SET project_id = {works['radio']} WHERE id = {quote}")
    assert said and "what was sent is never changed" in said
    assert "what was sent" in till.as_user(f"UPDATE invoicing_quote SET project_id = NULL WHERE id = {quote}")
    answer = ines.post(f"/o/filature/quotes/{quote}/accept", json={"accepted": st.day(0), "accepted_by": "Mme Roy"})
    assert answer.status_code == 200, answer.text
    deposit = ines.post(f"/o/filature/quotes/{quote}/deposit", json={"share": "30"}).json()["draft"]
    assert stored(till, deposit) == works["garden"] and till.issue(ines, deposit).status_code == 200
    final = ines.post(f"/o/filature/quotes/{quote}/invoice", json={}).json()["draft"]
    assert stored(till, final) == works["garden"]
    assert till.database.rows(f"SELECT DISTINCT project_id FROM invoicing_charge WHERE document_id IN ({deposit}, {final})") == [
        [str(works["garden"])]]


def test_issued_it_stays(till, works, ines):
    document = begin(ines, party=till.party("Gravée"), project=works["garden"])
    assert till.issue(ines, document).status_code == 200
    for value in (works["radio"], "NULL"):
        said = till.as_user(f"UPDATE invoicing_document SET project_id = {value} WHERE id = {document}")
        assert said and "what was issued is never changed" in said
    assert ines.post(page(document), json={"project": works["radio"]}).status_code == 409
    assert "foreign key" in till.as_user(f"DELETE FROM project WHERE id = {works['garden']}")
    assert "denied" in till.as_user("TRUNCATE invoicing_document") and "denied" in till.as_user("TRUNCATE project")
    assert "invoicing_client_split" in till.as_user(f"UPDATE invoicing_client SET split_by = 'x' WHERE id = {till.client(till.party('Mal dit'))}")
    assert stored(till, document) == works["garden"]


def test_one_invoice_per_project(till, works, ines):
    """Where the client wants it so: when prepared, with its name on the paper, and when a booking changes its project."""
    client = till.client(till.party("Fondation des deux"))
    web = till.login(TREASURER)
    form = web.page(f"/o/filature/balances/{client}").form(f"/o/filature/balances/{client}/needs")
    assert form.value("split_by") == "none" and web.submit(form, split_by="project").status_code == 303
    assert ines.get(f"/o/filature/balances/{client}").json()["split_by"] == "project"
    assert ines.post(f"/o/filature/balances/{client}/needs", json={"split_by": "order_ref"}).status_code == 422
    for cents, work in ((1000, "garden"), (2000, "garden"), (4000, "radio")):
        charge(till, client, cents, works[work])
    charge(till, client, 8000)
    assert "Une facture par projet" in plain(web.page(f"/o/filature/charges?client={client}").text)
    drafts = till.draft(ines, client)
    sums = {stored(till, d): ines.get(page(d)).json()["total"]["cents"] for d in drafts}
    assert sums == {works["garden"]: 3000, works["radio"]: 4000, None: 8000}
    [radio] = [d for d in drafts if stored(till, d) == works["radio"]]
    assert till.issue(ines, radio).status_code == 200
    frozen = json.loads(stored(till, radio, "frozen_json"))
    assert {f["label"]: f["text"] for f in frozen["facts"]}["Projet"] == "Radio du quartier"
    assert "Radio du quartier" in plain(text_of(ines.get(page(radio, ".pdf")).content))
    assert "Radio du quartier" in web.page(page(radio)).text
    assert [i["project"] for i in ines.get(f"/o/filature/balances/{client}").json()["invoices"]] == ["Radio du quartier"]
    assert till.database.value("SELECT COUNT(*) FROM audit WHERE kind = 'client' AND after_json LIKE '%split_by%'") >= 1


def test_a_month_splits(till, works, ines):
    """The run says how many and why; what it shows is what it issues."""
    split(ines, client := till.client(till.party("Mairie des deux")))
    plain_client = till.client(till.party("Sans partage"))
    days = {"service_from_d": "2025-02-03", "service_to_d": "2025-02-03"}
    for who in (client, plain_client):
        charge(till, who, 1001, works["garden"], **days)
        charge(till, who, 2002, works["radio"], **days)
    run = f"{LIST}/month"
    rows = {r["client"]: r for r in ines.get(run, params={"month": "2025-02-01"}).json()["clients"]}
    assert {k: (r["documents"], r["by_project"], r["total"]["cents"]) for k, r in rows.items()} == {
        str(client): (2, True, 3003), str(plain_client): (1, False, 3003)}
    shown = plain(till.login(TREASURER).page(f"{run}?month=2025-02-01").text)
    assert "2 documents, un par projet" in shown
    done = ines.post(run, json={"month": "2025-02-01", "expected": [r["expected"] for r in rows.values()]}).json()
    assert done["refused"] == [] and sorted((d["project"] or "", d["total"]["cents"]) for d in done["issued"]) == [
        ("", 3003), ("Jardin partagé", 1001), ("Radio du quartier", 2002)]


def test_lists_by_project(till, works, ines, lou):
    """Rows, CSV and sums of one project; a lead has the sums of hers, and of nothing else."""
    work, other = project(till, "LISTE", "À la liste", MEMBER), project(till, "AUTRE", "À côté", OPENER)
    party = known(till, work, "Au registre")
    first, second, foreign = (begin(ines, party=party, project=w) for w in (work, work, other))
    assert till.issue(ines, first).status_code == 200 and till.issue(ines, foreign).status_code == 200
    credited = ines.post(page(foreign, "/credit"), json={"reason": "Annulé", "expected_total": "25,00"}).json()["credit"]
    assert keys(ines, project=work) == {first, second} and keys(ines, project=other) == {foreign, credited}
    assert keys(ines, project=work, state="draft") == {second} and keys(lou, project=other) == set()
    rows = ines.get(f"{LIST}.csv", params={"project": work}).text.splitlines()
    assert len(rows) == 3 and "project" in rows[0] and all("À la liste" in row for row in rows[1:])
    head = plain(till.login(TREASURER).page(f"{LIST}?project={work}").text)
    assert "Émis, avoirs déduits : 25,00 €" in head and "À payer : 25,00 €" in head and "À la liste" in head
    assert "Émis, avoirs déduits : 0,00 €" in plain(till.login(TREASURER).page(f"{LIST}?project={other}").text)
    web = till.login(MEMBER)
    assert "Émis, avoirs déduits : 25,00 €" in plain(web.page(f"{LIST}?project={work}").text)
    for path in (LIST, f"{LIST}?project={other}"):
        shown = plain(web.page(path).text)
        assert "Émis," not in shown and "À payer : " not in shown, path
    assert "À côté" not in web.page(LIST).text
    for path in (LIST, f"{LIST}.csv"):
        assert ines.get(path, params={"project": works["canal"]}).status_code == 422
    found = ines.get("/o/filature/charges", params={"project": work}).json()
    assert {(c["client_name"], c["project"]) for c in found["charges"]} == {("Au registre", "À la liste")}
    assert [c["name"] for c in found["clients"]] == ["Au registre"]
    assert "À la liste" in ines.get("/o/filature/charges/all", params={"project": work}).text


def test_queries_do_not_grow(till, works, ines, lou):
    """With the rows, nor with the projects; of a list by project no more than of a list."""
    for who in (ines, lou):
        few = till.comptoir.queries(lambda: who.get(LIST, params={"limit": 1}))
        assert till.comptoir.queries(lambda: who.get(LIST, params={"limit": 500})) == few
        assert till.comptoir.queries(lambda: who.get(LIST, params={"limit": 500, "project": works["garden"]})) <= few + 1 + (who is lou)


def test_who_has_no_project_sees_nothing_of_it(till, marc):
    """Le Grand Canal, once its own has gone."""
    till.database.rows(f"UPDATE project SET archived_at = UTC_TIMESTAMP() WHERE org_id = {till.org('canal')}")
    till.database.rows(f"DELETE FROM project WHERE org_id = {till.org('canal')}")
    web = till.login("tresor@canal.example")
    party = till.party("Sans projet", org="canal")
    for path in ("/o/canal/invoices", "/o/canal/invoices/new", "/o/canal/charges", f"/o/canal/balances/{till.client(party, org='canal')}"):
        assert "Projet" not in web.get(path, headers=HTML).text, path
    assert marc.post("/o/canal/invoices/new", json={"party": party}).status_code == 201


def codes(page, action):
    """What a form offers as VAT."""
    found = re.search(rf'action="[^"]*{re.escape(action)}".*?<select[^>]*name="vat_code".*?</select>', page.answer.text, re.S)
    return {c for c in re.findall(r'<option value="([^"]*)"', found[0].rsplit("<select", 1)[1]) if c}


def test_vat_is_offered_as_the_regime_allows(till, ines, marc):
    """On a draft, a quote and in the catalogue; what is stored stays a choice, and what is sent all the same is refused."""
    here, there = till.party("Sans TVA"), till.party("Avec TVA", org="canal")
    draft, taxed = begin(ines, party=here), marc.post("/o/canal/invoices/new", json={"party": there}).json()["id"]
    quote = ines.post("/o/filature/quotes", json={"party": here, "title": "Stage", "valid": st.day(20)}).json()["id"]
    web, canal = till.login(TREASURER), till.login("tresor@canal.example")
    for path, action in ((page(draft), page(draft, "/lines")), (f"/o/filature/quotes/{quote}", f"/o/filature/quotes/{quote}/lines"),
                         ("/o/filature/invoicing/offers/new", "/o/filature/invoicing/offers")):
        assert codes(web.page(path), action) == {"E261", "E293B"}, path
    offered = codes(canal.page(f"/o/canal/invoices/{taxed}"), f"/o/canal/invoices/{taxed}/lines")
    assert "S20" in offered and "E293B" not in offered
    refused = ines.post(page(draft, "/lines"), json={"label": "X", "quantity": "1", "price": "1", "vat_code": "S20"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["vat_code"])
    till.database.rows("INSERT INTO invoicing_offer (org_id, label, price_cents, vat_code) VALUES"
                       f" ({till.org('filature')}, 'Ancienne', 100, 'S20')")
    old = till.database.value("SELECT id FROM invoicing_offer WHERE label = 'Ancienne'")
    assert codes(web.page(f"/o/filature/invoicing/offers/{old}/edit"), f"/o/filature/invoicing/offers/{old}") == {"S20", "E261", "E293B"}


def test_a_booking_that_changes_its_project_leaves_its_draft(till, works, ines):
    """Where the client wants an invoice for each; where not, it stays."""
    theo = till.program(MANAGER)
    for hour, name, splits in ((9, "Mme Partage", True), (14, "M. Ensemble", False)):
        made = theo.post("/o/filature/bookings/new", json={"name": name, "date": st.day(37), "from": f"{hour}:00", "to": f"{hour + 2}:00",
                                                           "resource": str(st.ROOM_A), "project": works["garden"]})
        assert made.status_code == 201, made.text
        client = till.database.value(f"SELECT id FROM invoicing_client WHERE name = '{name}'")
        till.database.rows(f"UPDATE invoicing_client SET split_by = IF({splits}, 'project', 'none') WHERE id = {client}")
        [draft] = till.draft(ines, client)
        booking = theo.get(f"/bookings/{made.json()['uid']}").json()
        moved = theo.post(f"/bookings/{made.json()['uid']}", json={"row_version": booking["row_version"], "project": works["radio"]})
        assert moved.status_code == 200, moved.text
        rows = till.database.rows(f"SELECT DISTINCT project_id, COALESCE(document_id, 0) FROM invoicing_charge WHERE client_id = {client}")
        assert rows == [[str(works["radio"]), "0" if splits else str(draft)]], name
