# SPDX-License-Identifier: GPL-3.0-or-later
"""Merging two contacts: what stays and what goes, by query."""
import concurrent.futures
import re

import pytest

import stack as st

ORG = "/o/filature"
PEOPLE = ORG + "/people"


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login("gestion@demo.example")


@pytest.fixture(scope="module")
def admin(stack):
    return stack.login("admin@demo.example")


def add(who, **values):
    answer = who.post(PEOPLE, json={"kind": "person", "anyway": True, **values})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def org(stack, slug="filature"):
    return stack.database.value(f"SELECT id FROM organisation WHERE slug = '{slug}'")


def versions(stack, frm, into):
    return {"with": into, "from_version": stack.database.value(f"SELECT row_version FROM party WHERE id = {frm}"),
            "into_version": stack.database.value(f"SELECT row_version FROM party WHERE id = {into}")}


def merge(stack, who, frm, into):
    return who.post(f"{PEOPLE}/{frm}/merge", json=versions(stack, frm, into))


def account(stack, party, login):
    stack.database.rows(f"INSERT INTO account (login, person_id) VALUES ('{login}', {party})")


def booking(stack, column, party):
    """A booking of the sample network, whose column is made to name the party; what it named before."""
    found = stack.database.value(f"SELECT id FROM reservation_booking WHERE org_id = {org(stack)} AND {column} IS NOT NULL"
                                 " AND title NOT LIKE 'merge%' LIMIT 1")
    stack.database.rows(f"UPDATE reservation_booking SET {column} = {party}, title = 'merge' WHERE id = {found}")
    return found


def test_everything_moves(stack, manager):
    frm = add(manager, given_name="Rose", family_name="Doublon", phone="06 12 34 56 11", note="A appelé.",
              street="4 rue Basse", postcode="59000", town="Lille")
    into = add(manager, given_name="Rose", family_name="Doublon", email="rose@courriel.example", note="Membre.")
    here, lys = org(stack), org(stack, "lys-lez")
    sql = stack.database.rows
    person, payer, booker = (booking(stack, c, frm) for c in ("person_id", "payer_id", "booked_by"))
    terms = stack.database.value(f"SELECT id FROM terms WHERE org_id = {here} LIMIT 1")
    sql(f"INSERT INTO terms_acceptance (terms_id, party_id, subject_id) VALUES ({terms}, {frm}, 1), ({terms}, {frm}, 2)")
    sql(f"INSERT INTO terms_acceptance (terms_id, party_id, subject_id, at_utc) VALUES ({terms}, {into}, 2, '2026-01-01')")
    sql(f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({frm}, {lys}, 'may_book', '2026-01-01'),"
        f" ({frm}, {lys}, 'accounts', '2026-01-01'), ({into}, {lys}, 'accounts', '2026-01-01')")
    sql(f"INSERT INTO reservation_booker (org_id, party_id) VALUES ({here}, {frm}), ({here}, {into})")
    sql(f"INSERT INTO project (org_id, code, label, lead_id) VALUES ({here}, 'MERGE', 'm', {frm})")
    sql("INSERT INTO file (sha256, size, type, name, created_by_id, party_id, readers) VALUES (REPEAT('a', 32), 1, 'text/csv',"
        f" 'rose.csv', {frm}, {frm}, 'signed-in')")
    uid = stack.database.value(f"SELECT uid FROM party WHERE id = {frm}")

    page = manager.page(f"{PEOPLE}/{frm}/merge")
    link = next(x for x in page.links if x.endswith(f"with={into}"))           # the same name
    page = manager.page(manager.below(link))
    assert "rose@courriel.example" in page.text and "4 rue Basse" in page.text and not page.unlabelled()
    answer = manager.submit(page.form(f"/people/{frm}/merge"))
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/people/{into}")

    assert sql(f"SELECT email, phone, archived_at IS NULL FROM party WHERE id = {into}") == [
        ["rose@courriel.example", "+33612345611", "1"]]
    assert sql(f"SELECT archived_at IS NULL, merged_into_id FROM party WHERE id = {frm}") == [["0", into]]
    assert sql(f"SELECT b.person_id FROM reservation_booking b WHERE b.id = {person}") == [[into]]
    assert sql(f"SELECT b.payer_id FROM reservation_booking b WHERE b.id = {payer}") == [[into]]
    assert sql(f"SELECT b.booked_by FROM reservation_booking b WHERE b.id = {booker}") == [[into]]
    assert sql(f"SELECT party_id FROM reservation_booker WHERE party_id IN ({frm}, {into})") == [[into]]
    assert sql(f"SELECT party_id, subject_id FROM terms_acceptance WHERE party_id IN ({frm}, {into}) ORDER BY 2") == [
        [into, "1"], [into, "2"]]
    assert stack.database.value(f"SELECT at_utc FROM terms_acceptance WHERE party_id = {into} AND subject_id = 2"
                                ).startswith("2026-01-01")
    assert sql(f"SELECT person_id, role FROM role WHERE person_id IN ({frm}, {into}) ORDER BY role") == [
        [into, "accounts"], [into, "may_book"]]
    assert sql("SELECT created_by_id, party_id FROM file WHERE name = 'rose.csv'") == [[into, into]]
    assert sql("SELECT lead_id FROM project WHERE code = 'MERGE'") == [[into]]
    assert sql(f"SELECT party_id, street FROM address WHERE party_id IN ({frm}, {into})") == [[into, "4 rue Basse"]]
    assert sql(f"SELECT note FROM org_contact WHERE party_id = {into} AND org_id = {here}") == [["Membre.\nA appelé."]]
    assert sql(f"SELECT note FROM org_contact WHERE party_id = {frm} AND org_id = {here}") == [[None]]
    assert sql(f"SELECT object_id FROM audit WHERE kind = 'contact' AND action = 'merge' AND object_id IN ({frm}, {into})"
               " ORDER BY object_id") == [[frm], [into]]
    # nothing names the one that went, but what says where it went
    for table, column in sql("SELECT table_name, column_name FROM information_schema.key_column_usage"
                             " WHERE referenced_table_name = 'party' AND table_schema = 'comptoir'"):
        if (table, column) != ("org_contact", "party_id"):
            assert stack.database.value(f"SELECT COUNT(*) FROM {table} WHERE {column} = {frm}") == 0, (table, column)
    # its old address still leads somewhere
    old = manager.page(f"{PEOPLE}/{uid}")
    assert old.status == 200 and any(x.endswith(f"/people/{into}") for x in old.links)
    assert not any("/edit" in x or "/merge" in x or "/delete" in x for x in old.links)
    room = stack.database.value("SELECT id FROM reservation_resource WHERE name = 'A' OR id = 901 LIMIT 1")
    assert room
    assert manager.post(f"{PEOPLE}/{frm}", json={"row_version": 9, "note": "x"}).status_code == 403


