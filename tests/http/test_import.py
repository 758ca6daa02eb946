# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts from a spreadsheet: preview first, and the same file twice changes nothing."""
import concurrent.futures
import threading
import time
import uuid

import pytest

import stack as st

ORG = "/o/filature"
PEOPLE = ORG + "/people"
IMPORT = PEOPLE + "/import"


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login("gestion@demo.example")


def counts(stack):
    return stack.database.rows("SELECT (SELECT COUNT(*) FROM party), (SELECT COUNT(*) FROM org_contact),"
                               " (SELECT COUNT(*) FROM address), (SELECT COUNT(*) FROM account), (SELECT SUM(row_version)"
                               " FROM party)")


def draft(who, content, name="contacts.csv"):
    body = content.encode() if isinstance(content, str) else content
    answer = who.post(IMPORT, files={"file": (name, body, "text/csv")})
    assert answer.status_code == 201, answer.text
    return f"{IMPORT}/{answer.json()['uid']}"


def preview(who, content):
    url = draft(who, content)
    answer = who.get(url)
    assert answer.status_code == 200, answer.text
    return url, answer.json()


def line(shown, no):
    return next(x for x in shown["lines"] if x["line"] == no)


FILE = ("Prénom;Nom;E-mail;Téléphone;Adresse;Code postal;Ville;Organisation;SIREN;Note;Couleur\r\n"
        "Inès;Importée;ines.importee@courriel.example;06 12 34 56 21;1 rue X;59000;Lille;;;Bonjour ;bleu\r\n"
        ";;contact@importee.example;;;;;\"Amicale; des \"\"Importés\"\"\";732829320;;\r\n"
        "Sans;Ville;;;2 rue Y;;;;;;\r\n"
        "Mal;Écrit;pas-une-adresse;;;;;;;;\r\n"
        ";;;;;;;;;rien;\r\n"
        "Inès;Importée;ines.importee@courriel.example;;;;;;;;\r\n")


def test_preview_then_import_then_again(stack, manager):
    before = counts(stack)
    url, shown = preview(manager, FILE)
    assert counts(stack) == before                                  # nothing was stored
    assert (shown["added"], shown["changed"], shown["skipped"], shown["wrong"]) == (2, 0, 1, 3)
    assert line(shown, 2)["what"] == "new" and line(shown, 3)["name"] == 'Amicale; des "Importés"'
    assert line(shown, 4)["what"] == line(shown, 5)["what"] == line(shown, 6)["what"] == "wrong"
    assert "pas-une-adresse" in line(shown, 5)["why"]
    assert line(shown, 7)["what"] == "skip" and "2" in line(shown, 7)["why"]
    page = manager.page(url)
    assert "Couleur" in page.text and not page.unlabelled()
    assert manager.submit(page.form(url)).status_code == 303
    row = manager.get(PEOPLE, params={"q": "ines.importee"}).json()["rows"][0]
    full = manager.get(f"{PEOPLE}/{row['id']}").json()
    assert (full["given_name"], full["phone"], full["town"], full["note"]) == ("Inès", "+33612345621", "Lille", "Bonjour")
    firm = manager.get(PEOPLE, params={"q": "732829320"}).json()["rows"][0]
    assert firm["kind"] == "organisation" and firm["legal_name"] == 'Amicale; des "Importés"'
    after = counts(stack)
    assert int(after[0][0]) == int(before[0][0]) + 2 and after[0][3] == before[0][3]
    url, shown = preview(manager, FILE)
    assert (shown["added"], shown["changed"], shown["unchanged"]) == (0, 0, 3)
    assert manager.post(url, json={}).status_code == 200
    assert counts(stack) == after
    traces = stack.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'contact' AND object_id = {row['id']}")
    assert traces == 1


def test_a_number_tells_an_organisation(stack, manager):
    """“Nom” is a person's or an organisation's: who has a SIREN and no first name is none."""
    _, shown = preview(manager, "Nom;Prénom;SIREN;Téléphone\nFabrique;;732829320;03 20 00 02 77\nArtisane;Léa;732829320;\nSeule;;;\n")
    assert [x["what"] for x in shown["lines"]].count("wrong") == 0
    url = draft(manager, "Nom;Prénom;SIREN\nFabrique;;356000000\nArtisane;Léa;356000000\nSeule;;\n")
    assert manager.post(url, json={}).status_code == 200
    kinds = {r["name"]: r["kind"] for q in ("Fabrique", "Artisane", "Seule") for r in
             manager.get(PEOPLE, params={"q": q}).json()["rows"]}
    assert kinds == {"Fabrique": "organisation", "Léa Artisane": "person", "Seule": "person"}


