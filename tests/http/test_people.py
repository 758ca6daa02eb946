# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts, organisations, roles, terms, projects and grants: who may do what with them, and what holds for two at once."""
import concurrent.futures
import datetime
import re
import struct
import zlib

import pytest

import stack as st

ORG = "/o/filature"
PEOPLE = ORG + "/people"
ROLES = ORG + "/roles"


def today():
    """The day of the core, which has no place: that of UTC, also after midnight in the middle of a run."""
    return datetime.datetime.now(datetime.timezone.utc).date()


@pytest.fixture(scope="module")
def admin(stack):
    return stack.login("admin@demo.example")


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login("gestion@demo.example")


@pytest.fixture(scope="module")
def member(stack):
    return stack.login("membre@demo.example")


@pytest.fixture(scope="module")
def other(stack):
    return stack.login("admin@canal.example")


@pytest.fixture(scope="module")
def keeper(stack):
    """Who looks after the installation."""
    return stack.login("installation@demo.example")


@pytest.fixture(scope="module")
def client(stack):
    return stack.login("contact@lys-lez.example")


def org(stack, slug="filature"):
    return stack.database.value(f"SELECT id FROM organisation WHERE slug = '{slug}'")


def add(who, path=PEOPLE, **values):
    answer = who.post(path, json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def person(who, given, family, **more):
    return add(who, kind="person", given_name=given, family_name=family, **more)


def errors(answer, status=422):
    assert answer.status_code == status, answer.text
    return answer.json().get("errors", {})


# ---- who may

READS = ["people", "people/{c}", "people.csv", "roles", "projects", "grants", "terms", "settings", "people/new",
         "people/{c}/edit", "people/{c}/delete", "people/{c}/merge", "people/import", "roles/new", "grants/new"]
WRITES = ["people", "people/{c}", "people/{c}/delete", "people/{c}/merge", "people/{c}/roles", "people/import",
          "people/import/00000000-0000-4000-8000-000000000000", "roles", "roles/1", "roles/1/delete", "projects", "grants",
          "terms", "settings"]


def test_the_wrong_person_is_refused_everywhere(stack, manager, member, other, keeper, client):
    contact = person(manager, "Refus", "Partout")["id"]
    visitor = stack.visitor()
    own = {"projects", "terms"}                 # a member reads these of her own organisation
    for path in READS:
        url = f"{ORG}/{path.format(c=contact)}"
        assert visitor.get(url).status_code == 401, path
        for who in (other, keeper, client):
            assert who.get(url).status_code == 403, path
        assert member.get(url).status_code == (200 if path in own else 403), path
    for path in WRITES:
        url = f"{ORG}/{path.format(c=contact)}"
        assert visitor.post(url, json={}).status_code == 401, path
        for who in (member, other, keeper, client):
            assert who.post(url, json={}).status_code == 403, path


def test_a_manager_keeps_contacts_and_no_more(manager):
    for path in ("people", "people/new", "roles", "people/import", "projects", "terms"):
        assert manager.get(f"{ORG}/{path}").status_code == 200, path
    for path in ("settings", "grants", "roles/new", "projects/new", "terms/new", "places/new"):
        assert manager.get(f"{ORG}/{path}").status_code == 403, path
    for path in ("roles", "settings", "grants", "projects", "terms", "places"):
        assert manager.post(f"{ORG}/{path}", json={}).status_code == 403, path


def test_another_organisations_contact_is_not_there(stack, manager, other):
    theirs = add(other, "/o/canal/people", kind="person", family_name="Ailleurs")["id"]
    for path in ("", "/edit", "/delete", "/merge"):
        assert manager.get(f"{PEOPLE}/{theirs}{path}").status_code == 404, path
    assert manager.post(f"{PEOPLE}/{theirs}", json={"row_version": 1, "note": "x"}).status_code == 404
    assert manager.post(f"{PEOPLE}/{theirs}/delete", json={"row_version": 1}).status_code == 404
    assert "Ailleurs" not in manager.get(PEOPLE, params={"q": "Ailleurs"}).text
    mine = person(manager, "Ici", "Seulement")["id"]
    refused = manager.post(f"{PEOPLE}/{mine}/merge", json={"with": theirs, "from_version": 1, "into_version": 1})
    assert "with" in errors(refused)


def test_the_installations_admin_sees_no_row(stack, keeper, manager):
    secret = "Rangée-secrète"
    person(manager, "Zoé", secret)
    text = ""
    for path in ("/admin", "/admin/organisations", "/admin/organisations.json"):
        answer = keeper.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        text += answer.text
    assert "La Filature" in text and secret not in text and "Jeanne" not in text and "Commune de Valbrune" not in text
    rows = keeper.get("/admin/organisations").json()["organisations"]
    assert {r["slug"] for r in rows} >= {"filature", "canal", "reseau"} and "lys-lez" not in {r["slug"] for r in rows}
    for path in ("", "/people", "/roles", "/settings", "/grants", "/terms", "/projects", "/bookings"):
        assert keeper.get(ORG + path).status_code == 403, path
    assert stack.visitor().get("/admin/organisations").status_code == 401
    assert manager.get("/admin/organisations").status_code == 403
    assert manager.post("/admin/organisations", json={}).status_code == 403


# ---- contacts

def test_a_person_by_form(stack, manager):
    page = manager.page(PEOPLE + "/new?kind=person")
    form = page.form(PEOPLE)
    assert not page.unlabelled()
    assert form.value("kind") == "person" and form.value("lang") == "fr" and form.value("siren") is None
    refused = manager.submit(form)
    assert refused.status_code == 422
    answer = manager.submit(form, given_name="Alix", family_name="Dumortier", phone="06 12 34 56 01",
                            street="2 rue Haute", postcode="59000", town="Lille", note="Vient à vélo.")
    assert answer.status_code == 303
    page = manager.page(stack.link(answer.headers["Location"]) if "://" in answer.headers["Location"]
                        else manager.below(answer.headers["Location"]))
    assert page.headings[0] == "Alix Dumortier"
    assert "06 12 34 56 01" in " ".join(page.text.split()) and "Vient à vélo." in page.text and "SIREN" not in page.text
    row = stack.database.rows("SELECT p.id, p.phone, a.town, c.note FROM party p JOIN address a ON a.party_id = p.id"
                              " JOIN org_contact c ON c.party_id = p.id WHERE p.family_name = 'Dumortier'")[0]
    assert row[1:] == ["+33612345601", "Lille", "Vient à vélo."]


def test_an_organisation_has_its_numbers(stack, manager):
    refused = manager.post(PEOPLE, json={"kind": "organisation", "legal_name": "SARL Ici", "siren": "732829320",
                                         "siret": "11122233700011"})
    assert "siret" in errors(refused)
    made = add(manager, kind="organisation", legal_name="SARL Siège", siret="73282932000074", public_buyer=True)
    assert made["siren"] == "732829320" and made["siret"] == "73282932000074" and made["public_buyer"] is True
    assert made["given_name"] is None
    assert "legal_name" in errors(manager.post(PEOPLE, json={"kind": "organisation"}))
    assert "family_name" in errors(manager.post(PEOPLE, json={"kind": "person"}))
    assert "kind" in errors(manager.post(PEOPLE, json={"family_name": "Sans sorte"}))


def test_an_address_needs_a_town_and_may_go(stack, manager):
    who = person(manager, "Ada", "Dresse", street="1 rue", town="Lille")
    url = f"{PEOPLE}/{who['id']}"
    assert "town" in errors(manager.post(url, json={"row_version": who["row_version"], "town": None}))
    gone = manager.post(url, json={"row_version": who["row_version"], "town": None, "street": None}).json()
    assert gone["town"] is None
    assert stack.database.value(f"SELECT COUNT(*) FROM address WHERE party_id = {who['id']}") == 0


def test_who_is_known_already_is_offered(stack, manager, other):
    first = person(manager, "Léa", "Double", email="lea.double@courriel.example")
    again = manager.post(PEOPLE, json={"kind": "person", "family_name": "Autre", "email": "lea.double@courriel.example"})
    assert "Léa Double" in errors(again)["anyway"]
    assert stack.database.value("SELECT COUNT(*) FROM party WHERE email = 'lea.double@courriel.example'") == 1
    form = manager.page(PEOPLE + "/new?kind=person").form(PEOPLE)
    assert form.value("anyway") is None and not any(k == "anyway" for k, _ in form.values)
    page = manager.submit(form, family_name="Autre", email="lea.double@courriel.example")
    assert page.status_code == 422 and 'name="anyway"' in page.text
    assert re.search(rf'href="[^"]*/people/{first["id"]}"', page.text)
    couple = add(manager, kind="person", family_name="Autre", email="lea.double@courriel.example", anyway=True)
    assert couple["id"] != first["id"] and "anyway" not in couple
    # nobody is told who is known elsewhere, with an account or without one
    stranger = other.post("/o/canal/people", json={"kind": "person", "family_name": "Tiers", "email": "lea.double@courriel.example"})
    assert stranger.status_code == 201 and stranger.json()["id"] not in (first["id"], couple["id"])
    account = other.post("/o/canal/people", json={"kind": "person", "family_name": "V", "email": "gestion@demo.example"})
    assert account.status_code == 201


def test_two_forms_of_one_contact(stack, manager):
    who = person(manager, "Deux", "Fiches")
    url = f"{PEOPLE}/{who['id']}"
    assert manager.post(url, json={"row_version": who["row_version"], "note": "eins"}).status_code == 200
    lost = manager.post(url, json={"row_version": who["row_version"], "note": "zwei"})
    assert lost.status_code == 409
    assert stack.database.value(f"SELECT note FROM org_contact WHERE party_id = {who['id']}") == "eins"
    now = manager.get(url).json()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda n: manager.post(url, json={"row_version": now["row_version"], "note": n}).status_code,
                              ("a", "b")))
    assert sorted(codes) == [200, 409]