def test_a_merged_key_finds_the_one_that_took_over(stack, manager, admin):
    frm = add(manager, family_name="Premier")
    into = add(manager, family_name="Deuxième")
    last = add(manager, family_name="Dernier")
    assert merge(stack, manager, frm, into).status_code == 200
    assert merge(stack, manager, into, last).status_code == 200
    assert stack.database.value(f"SELECT merged_into_id FROM party WHERE id = {frm}") == int(last)
    stack.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({last}, {org(stack)}, 'member', '2026-01-01')")
    uid = stack.database.value(f"SELECT uid FROM party WHERE id = {frm}")
    made = manager.book(st.ROOM_A, f"{st.fresh_day()}T09:00", f"{st.day(0)}T10:00", person=uid)
    assert made.status_code in (201, 409, 422) and "person" not in made.json().get("errors", {}), made.text


def test_both_have_an_account(stack, manager):
    frm, into = add(manager, family_name="Compte", given_name="A"), add(manager, family_name="Compte", given_name="B")
    account(stack, frm, "compte.a@courriel.example")
    account(stack, into, "compte.b@courriel.example")
    assert merge(stack, manager, frm, into).status_code == 409
    page = manager.page(f"{PEOPLE}/{frm}/merge?with={into}")
    assert page.status == 200 and not [f for f in page.forms if f.method == "post" and f.action.endswith("/merge")]
    assert stack.database.value(f"SELECT COUNT(*) FROM party WHERE id IN ({frm}, {into}) AND archived_at IS NULL") == 2


def role(stack, party, name, where="filature", first="2026-01-01", last=None):
    stack.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d, to_d) VALUES ({party}, {org(stack, where)},"
                        f" '{name}', '{first}', {repr(last) if last else 'NULL'})")


def held(stack, party):
    return stack.database.rows(f"SELECT role FROM role WHERE person_id = {party}")


def test_whoever_signs_in_stays(stack, manager):
    """A party of the manager's own making does not take over an account; the page offers the other way round."""
    signs, dummy = add(manager, family_name="Signe"), add(manager, family_name="Leurre", email="leurre@courriel.example")
    account(stack, signs, "signe@courriel.example")
    assert merge(stack, manager, signs, dummy).status_code == 409
    page = manager.page(f"{PEOPLE}/{signs}/merge?with={dummy}")
    assert "se connecte ici" in page.text and not [f for f in page.forms if f.method == "post" and f.action.endswith("/merge")]
    other = next(x for x in page.links if x.endswith(f"/people/{dummy}/merge?with={signs}"))
    assert manager.page(manager.below(other)).form(f"/people/{dummy}/merge")
    assert stack.database.value(f"SELECT person_id FROM account WHERE login = 'signe@courriel.example'") == int(signs)


def test_who_speaks_for_herself_is_not_filled(stack, manager):
    into = add(manager, family_name="Locuteur")
    frm = add(manager, family_name="Souffleur", email="faux@courriel.example", phone="06 12 34 56 13", street="1 rue Fausse",
              postcode="59000", town="Lille", note="Souffle.")
    account(stack, into, "locuteur@courriel.example")
    assert manager.page(f"{PEOPLE}/{frm}/merge?with={into}").text.count("1 rue Fausse") == 1      # it stays with neither
    assert merge(stack, manager, frm, into).status_code == 200
    assert stack.database.rows(f"SELECT email, phone FROM party WHERE id = {into}") == [[None, None]]
    assert stack.database.value(f"SELECT COUNT(*) FROM address WHERE party_id IN ({frm}, {into})") == 0
    assert stack.database.value(f"SELECT note FROM org_contact WHERE party_id = {into} AND org_id = {org(stack)}") == "Souffle."


