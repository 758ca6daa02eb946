# SPDX-License-Identifier: GPL-3.0-or-later
"""Who changed what: for whom, in which words, how it is looked through, and that no page of it costs its history."""
import csv
import io

import pytest

import stack as st
from stack import ROOM_A, fresh_day

ADMIN, MANAGER, MEMBER = "admin@demo.example", "gestion@demo.example", "membre@demo.example"
OTHER, INSTALLATION = "admin@canal.example", "installation@demo.example"
PAGE = "/o/filature/audit"


def entries(client, path=PAGE, **params):
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()["entries"]


def add_place(client, name="Un lieu de plus", **more):
    slug = f"lieu-{abs(hash((name, fresh_day()))) % 10 ** 9}"
    answer = client.post("/o/filature/places", json={"name": name, "slug": slug, "state": "open", "zone": "Europe/Paris",
                                                     **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def change_place(client, place, **values):
    answer = client.post(f"/o/filature/places/{place['id']}", json={"row_version": place["row_version"], **values})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("email, path, status", [
    (None, PAGE, 401), (MEMBER, PAGE, 403), (MANAGER, PAGE, 403), ("tresor@demo.example", PAGE, 403), (OTHER, PAGE, 403),
    (INSTALLATION, PAGE, 403), (ADMIN, PAGE, 200), (ADMIN, "/o/canal/audit", 403), (ADMIN, "/o/nowhere/audit", 404),
    (None, "/admin/audit", 401), (ADMIN, "/admin/audit", 403), (INSTALLATION, "/admin/audit", 200)])
def test_for_whom(stack, email, path, status):
    client = stack.program(email) if email else stack.visitor()
    for suffix in ("", ".csv", ".json"):
        assert client.get(path + suffix).status_code == status, suffix


def test_a_change_in_words(stack):
    admin = stack.program(ADMIN)
    place = add_place(admin, "Le Hangar", phone="06 12 34 56 78", town="Lille")
    change_place(admin, place, phone="06 12 34 56 79", state="closed", town=None)
    changed, created = entries(admin, kind="place", object=place["id"])
    assert (changed["action"], created["action"]) == ("change", "create")
    assert changed["who"] == "Paul Castelain" and changed["program"] == "démonstration" and changed["via"] == "program"
    assert changed["name"] == "Le Hangar" and changed["kind"] == "place" and changed["object"] == place["id"]
    said = {c["label"]: (c["before"], c["after"]) for c in changed["changes"]}
    assert [" ".join(text.split()) for text in said["Téléphone"]] == ["06 12 34 56 78", "06 12 34 56 79"]
    assert said["État"] == ("ouvert", "fermé") and said["Commune"] == ("Lille", None) and len(said) == 3
    assert {c["label"]: c["before"] for c in created["changes"]}["Nom"] is None


def test_by_a_browser_by_a_visitor_and_by_nobody(stack):
    admin = stack.login(ADMIN)
    place = add_place(admin, "Par navigateur")
    assert (e := entries(admin, kind="place", object=place["id"])[0])["via"] == "page" and e["program"] is None
    day = fresh_day()
    made = stack.visitor().post("/bookings", json={
        "resource": ROOM_A, "start": f"{day}T09:00", "end": f"{day}T10:00", "name": "Personne", "email": "p@example.org"})
    assert made.status_code in (201, 202), made.text
    booking = stack.database.value(f"SELECT id FROM reservation_booking WHERE uid = '{made.json()['uid']}'")
    entry = entries(admin, kind="reservation.booking", object=booking)[0]
    assert entry["who"] == "Une personne sans compte" and entry["person"] is None
    assert {c["label"]: c["after"] for c in entry["changes"]}["Prix"].replace("\u202f", " ").startswith("24,00")
    first = entries(admin, kind="reservation.booking", **{"limit": 500})[-1]
    assert first["who"] == "Ligne de commande" and first["via"] == "command"


def test_filters(stack):
    admin = stack.program(ADMIN)
    place = add_place(admin, "Filtrable Zwicky", street="1 rue Introuvable")
    change_place(admin, place, name="Filtrable Deux")
    key = ("place", place["id"])
    assert [e["action"] for e in entries(admin, q="zwicky")] == ["change", "create"]     # before and after, any case
    assert [e["action"] for e in entries(admin, q="zwicky", action="change")] == ["change"]
    assert [(e["kind"], e["object"]) for e in entries(admin, q="INTROUVABLE")] == [key]
    assert entries(admin, q="zwi%y") == entries(admin, q='zwicky"') == entries(admin, q="zwicky", action="delete") == []
    assert {e["kind"] for e in entries(admin, kind="place", limit=500)} == {"place"}
    me = stack.person(ADMIN)
    assert {e["person"] for e in entries(admin, person=me, limit=500)} == {str(me)}
    foreign = stack.program(OTHER).post("/o/canal/places", json={"name": "Zwicky du canal", "slug": f"canal-{fresh_day()}",
                                                                 "state": "open", "zone": "Europe/Paris"})
    assert foreign.status_code == 201, foreign.text
    assert entries(stack.program(OTHER), "/o/canal/audit", person=stack.person(OTHER), q="zwicky")
    assert entries(admin, person=stack.person(OTHER)) == entries(admin, kind="place", object=foreign.json()["id"]) == []
    today, tomorrow = st.day(0), st.day(2)
    assert entries(admin, q="zwicky", **{"from": today, "to": tomorrow}) and entries(admin, q="zwicky", **{"from": st.day(-1)})
    assert entries(admin, **{"from": tomorrow}) == entries(admin, to="2020-01-01") == []
    assert admin.get(PAGE, params={"action": "explode"}).status_code == 422
    assert admin.get(PAGE, params={"from": "gestern"}).status_code == 422
    assert entries(admin, kind="no.such") == entries(admin, kind="place'--") == []


def test_what_is_not_shown_is_not_found(stack):
    """Else a telephone number could be guessed digit by digit."""
    admin = stack.program(ADMIN)
    org = stack.database.value("SELECT id FROM organisation WHERE slug = 'filature'")
    place = add_place(admin, "Cachette visible")
    stack.database.rows(
        "INSERT INTO audit (org_id, plugin, kind, object_id, action, after_json) VALUES"
        f" ({org}, 'people', 'place', {place['id']}, 'change', '{{\"name\": \"Cachette\", \"undeclared\": \"0611223344\"}}'),"
        f" ({org}, 'account', 'account', 1, 'change', '{{\"login\": \"cachette@essai.example\"}}'),"
        " (NULL, 'account', 'party', 1, 'change', '{\"phone\": \"0611223344\"}')")
    try:
        assert entries(admin, q="0611223344") == entries(admin, q="cachette@essai") == []
        assert [e["object"] for e in entries(admin, q="cachette visible")] == [place["id"]]
        client = stack.login(INSTALLATION)
        for q in ("0611223344", "0"):
            for suffix in ("", ".csv"):
                assert client.get("/admin/audit" + suffix, params={"q": q}).status_code == 422
        assert "q" not in dict(client.page("/admin/audit").form("/admin/audit").values)
        assert "q" in dict(stack.login(ADMIN).page(PAGE).form(PAGE).values)
        assert client.get("/admin/audit", params={"action": "create"}).status_code == 200
    finally:
        stack.database.rows("DELETE FROM audit WHERE after_json LIKE '%undeclared%' OR after_json LIKE '%cachette@essai%'"
                            " OR after_json = '{\"phone\": \"0611223344\"}'")


def test_page_after_page_is_all_of_it_once(stack):
    admin = stack.program(ADMIN)
    expected = [row[0] for row in stack.database.rows(
        "SELECT a.id FROM audit a JOIN organisation o ON o.id = a.org_id WHERE o.slug = 'filature' ORDER BY a.id DESC")]
    seen, after = [], None
    while True:
        page = admin.get(PAGE, params={"limit": 40, **({"after": after} if after else {})}).json()
        seen += [e["id"] for e in page["entries"]]
        after = page["next"]
        if not after:
            break
    assert len(expected) > 80 and seen == expected
    text = admin.get(PAGE + ".csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [r["id"] for r in rows] == expected and any("→" in r["changes"] for r in rows)
    assert {"at", "who", "action", "kind", "name"} <= set(rows[0])


def test_a_spreadsheet_runs_nothing(stack):
    admin = stack.program(ADMIN)
    add_place(admin, "=1+1")
    rows = list(csv.DictReader(io.StringIO(admin.get(PAGE + ".csv", params={"kind": "place"}).content.decode("utf-8-sig")),
                               delimiter=";"))
    assert "'=1+1" in {r["name"] for r in rows} and "=1+1" not in {r["name"] for r in rows}


def test_the_installation_sees_no_row_of_an_organisation(stack):
    client = stack.program(INSTALLATION)
    of_nobody = {row[0] for row in stack.database.rows("SELECT id FROM audit WHERE org_id IS NULL")}
    kinds = {row[0] for row in stack.database.rows("SELECT DISTINCT kind FROM audit WHERE org_id IS NULL")}
    assert kinds <= {"account", "token", "organisation", "party", "session", "law"}, kinds
    shown, after = [], None
    while True:
        page = client.get("/admin/audit", params={"limit": 500, **({"after": after} if after else {})}).json()
        shown += page["entries"]
        after = page["next"]
        if not after:
            break
    assert shown and {e["id"] for e in shown} == of_nobody
    assert not [e["name"] for e in shown if e["kind"] == "party" and e["name"]]
    assert "Le Grand Canal" in {e["name"] for e in shown if e["kind"] == "organisation"}
    assert "/admin/audit" in stack.login(INSTALLATION).page("/admin").links


def test_the_page(stack):
    admin = stack.login(ADMIN)
    place = add_place(admin, "<b>Poison</b>")
    page = admin.page(PAGE)
    assert page.headings[0] == "Modifications" and not page.unlabelled()
    assert "<b>Poison</b>" in page.text and "&lt;b&gt;Poison" in page.answer.text       # as text
    assert f"/o/filature/places/{place['id']}" in page.links and PAGE in page.links     # the menu has it
    found = admin.submit(page.form(PAGE), q="poison", kind="place")
    answer = st.Page(found)
    assert found.status_code == 200 and "Poison" in answer.text
    assert answer.form(PAGE).value("q") == "poison" and answer.form(PAGE).value("kind") == "place"
    assert "Aucune modification" in admin.page(PAGE + "?q=nichts-davon").text
    record = admin.page(f"/o/filature/places/{place['id']}")
    assert f"{PAGE}?kind=place&object={place['id']}" in record.links
    manager = stack.login(MANAGER).page("/o/filature/places")
    assert PAGE not in manager.links
    english = stack.login(ADMIN)
    english.cookies.set("lang", "en")
    assert english.page(PAGE).headings[0] == "Changes"


def test_as_csv_it_needs_the_memory_of_one_page(stack):
    """More than a request may have, 64 MiB, passes by; what the file itself would be too large for is said."""
    org = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    add = (f"INSERT INTO audit (org_id, plugin, kind, object_id, action, after_json) SELECT {org}, 'people', 'place', 1,"
           " 'create', JSON_OBJECT('{}', REPEAT('x', 5000)) FROM seq_1_to_14000")
    stack.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({stack.person(ADMIN)}, {org}, 'admin',"
                        f" '2020-01-01'); {add.format('unknown')}")
    try:
        admin = stack.program(ADMIN)
        answer = admin.get("/o/lys-lez/audit.csv")
        assert answer.status_code == 200 and len(answer.content.splitlines()) > 14000, answer.text[:300]
        stack.database.rows(f"DELETE FROM audit WHERE org_id = {org}; {add.format('description')} LIMIT 6000")
        answer = admin.get("/o/lys-lez/audit.csv")
        assert answer.status_code == 413 and "trop longue" in answer.text, answer.text[:300]
    finally:
        stack.database.rows(f"DELETE FROM audit WHERE org_id = {org}; DELETE FROM role WHERE org_id = {org} AND role = 'admin'")


def test_a_search_says_where_it_stopped(stack):
    """It looks at 20 000 of the newest, and goes on from there when asked to."""
    org = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    stack.database.rows(f"UPDATE organisation SET operates = 1 WHERE id = {org};"
                        f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({stack.person(ADMIN)}, {org}, 'admin', '2020-01-01');"
                        f"INSERT INTO audit (org_id, plugin, kind, object_id, action, after_json) SELECT {org}, 'people',"
                        " 'place', 5000 + seq, 'create', IF(seq = 5, '{\"name\":\"Aiguille\"}', '{\"name\":\"Foin\"}') FROM seq_1_to_25000")
    try:
        admin = stack.program(ADMIN)
        page = admin.get("/o/lys-lez/audit", params={"q": "aiguille"}).json()
        assert page["entries"] == [] and page["next"]
        rest = admin.get("/o/lys-lez/audit", params={"q": "aiguille", "after": page["next"]}).json()
        assert [e["name"] for e in rest["entries"]] == ["Aiguille"] and rest["next"] is None
        assert "Cherchez plus loin" in stack.login(ADMIN).page("/o/lys-lez/audit?q=aiguille").text
        rows = admin.get("/o/lys-lez/audit.csv", params={"q": "aiguille"}).content.decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        # what others did costs nothing: a page of the other organisation reads some hundred rows
        before = reads(stack.database)
        assert len(entries(admin, limit=50)) == 50
        assert reads(stack.database) - before < 3000
    finally:
        stack.database.rows(f"DELETE FROM audit WHERE org_id = {org}; DELETE FROM role WHERE org_id = {org} AND role = 'admin';"
                            f"UPDATE organisation SET operates = 0 WHERE id = {org}")


def reads(database):
    return sum(int(value) for _, value in database.rows(
        "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_read_next', 'Handler_read_rnd_next', 'Handler_read_prev')", ""))


def test_queries_do_not_grow_with_the_page(stack):
    """One query names all of a kind, and all that the changes refer to of a kind."""
    def queries():
        return stack.comptoir.queries(lambda: admin.get("/o/filature/audit", params={"kind": "place", "limit": 500}))

    admin = stack.program(ADMIN)
    for n in range(6):
        add_place(admin, f"Compté {n}")
    assert len(entries(admin, kind="place", limit=500)) > 5
    few = queries()
    for n in range(12):
        add_place(admin, f"Compté encore {n}")
    assert queries() <= few <= 8