def test_columns_that_are_not_read(manager):
    """“Client” may say yes or no: it is no name of a contact."""
    _, shown = preview(manager, "Nom;Prénom;Client\nOuidire;Paul;oui\n")
    assert [(x["what"], x["name"]) for x in shown["lines"]] == [("new", "Paul Ouidire")]


def test_the_file_is_a_field_of_the_interface(stack):
    """Whoever writes a program against /api/openapi.json learns how a file is sent; it is read and kept nowhere."""
    body = stack.visitor().get("/api/openapi.json").json()["paths"]["/o/{org}/people/import"]["post"]["requestBody"]["content"]
    assert body["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"
    files = stack.database.value("SELECT COUNT(*) FROM file")
    answer = stack.program("gestion@demo.example").post(PEOPLE + "/import", files={"file": ("x.csv", b"Nom\nUne", "text/csv")})
    assert answer.status_code == 201 and stack.database.value("SELECT COUNT(*) FROM file") == files


def test_changes_field_by_field(stack, manager):
    manager.post(draft(manager, "nom,prenom,email,ville,rue\nChange,Ulla,ulla@courriel.example,Lille,1 rue A\n"), json={})
    url, shown = preview(manager, "Nom\tPrénom\tE-mail\tTél\tVille\nChange\tUlla\t\t0612345622\tRoubaix\n")
    only = line(shown, 2)
    assert only["what"] == "change"
    assert {(c["label"], c["before"]) for c in only["changes"]} == {("Téléphone", None), ("Commune", "Lille")} or \
        len(only["changes"]) == 2
    assert manager.post(url, json={}).json()["changed"] == 1
    row = manager.get(PEOPLE, params={"q": "ulla@"}).json()["rows"][0]
    full = manager.get(f"{PEOPLE}/{row['id']}").json()
    assert (full["email"], full["town"], full["street"]) == ("ulla@courriel.example", "Roubaix", "1 rue A")
    before, after = stack.database.rows("SELECT before_json, after_json FROM audit WHERE action = 'change' AND kind = 'contact'"
                                        f" AND object_id = {row['id']}")[0]
    assert '"town":"Lille"' in before and '"town":"Roubaix"' in after


@pytest.mark.parametrize("meanwhile", [
    "UPDATE party SET phone = '+33612345629', row_version = row_version + 1 WHERE id = {0}",
    "DELETE FROM org_contact WHERE party_id = {0}"])
def test_what_changed_meanwhile_is_left_out(stack, manager, meanwhile):
    """The contact is changed, or taken from the contacts, while the import waits for it."""
    name = uuid.uuid4().hex[:8]
    text = f"nom,prenom,email,ville\nEntre,Temps,{name}@courriel.example,%s\nEntre,{name},,%s\n"
    manager.post(draft(manager, text % ("Lille", "Lille")), json={})
    party = manager.get(PEOPLE, params={"q": name + "@"}).json()["rows"][0]["id"]
    url, shown = preview(manager, text % ("Roubaix", "Roubaix"))
    assert shown["changed"] == 2 and shown["meanwhile"] == 0
    holder = threading.Thread(target=stack.database.rows, args=(
        f"BEGIN; {meanwhile.format(party)}; DO SLEEP(2); COMMIT",))
    holder.start()
    time.sleep(0.7)
    answer = manager.post(url, json={}).json()
    holder.join()
    assert (answer["changed"], answer["meanwhile"]) == (1, 1), answer
    assert stack.database.value(f"SELECT town FROM address WHERE party_id = {party}") == "Lille"
    if "phone" in meanwhile:
        assert stack.database.value(f"SELECT phone FROM party WHERE id = {party}") == "+33612345629"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters(manager, encoding):
    text = f"Nom;Prénom\nBéranger-Œuvrard;Zoë {encoding}\n"
    _, shown = preview(manager, text.encode(encoding))
    assert line(shown, 2)["name"] == f"Zoë {encoding} Béranger-Œuvrard"


def test_what_is_no_table(stack, manager):
    bad = [b"PK\x03\x04\x00\x00", "Couleur;Taille\nbleu;3\n".encode(), "E-mail\nx@y.example\n".encode(), b"Nom\n",
           'Nom\n"jamais fermé\n'.encode(), "Nom;Nom de famille\na;b\n".encode(),
           ("Nom\n" + "x\n" * 5001).encode()]
    for content in bad:
        answer = manager.post(IMPORT, files={"file": ("x.csv", content, "text/csv")})
        assert answer.status_code == 422 and "file" in answer.json()["errors"], content[:40]
    page = manager.submit(manager.page(IMPORT).form(IMPORT), text="")
    assert page.status_code == 422 and 'id="f-file-error"' in page.text
    assert stack.database.value("SELECT COUNT(*) FROM import_draft WHERE text LIKE 'Couleur%'") == 0


@pytest.mark.parametrize("content, why", [
    (";" * 120000 + "\nx\n", "rien sous la ligne"), ("a" + ";" * 120000 + "\nx\n", "première ligne ne nomme pas")])
def test_a_line_of_separators_is_refused_at_once(manager, content, why):
    started = time.monotonic()
    answer = manager.post(IMPORT, files={"file": ("x.csv", content.encode(), "text/csv")})
    assert answer.status_code == 422 and why in answer.json()["errors"]["file"], answer.text
    assert time.monotonic() - started < 3


def test_pasted_cells(manager):
    form = manager.page(IMPORT).form(IMPORT)
    answer = manager.submit(form, text="Prénom\tNom\nColl\tÉe\n")
    assert answer.status_code == 303
    shown = manager.get(manager.below(answer.headers["Location"])).json()
    assert line(shown, 2)["name"] == "Coll Ée" and shown["added"] == 1


def test_whom_others_know_keeps_what_she_says(stack, manager):
    camille = stack.person("membre@demo.example")
    email = "membre@demo.example"
    url, shown = preview(manager, f"Prénom;Nom;E-mail;Téléphone;Note\nCamille;Lefebvre;{email};0612345623;Clé 5\n")
    only = line(shown, 2)
    assert only["what"] == "change" and only["why"] and [c["after"] for c in only["changes"]] == ["Clé 5"]
    manager.post(url, json={})
    assert stack.database.rows(f"SELECT phone FROM party WHERE id = {camille}") == [[None]]
    assert manager.get(f"{PEOPLE}/{camille}").json()["note"] == "Clé 5"


def test_several_of_one_name(stack, manager):
    for _ in range(2):
        answer = manager.post(PEOPLE, json={"kind": "person", "given_name": "Même", "family_name": "Nom"})
        assert answer.status_code == 201
    _, shown = preview(manager, "Prénom;Nom\nMême;Nom\n")
    assert line(shown, 2)["what"] == "skip"
    _, shown = preview(manager, "Prénom;Nom;E-mail\nJeanne;Morel;jeanne.morel@courriel.example\n")
    assert line(shown, 2)["what"] == "same"


def test_another_organisations_people_are_strangers(stack, manager):
    other = stack.login("admin@canal.example")
    other.post("/o/canal/people", json={"kind": "person", "family_name": "Lointaine", "email": "loin@courriel.example"})
    _, shown = preview(manager, "Nom;E-mail\nLointaine;loin@courriel.example\n")
    assert line(shown, 2)["what"] == "new" and not line(shown, 2)["why"]


def test_a_draft_is_its_authors(stack, manager):
    url = draft(manager, "Nom\nBrouillon\n")
    admin, other = stack.login("admin@demo.example"), stack.login("admin@canal.example")
    assert admin.get(url).status_code == 404 and admin.post(url, json={}).status_code == 404
    assert other.get(url).status_code == 403
    assert other.get(url.replace("/filature/", "/canal/")).status_code == 404
    assert stack.visitor().get(url).status_code == 401
    stack.database.rows("UPDATE import_draft SET created_utc = created_utc - INTERVAL 2 DAY WHERE text LIKE '%Brouillon%'")
    kept = draft(manager, "Nom\nGardé\n")
    st.ctl(stack.comptoir.config, "jobs", "run", "people.drafts")
    assert manager.get(url).status_code == 404 and manager.get(kept).status_code == 200


def test_two_clicks_import_once(stack, manager):
    url = draft(manager, "Prénom;Nom\n" + "".join(f"P{i};Clic\n" for i in range(40)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: manager.post(url, json={}).status_code, range(4)))
    assert sorted(codes) == [200, 409, 409, 409]
    assert stack.database.value("SELECT COUNT(*) FROM party WHERE family_name = 'Clic'") == 40


def test_a_large_file_is_as_few_queries(stack, manager):
    def queries(n):
        url = draft(manager, "Prénom;Nom;E-mail\n" + "".join(f"P{i};Masse{n};p{i}.{n}@courriel.example\n" for i in range(n)))
        return url, stack.comptoir.queries(lambda: manager.get(url))

    _, few = queries(3)
    url, many = queries(1500)
    assert many <= few
    before = int(counts(stack)[0][0])
    assert manager.post(url, json={}).json()["added"] == 1500
    assert int(counts(stack)[0][0]) == before + 1500
    assert manager.get(url).json()["unchanged"] == 1500
    stack.database.rows("DELETE c FROM org_contact c JOIN party p ON p.id = c.party_id WHERE p.family_name = 'Masse1500'")
    stack.database.rows("DELETE FROM party WHERE family_name = 'Masse1500'")