def test_whom_others_know_is_not_ours_to_change(stack, manager, other):
    who = person(manager, "Ali", "Partagé")
    url = f"{PEOPLE}/{who['id']}"
    stack.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({org(stack, 'canal')}, {who['id']})")
    assert "given_name" in errors(manager.post(url, json={"row_version": who["row_version"], "given_name": "Autre"}))
    form = manager.page(url + "/edit").form(url)
    assert {k for k, _ in form.values} == {"csrf", "row_version", "note"}
    assert manager.submit(form, note="à nous").status_code == 303
    theirs = other.get(f"/o/canal/people/{who['id']}").json()
    assert theirs["note"] is None and theirs["given_name"] == "Ali"
    other.post(f"/o/canal/people/{who['id']}", json={"row_version": theirs["row_version"], "note": "à eux"})
    assert manager.get(url).json()["note"] == "à nous"
    # unlinked here, kept there
    version = manager.get(url).json()["row_version"]
    gone = manager.post(url + "/delete", json={"row_version": version})
    assert gone.json() == {"id": who["id"], "archived": False}
    assert manager.get(url).status_code == 404
    assert other.get(f"/o/canal/people/{who['id']}").json()["note"] == "à eux"
    assert stack.database.value(f"SELECT archived_at IS NULL FROM party WHERE id = {who['id']}") == 1