def test_nobody_gives_herself_a_role_by_merging(stack, manager, admin):
    me = stack.person("gestion@demo.example")
    stack.database.rows(f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({org(stack)}, {me})")
    dummy = add(manager, family_name="Prête-nom")
    role(stack, dummy, "accounts", "lys-lez")
    before = held(stack, me)
    answer = merge(stack, manager, dummy, me)
    assert answer.status_code == 409 and "se donne" in answer.json()["detail"], answer.text
    assert merge(stack, manager, me, dummy).status_code == 409
    assert held(stack, me) == before and held(stack, dummy) == [["accounts"]]


@pytest.mark.parametrize("side", ["frm", "into"])
def test_a_role_here_is_merged_by_an_administrator(stack, manager, admin, side):
    pair = {"frm": add(manager, family_name="Membre"), "into": add(manager, family_name="Membre")}
    role(stack, pair[side], "member")
    answer = merge(stack, manager, **pair)
    assert answer.status_code == 409 and "administrat" in answer.json()["detail"], answer.text
    assert held(stack, pair[side]) == [["member"]]
    assert merge(stack, admin, **pair).status_code == 200
    assert held(stack, pair["into"]) == [["member"]]


def test_a_role_goes_on_where_one_of_the_two_does(stack, manager):
    frm, into = add(manager, family_name="Suite"), add(manager, family_name="Suite")
    for name, ends in (("accounts", (None, "2026-02-01")), ("may_book", ("2026-03-01", "2026-02-01"))):
        role(stack, frm, name, "lys-lez", last=ends[0])
        role(stack, into, name, "lys-lez", last=ends[1])
    assert merge(stack, manager, frm, into).status_code == 200
    assert stack.database.rows(f"SELECT role, to_d FROM role WHERE person_id = {into} ORDER BY role") == [
        ["accounts", None], ["may_book", "2026-03-01"]]


def test_only_what_is_ours_alone(stack, manager):
    frm, into = add(manager, family_name="Ailleurs"), add(manager, family_name="Ailleurs")
    stack.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({org(stack, 'canal')}, {frm})")
    assert merge(stack, manager, frm, into).status_code == 409
    assert merge(stack, manager, into, frm).status_code == 409
    town = manager.post(PEOPLE, json={"kind": "organisation", "legal_name": "Ailleurs"}).json()["id"]
    alone = add(manager, family_name="Ailleurs aussi")
    assert merge(stack, manager, alone, town).status_code == 409              # a person and an organisation
    assert merge(stack, manager, alone, alone).status_code == 409
    assert stack.database.value(f"SELECT COUNT(*) FROM party WHERE id IN ({frm}, {into}, {alone}) AND archived_at IS NULL") == 3


def test_a_version_that_has_passed(stack, manager):
    frm, into = add(manager, family_name="Version"), add(manager, family_name="Version", given_name="V")
    seen = versions(stack, frm, into)
    row = manager.get(f"{PEOPLE}/{into}").json()
    manager.post(f"{PEOPLE}/{into}", json={"row_version": row["row_version"], "phone": "0612345612"})
    assert manager.post(f"{PEOPLE}/{frm}/merge", json=seen).status_code == 409
    assert stack.database.value(f"SELECT merged_into_id IS NULL FROM party WHERE id = {frm}") == 1


@pytest.mark.parametrize("n", range(4))
def test_two_merge_at_once(stack, manager, admin, n):
    a, b, c = (add(manager, family_name="Course", given_name=f"{x}{n}") for x in "abc")
    jobs = [(manager, a, b, versions(stack, a, b)), (admin, b, a, versions(stack, b, a)), (admin, c, a, versions(stack, c, a))]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(lambda j: j[0].post(f"{PEOPLE}/{j[1]}/merge", json=j[3]).status_code, jobs))
    assert codes.count(200) == 1 and set(codes) <= {200, 409}, codes
    assert stack.database.value("SELECT COUNT(*) FROM party f JOIN party t ON t.id = f.merged_into_id"
                                " WHERE t.merged_into_id IS NOT NULL") == 0


def test_search_for_the_other(stack, manager):
    frm = add(manager, family_name="Cherche", email="cherche@courriel.example")
    into = add(manager, family_name="Trouvée", given_name="Toute autre")
    assert manager.get(f"{PEOPLE}/{frm}/merge").json()["suggestions"] == []
    found = manager.get(f"{PEOPLE}/{frm}/merge", params={"q": "trouvée"}).json()["suggestions"]
    assert [x["id"] for x in found] == [into]
    assert "[[" not in manager.page(f"{PEOPLE}/{frm}/merge?q=%25").text
    assert re.search("Aucun|autre", manager.page(f"{PEOPLE}/{frm}/merge?q=zzzz").text)