def test_whoever_signs_in_says_herself_who_she_is(stack, manager):
    camille = stack.person("membre@demo.example")
    row = manager.get(f"{PEOPLE}/{camille}").json()
    assert "email" in errors(manager.post(f"{PEOPLE}/{camille}", json={"row_version": row["row_version"], "email": "x@y.example"}))
    assert manager.post(f"{PEOPLE}/{camille}", json={"row_version": row["row_version"], "note": "clé 4"}).status_code == 200
    assert stack.database.value(f"SELECT email FROM party WHERE id = {camille}") == "membre@demo.example"


def test_whom_nobody_else_knows_is_archived(stack, manager):
    who = person(manager, "Seul", "Ici")
    gone = manager.post(f"{PEOPLE}/{who['id']}/delete", json={"row_version": who["row_version"]})
    assert gone.json()["archived"] is True
    assert who["id"] not in [r["id"] for r in manager.get(PEOPLE, params={"limit": 500}).json()["rows"]]
    assert who["id"] in [r["id"] for r in manager.get(PEOPLE, params={"archived": 1, "limit": 500}).json()["rows"]]
    assert manager.post(f"{PEOPLE}/{who['id']}", json={"row_version": 3, "note": "x"}).status_code == 403


def test_a_role_holds_a_contact(stack, admin):
    camille = stack.person("membre@demo.example")
    row = admin.get(f"{PEOPLE}/{camille}").json()
    assert admin.post(f"{PEOPLE}/{camille}/delete", json={"row_version": row["row_version"]}).status_code == 409


def test_the_list_is_narrowed_and_sorted_by_family_name(manager):
    rows = manager.get(PEOPLE, params={"kind": "organisation", "limit": 500}).json()["rows"]
    assert rows and {r["kind"] for r in rows} == {"organisation"}
    people = manager.get(PEOPLE, params={"kind": "person", "limit": 500}).json()["rows"]
    names = [r["sort_name"] for r in people]
    assert names.index("Benali Nadia") < names.index("Morel Jeanne") < names.index("Vandamme Hugo")
    first = manager.get(PEOPLE, params={"kind": "person", "limit": 2}).json()
    second = manager.get(PEOPLE, params={"kind": "person", "limit": 2, "after": first["next"]}).json()
    assert [r["id"] for r in first["rows"] + second["rows"]] == [r["id"] for r in people[:4]]
    page = manager.page(PEOPLE + "?kind=organisation")
    assert 'value="organisation" selected' in page.answer.text and not page.unlabelled()
    for words in ("NADIA", "benali", "ouvreuse@"):
        assert [r["name"] for r in manager.get(PEOPLE, params={"q": words}).json()["rows"]] == ["Nadia Benali"], words
    typed = manager.get(PEOPLE, params={"q": "03 20 00 02 02"}).json()["rows"]
    assert [r["name"] for r in typed] == ["Wattel"]
    assert manager.get(PEOPLE, params={"kind": "nobody"}).status_code in (400, 422)


def test_the_number_of_queries_does_not_grow(stack, manager):
    def queries(path):
        return stack.comptoir.queries(lambda: manager.get(path, headers={"Accept": "text/html"}))

    assert 1 <= queries(PEOPLE + "?limit=50") <= queries(PEOPLE + "?limit=5")


# ---- many to choose from

def test_a_name_instead_of_a_key(stack, admin):
    here = org(stack)
    stack.database.rows("INSERT INTO party (kind, given_name, family_name) SELECT 'person', 'Foule', CONCAT('N', seq)"
                        " FROM seq_1_to_520")
    stack.database.rows(f"INSERT INTO org_contact (org_id, party_id) SELECT {here}, id FROM party WHERE given_name = 'Foule'")
    try:
        page = admin.page(ORG + "/projects/new")
        assert re.search(r'<input type="text" id="f-lead"[^>]*data-search="[^"]*/o/filature/people.json"', page.answer.text)
        form = page.form(ORG + "/projects")
        several = admin.submit(form, label="Foule", code="F1", lead="Foule N51")
        assert several.status_code == 303                       # the whole name of one
        several = admin.submit(form, label="Foule", code="F2", lead="Foule")
        assert several.status_code == 422
        select = re.search(r'<select id="f-lead".*?</select>', several.text, re.S)[0]
        options = re.findall(r'<option value="([^"]*)"', select)
        assert 10 < len(options) <= 23 and "?" in options
        chosen = next(o for o in options if o.isdigit())
        assert admin.submit(form, label="Foule", code="F2", lead=chosen).status_code == 303
        assert "lead" in errors(admin.post(ORG + "/projects", json={"label": "x", "code": "F3", "lead": "Personne d’ici"}))
        marked = admin.post(ORG + "/projects", json={"label": "x", "code": "F4", "lead": f"Foule · {chosen}"})
        assert marked.status_code == 201 and marked.json()["lead_id"] == chosen
        edit = admin.page(f"{ORG}/projects/{marked.json()['id']}/edit").form(f"/projects/{marked.json()['id']}")
        assert edit.value("lead").endswith(f" · {chosen}")
        assert admin.submit(edit).status_code == 303
        elsewhere = stack.person("admin@canal.example")
        assert "lead" in errors(admin.post(ORG + "/projects", json={"label": "x", "code": "F5", "lead": f"Jan · {elsewhere}"}))
    finally:
        stack.database.rows("DELETE FROM project WHERE code LIKE 'F_'")
        stack.database.rows("DELETE c FROM org_contact c JOIN party p ON p.id = c.party_id WHERE p.given_name = 'Foule'")
        stack.database.rows("DELETE FROM party WHERE given_name = 'Foule'")


# ---- settings

def test_an_organisation_about_itself(stack, admin):
    page = admin.page(ORG + "/settings")
    form = page.form(ORG + "/settings")
    assert form.value("legal_name") == "Association La Filature" and not page.unlabelled()
    refused = admin.submit(form, accent="#ffee88")
    assert refused.status_code == 422 and 'id="f-accent-error"' in refused.text
    refused = admin.submit(form, accent_dark="#123456")
    assert refused.status_code == 422 and 'id="f-accent-dark-error"' in refused.text
    assert admin.submit(form, accent="#7a2f0c", accent_dark="#f0b090", town="Lille", siren="111222337").status_code == 303
    css = stack.visitor().get(ORG + "/theme.css").text
    assert "--accent:#7a2f0c" in css and "--tone:#f0b090" in css
    assert "theme.css?v=7a2f0cf0b090" in admin.page(ORG + "/settings").answer.text
    lost = admin.submit(form, phone="03 20 00 01 12")
    assert lost.status_code == 409
    trace = stack.database.rows("SELECT after_json FROM audit WHERE kind = 'settings' ORDER BY id DESC LIMIT 1")[0][0]
    assert '"accent":"#7a2f0c"' in trace and "legal_name" not in trace


def picture():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress(b"".join(b"\0" + b"\x0e\x5a\x4f" * 8 for _ in range(8)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) \
        + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_logo_and_a_document(stack, admin):
    form = admin.page(ORG + "/settings").form(ORG + "/settings")
    values = dict(form.values)
    answer = admin.post(ORG + "/settings", data=values, files={"logo": ("logo.png", picture(), "image/png")},
                        headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text[:2000]
    shown = re.search(r'src="([^"]*/files/[^"]+)"', admin.page(ORG + "/settings").answer.text)[1]
    assert stack.visitor().get(shown).headers["Content-Type"].startswith("image/")
    admin.submit(admin.page(ORG + "/settings").form(ORG + "/settings"), email="bonjour@filature.example")
    assert stack.database.value(f"SELECT logo_file_id IS NOT NULL FROM organisation WHERE id = {org(stack)}") == 1
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    form = admin.page(ORG + "/terms/new?kind=sharing").form(ORG + "/terms")
    assert admin.submit(form, title="Partage", **{"from": today().isoformat()}).status_code == 422
    answer = admin.post(ORG + "/terms", data={**dict(form.values), "title": "Partage", "from": today().isoformat()},
                        files={"file": ("partage.pdf", pdf, "application/pdf")}, headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text[:2000]
    assert stack.database.value("SELECT file_id IS NOT NULL AND text IS NULL FROM terms WHERE title = 'Partage'") == 1


# ---- roles

def test_a_role_from_giving_to_ending(stack, admin):
    camille = stack.person("membre@demo.example")
    given = add(admin, ROLES, person=camille, role="opener")
    assert given["from_d"] == today().isoformat() and given["given_by_label"] == "Paul Castelain"
    assert "role" in errors(admin.post(ROLES, json={"person": camille, "role": "opener"}))
    assert "role" in errors(admin.post(ROLES, json={"person": camille, "role": "may_book"}))     # a client's
    assert stack.login("membre@demo.example").get(ORG + "/bookings").status_code == 200
    change = admin.post(f"{ROLES}/{given['id']}", json={"row_version": 1, "role": "admin", "to": "2099-12-31"})
    assert change.status_code == 200 and change.json()["role"] == "opener" and change.json()["to_d"] == "2099-12-31"
    ended = admin.post(f"{ROLES}/{given['id']}/delete", json={"row_version": 2})
    assert ended.json()["archived"] is True
    assert stack.database.value(f"SELECT to_d FROM role WHERE id = {given['id']}") == (today() - datetime.timedelta(1)).isoformat()
    assert stack.login("membre@demo.example").get(ORG + "/bookings").status_code == 403
    assert admin.post(f"{ROLES}/{given['id']}", json={"row_version": 3, "to": None}).status_code == 403


def test_nobody_gives_herself_a_role(stack, admin):
    me = stack.person("admin@demo.example")
    assert "person" in errors(admin.post(ROLES, json={"person": me, "role": "treasurer"}))
    guest = person(admin, "Sans", "Compte")
    assert "person" in errors(admin.post(ROLES, json={"person": guest["id"], "role": "manager"}))
    elsewhere = stack.person("admin@canal.example")
    assert "person" in errors(admin.post(ROLES, json={"person": elsewhere, "role": "manager"}))


def admins(stack):
    return stack.database.rows("SELECT r.id, r.row_version FROM role r WHERE r.role = 'admin' AND r.to_d IS NULL"
                               f" AND r.org_id = {org(stack)}")


def test_the_last_administrator_stays(stack, admin):
    (only, version), = admins(stack)
    page = admin.page(f"{ROLES}/{only}/delete")
    assert page.status == 200 and not [f for f in page.forms if f.action.endswith("/delete")]
    assert admin.post(f"{ROLES}/{only}/delete", json={"row_version": int(version)}).status_code == 409
    assert admin.post(f"{ROLES}/{only}", json={"row_version": int(version), "to": "2099-01-01"}).status_code == 409
    assert admins(stack) == [[only, version]]


def test_two_administrators_remove_each_other_at_once(stack, admin):
    for _ in range(8):
        hugo = stack.person("gestion@demo.example")
        second = add(admin, ROLES, person=hugo, role="admin")
        clients = [stack.login(e) for e in ("admin@demo.example", "gestion@demo.example")]
        mine = next(i for i, _ in admins(stack) if i != second["id"])
        targets = [(second["id"], 1), (mine, dict(admins(stack))[mine])]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda ct: ct[0].post(f"{ROLES}/{ct[1][0]}/delete",
                                                        json={"row_version": int(ct[1][1])}).status_code,
                                  zip(clients, targets)))
        assert len(admins(stack)) == 1, codes
        assert codes.count(200) == 1 and codes[1 - codes.index(200)] in (403, 409), codes
        if codes[0] != 200:                     # Hugo won: back to where it began
            paul = stack.person("admin@demo.example")
            stack.database.rows(f"DELETE FROM role WHERE person_id IN ({paul}, {hugo}) AND role = 'admin' AND org_id = {org(stack)}")
            stack.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({paul}, {org(stack)}, 'admin', '2026-01-01')")
        else:
            stack.database.rows(f"DELETE FROM role WHERE id = {second['id']}")


def test_the_guard_of_administrators_is_a_row(stack):
    """The UPDATE waits for another transaction that holds it, so that nobody counts what is about to change."""
    version = stack.database.value(f"SELECT roles_version FROM organisation WHERE id = {org(stack)}")
    admin = stack.login("admin@demo.example")
    (only, row_version), = admins(stack)
    admin.post(f"{ROLES}/{only}", json={"row_version": int(row_version), "from": "2026-01-01"})
    assert stack.database.value(f"SELECT roles_version FROM organisation WHERE id = {org(stack)}") == version + 1


def test_an_invitation_to_a_role(stack, admin, manager):
    url = ROLES + "/invite"
    page = admin.page(url)
    form = page.form(url)
    assert not page.unlabelled()
    assert "contact" not in re.findall(r'<option value="([^"]*)"', page.answer.text)
    typed = {"email": "nouvelle@courriel.example", "given_name": "Noé", "family_name": "Velle"}
    assert admin.submit(form, **typed, role="may_book").status_code == 422
    assert admin.submit(form, **{**typed, "email": "admin@demo.example"}, role="member").status_code == 422
    assert admin.submit(form, **typed, role="manager").status_code == 303
    (open_one,) = admin.get(url).json()["invitations"]
    assert (open_one["email"], open_one["role"]) == ("nouvelle@courriel.example", "manager")
    assert stack.database.value("SELECT COUNT(*) FROM role r JOIN account a ON a.person_id = r.person_id"
                                " WHERE a.login = 'nouvelle@courriel.example'") == 0
    revoke = f"{url}/{open_one['uid']}/revoke"
    other, member = stack.login("admin@canal.example"), stack.login("membre@demo.example")
    for who, code in ((stack.visitor(), 401), (other, 403), (member, 403), (manager, 403)):
        assert who.get(url).status_code == code and who.post(url, json=typed).status_code == code
        assert who.post(revoke, json={}).status_code == code
    assert other.post(revoke.replace("/filature/", "/canal/"), json={}).status_code == 404
    page = admin.page(url)
    assert admin.submit(page.form(revoke)).status_code == 303
    assert admin.get(url).json()["invitations"] == []


# ---- clients

def test_a_contact_becomes_a_client(stack, manager, member):
    town = add(manager, kind="organisation", legal_name="Commune de l’Essai")
    anna = person(manager, "Anna", "Mairie")
    url = f"{PEOPLE}/{town['id']}"
    page = manager.page(url)
    assert manager.submit(page.form(url + "/roles"), person=anna["id"], role="contact").status_code == 303
    assert stack.database.rows(f"SELECT slug, operates FROM organisation WHERE id = {town['id']}") == [
        [f"commune-de-lessai-{town['id']}", "0"]]
    assert stack.database.value(f"SELECT COUNT(*) FROM role WHERE org_id = {town['id']} AND role = 'contact'") == 1
    assert "Anna Mairie" in manager.page(url).text
    assert "role" in errors(manager.post(url + "/roles", json={"person": anna["id"], "role": "contact"}))
    assert "role" in errors(manager.post(url + "/roles", json={"person": anna["id"], "role": "admin"}))
    me = stack.person("gestion@demo.example")
    assert "person" in errors(manager.post(url + "/roles", json={"person": me, "role": "may_book"}))
    page = manager.submit(manager.page(url).form(url + "/roles"), person="", role="contact")
    assert page.status_code == 422 and 'id="f-person-error"' in page.text
    assert manager.post(f"{PEOPLE}/{anna['id']}/roles", json={"person": anna["id"], "role": "contact"}).status_code == 403


def test_a_client_speaks_for_itself(stack, manager, client):
    lys = org(stack, "lys-lez")
    bruno = stack.person("contact@lys-lez.example")
    row = manager.get(f"{PEOPLE}/{lys}").json()
    assert "legal_name" in errors(manager.post(f"{PEOPLE}/{lys}", json={"row_version": row["row_version"], "legal_name": "X"}))
    assert manager.post(f"{PEOPLE}/{lys}/roles", json={"person": bruno, "role": "accounts"}).status_code == 403
    assert client.get("/o/lys-lez").status_code == 200
    page = client.page("/o/lys-lez/roles/new")
    values = re.findall(r'<option value="([^"]+)"', re.search(r'<select id="f-role".*?</select>', page.answer.text, re.S)[0])
    assert values == ["contact", "may_book", "accounts"]
    for path in ("/people", "/grants", "/terms", "/places/new"):
        assert client.get("/o/lys-lez" + path).status_code == 403, path
    helper = stack.person("membre@canal.example")
    stack.database.rows(f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({lys}, {helper})")
    assert "role" in errors(client.post("/o/lys-lez/roles", json={"person": helper, "role": "manager"}))
    assert "person" in errors(client.post("/o/lys-lez/roles", json={"person": bruno, "role": "may_book"}))


# ---- organisations of the installation

def test_a_new_organisation_and_its_first_admin(stack, keeper):
    page = keeper.page("/admin/organisations/new")
    form = page.form("/admin/organisations")
    assert not page.unlabelled()
    typed = {"legal_name": "Association La Neuve", "slug": "la-neuve", "family_name": "Premier", "given_name": "Ana",
             "email": "ana.premier@neuve.example"}
    assert keeper.submit(form, **{**typed, "slug": "filature"}).status_code == 422
    assert keeper.submit(form, **typed, is_network="1").status_code == 422          # there is one
    assert stack.database.value("SELECT COUNT(*) FROM account WHERE login = 'ana.premier@neuve.example'") == 0
    assert keeper.submit(form, **typed).status_code == 303
    assert stack.database.rows("SELECT r.role FROM role r JOIN account a ON a.person_id = r.person_id JOIN organisation o"
                               " ON o.id = r.org_id WHERE a.login = 'ana.premier@neuve.example' AND o.slug = 'la-neuve'"
                               " AND o.operates = 1") == [["admin"]]
    assert keeper.get("/o/la-neuve").status_code == 403


# ---- terms, grants, projects, places

def test_terms_are_never_rewritten(stack, admin, member):
    future = (today() + datetime.timedelta(10)).isoformat()
    made = add(admin, ORG + "/terms", kind="charter", title="Charte", text="Un.", **{"from": future})
    assert made["version"] == 1
    url = f"{ORG}/terms/{made['id']}"
    assert admin.post(url, json={"row_version": 1, "text": "Deux."}).status_code == 200
    stack.database.rows(f"INSERT INTO terms_acceptance (terms_id, party_id) VALUES ({made['id']}, {stack.person('membre@demo.example')})")
    assert admin.post(url, json={"row_version": 2, "text": "Trois."}).status_code == 403
    assert admin.post(url + "/delete", json={"row_version": 2}).status_code == 403
    assert stack.database.value(f"SELECT text FROM terms WHERE id = {made['id']}") == "Deux."
    assert "from" in errors(admin.post(ORG + "/terms", json={"kind": "charter", "title": "x", "text": "y", "from": "2020-01-01"}))
    now = add(admin, ORG + "/terms", kind="charter", title="Charte", text="Quatre.", **{"from": today().isoformat()})
    assert now["version"] == 2
    assert admin.post(f"{ORG}/terms/{now['id']}", json={"row_version": 1, "text": "Cinq."}).status_code == 403
    form = admin.page(ORG + "/terms/new?kind=charter").form(ORG + "/terms")
    assert form.value("text") == "Quatre." and form.value("kind") == "charter"
    page = admin.page(f"{ORG}/terms/{now['id']}")
    assert any(link.endswith("/terms/new?kind=charter") for link in page.links)


def test_a_grant_is_signed_and_withdrawn(stack, admin, other):
    canal = org(stack, "canal")
    form = admin.page(ORG + "/grants/new").form(ORG + "/grants")
    answer = admin.submit(form, to_org=str(canal), scope="bookings")
    assert answer.status_code == 303
    row = stack.database.rows(f"SELECT id, signed_by_id, from_d FROM org_grant WHERE to_org_id = {canal}")[0]
    assert row[1:] == [str(stack.person("admin@demo.example")), today().isoformat()]
    assert "to_org" in errors(admin.post(ORG + "/grants", json={"to_org": org(stack), "scope": "figures"}))
    assert "scope" in errors(admin.post(ORG + "/grants", json={"to_org": canal, "scope": "everything"}))
    assert other.get(f"{ORG}/grants/{row[0]}").status_code == 403
    assert admin.post(f"{ORG}/grants/{row[0]}/delete", json={"row_version": 1}).json()["archived"] is True
    assert stack.database.value(f"SELECT to_d < UTC_DATE() FROM org_grant WHERE id = {row[0]}") == 1
    assert admin.post(f"{ORG}/grants/{row[0]}", json={"row_version": 2, "to": None}).status_code == 403


def test_a_project_is_no_part_of_itself(admin):
    whole = add(admin, ORG + "/projects", label="Tout", code="TOUT")
    part = add(admin, ORG + "/projects", label="Partie", code="PART", parent=whole["id"])
    url = f"{ORG}/projects/{whole['id']}"
    assert "parent" in errors(admin.post(url, json={"row_version": 1, "parent": part["id"]}))
    assert "parent" in errors(admin.post(url, json={"row_version": 1, "parent": whole["id"]}))
    assert "code" in errors(admin.post(ORG + "/projects", json={"label": "x", "code": "TOUT"}), 422)


def test_a_place_with_bookings(stack, admin):
    place, version = stack.database.rows("SELECT id, row_version FROM place WHERE slug = 'la-filature'")[0]
    url = f"{ORG}/places/{place}"
    refused = admin.post(url, json={"row_version": int(version), "zone": "Indian/Reunion"})
    assert "zone" in errors(refused)
    assert admin.post(url, json={"row_version": int(version), "lat": "50,63", "lon": None}).status_code == 422
    moved = admin.post(url, json={"row_version": int(version), "lat": "50,6241", "lon": "3.0679"})
    assert (moved.json()["lat_e6"], moved.json()["lon_e6"]) == (50624100, 3067900)
    assert "lat" in errors(admin.post(url, json={"row_version": int(version) + 1, "lat": "91"}))
    page = admin.page(url + "/delete")
    assert page.status == 200 and not [f for f in page.forms if f.action.endswith("/delete")]
    room = stack.database.value("SELECT i.resource_id FROM reservation_item i JOIN reservation_booking b ON b.id = i.booking_id"
                                f" WHERE b.org_id = {org(stack)} AND b.status = 'confirmed' AND b.end_utc > UTC_TIMESTAMP()"
                                " LIMIT 1")
    gone = admin.post(f"{ORG}/resources/{room}/delete", json={
        "row_version": stack.database.value(f"SELECT row_version FROM reservation_resource WHERE id = {room}")})
    assert gone.status_code == 409
    assert stack.database.value(f"SELECT archived_at IS NULL FROM reservation_resource WHERE id = {room}") == 1


def test_the_page_of_a_contact_shows_its_bookings(stack, manager):
    camille = stack.person("membre@demo.example")
    on = st.fresh_day()
    made = stack.program("membre@demo.example").book(st.ROOM_A, f"{on}T10:00", f"{on}T11:00")
    assert made.status_code == 201, made.text
    uid = stack.database.value("SELECT uid FROM reservation_booking WHERE status NOT IN ('cancelled', 'rejected', 'expired')"
                               f" AND end_utc > UTC_TIMESTAMP() AND {camille} IN (person_id, payer_id)"
                               f" AND org_id = {org(stack)} ORDER BY start_utc, id LIMIT 1")
    page = manager.page(f"{PEOPLE}/{camille}")
    assert any(link.endswith(f"/bookings/{uid}") for link in page.links)
    # the treasurer reads contacts too, and of bookings what she may see of them anywhere
    treasurer = stack.login("tresor@demo.example").page(f"{PEOPLE}/{camille}")
    assert treasurer.status == 200 and "Camille Lefebvre" in treasurer.text
    assert not any("/bookings/" in link for link in treasurer.links)


def test_who_had_a_role_here_is_not_known_for_ever(stack, manager):
    """Without her on its list, an organisation names by her key only who has a role there now."""
    canal = stack.person("membre@canal.example")
    uid = stack.database.value(f"SELECT uid FROM party WHERE id = {canal}")
    stack.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d, to_d) VALUES ({canal}, {org(stack)}, 'member',"
                        " '2026-01-01', '2026-02-01')")
    def book():
        day = st.fresh_day()
        return manager.book(st.ROOM_A, f"{day}T09:00", f"{day}T10:00", person=uid)
    try:
        assert "person" in errors(book())
        stack.database.rows(f"UPDATE role SET to_d = NULL WHERE person_id = {canal} AND org_id = {org(stack)}")
        assert book().status_code == 201
    finally:
        stack.database.rows(f"DELETE FROM role WHERE person_id = {canal} AND org_id = {org(stack)}")
