# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of those who work, of the installation, of the law, the mailbox of the demonstration and the search, in
Chromium on a phone and a desktop: each in French, named, labelled, without a sideways scroll and without an error."""
import re
import shutil

import pytest
from selenium.webdriver.common.by import By

import stack as st
from test_booking import DESKTOP, PHONE, Browser

ADMIN, INSTALLATION, NETWORK = "admin@demo.example", "installation@demo.example", "coordination@reseau.example"
SHEET = ("Nom;Prénom;E-mail;Téléphone;SIREN\nMorel;Jeanne;jeanne.morel@courriel.example;{phone};\n"
         "Nouvelle;Noémie;noemie@{name}.example;06 12 34 56 78;\nCommune de Valbrune;;;{phone};111222337\n"
         ";;pas une adresse;12;\n")
# All that a reader or a screen reader gets, one text a line.
TEXTS = r"""
var found = [document.title], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) if (!walk.currentNode.parentNode.closest("script, style, textarea, [lang=en]")) found.push(walk.currentNode.data);
document.querySelectorAll("[title], [aria-label], [placeholder], [alt]").forEach(function (e) {
	["title", "aria-label", "placeholder", "alt"].forEach(function (a) { if (e.hasAttribute(a)) found.push(e.getAttribute(a)); }); });
return found.map(function (t) { return t.replace(/\s+/g, " ").trim(); }).filter(function (t) { return t; });
"""


def catalogue():
    """{English: French} of all that has a French of its own."""
    text = (st.SOURCE / "po/fr.po").read_text()
    pairs = {}
    for block in text.split("\n\n"):
        strings = {key: "".join(re.findall(r'"(.*)"', lines)).replace('\\"', '"').replace("\\n", "\n") for key, lines in
                   re.findall(r'^(msgid|msgstr) ((?:".*"\n?)+)', block, re.M)}
        if strings.get("msgid") and strings.get("msgstr", strings["msgid"]) != strings["msgid"]:
            pairs[strings["msgid"]] = strings["msgstr"]
    return pairs


ENGLISH = catalogue()
# What is French too, in another place.
BOTH = {" ".join(french.split()) for french in ENGLISH.values()}


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load="reservation demo") as running:
        yield running


@pytest.fixture(params=["phone", "desktop"])
def window(stack, request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium or its driver is not installed")
    made = Browser(stack, DESKTOP if request.param == "desktop" else PHONE)
    made.name = request.param
    yield made
    made.close()


def look(window, path, name, heading=None):
    """Opens a page and judges it: its heading, no word of English, and what has to hold of every page."""
    if path:
        window.open(path)
    found = window.find("main h1").text
    assert found and (heading is None or re.search(heading, found)), (name, found)
    left = [t for t in window.driver.execute_script(TEXTS) if t in ENGLISH and t not in BOTH]
    assert left == [], (name, left)
    assert re.search(r"^\w.+ – .*Réseau d'essai$", window.driver.title), (name, window.driver.title)
    window.judge(f"{window.name}-o-{name}")


def first(stack, path, email=ADMIN, **wanted):
    rows = stack.program(email).get(path, params={"limit": 500}).json()["rows"]
    return next(r["id"] for r in rows if all(r[k] == v for k, v in wanted.items()))


def test_the_catalogue_finds_english():
    assert ENGLISH["Our organisation"] and len(ENGLISH) > 800 and "Our organisation" not in BOTH


def test_contacts(stack, window):
    window.sign_in(ADMIN)
    look(window, "/o/filature/people", "contacts", "Contacts")
    look(window, "/o/filature/people/new?kind=person", "contact-new", "Nouveau contact : personne")
    look(window, "/o/filature/people/new?kind=organisation", "contact-new-org", "Nouveau contact : organisation")
    town = first(stack, "/o/filature/people", name="Commune de Valbrune")
    look(window, f"/o/filature/people/{town}", "contact", "Valbrune")
    assert "111 222 337" in window.find("main").text.replace("\xa0", " ").replace("\u202f", " ")
    look(window, f"/o/filature/people/{town}/edit", "contact-edit", "Valbrune")
    look(window, f"/o/filature/people/{town}/delete", "contact-remove")


def test_merging(stack, window):
    window.sign_in(ADMIN)
    rows = [r for r in stack.program(ADMIN).get("/o/filature/people").json()["rows"] if r["name"] == "Jeanne Morel"]
    one, other = sorted(rows, key=lambda r: r["email"] or "")
    look(window, f"/o/filature/people/{one['id']}/merge", "merge-choose", "Fusionner")
    text = window.find("main").text.replace("\xa0", " ")
    assert "06 12 00 02 01" in text and "+33" not in text
    window.click(next(a for a in window.visible("main .items a") if "Jeanne" in a.text))
    look(window, None, "merge-preview", "Fusionner")
    text = window.find("main").text.replace("\xa0", " ")
    assert "06 12 00 02 01" in text and "+33" not in text and other["email"] in text


def test_importing(stack, window):
    window.sign_in(ADMIN)
    look(window, "/o/filature/people/import", "import", "Importer des contacts")
    phone = {"phone": "03 20 00 02 98", "desktop": "03 20 00 02 99"}[window.name]
    window.find("#f-text").send_keys(SHEET.format(phone=phone, name=window.name))
    window.click(window.find("main button.primary"))
    look(window, None, "import-preview")
    text = re.sub(r"[\xa0\u202f]", " ", window.find("main").text)
    assert text.count(phone) == 2 and "Commune de Valbrune" in text and "+33" not in text and "Noémie Nouvelle" in text
    window.click(window.find("main form[action*='/import/'] button.primary"))
    look(window, None, "imported", "Contacts")
    assert window.visible(".notices")


def test_organisation(stack, window):
    window.sign_in(ADMIN)
    version = first(stack, "/o/filature/terms", kind="rules")
    grant, role = first(stack, "/o/filature/grants"), first(stack, "/o/filature/roles", role="manager")
    for name, path, heading in (
            ("settings", "settings", "Notre organisation"), ("roles", "roles", "Rôles"), ("role-new", "roles/new", "^Nouveau rôle$"),
            ("role", f"roles/{role}", "Hugo Vandamme"), ("role-end", f"roles/{role}/delete", None),
            ("invite", "roles/invite", "Inviter"), ("terms", "terms", "Conditions"),
            ("terms-new", "terms/new", "^Nouvelle version"), ("terms-one", f"terms/{version}", "Règlement"),
            ("grants", "grants", None), ("grant-new", "grants/new", "^Nouvelle autorisation$"),
            ("grant", f"grants/{grant}", None), ("audit", "audit", None), ("law-edit", "law", "Pages légales"),
            ("mails", "mails", None), ("projects", "projects", "Projets"), ("project-new", "projects/new", "^Nouveau projet$"),
            ("places", "places", "Lieux"), ("place-new", "places/new", "^Nouveau lieu$"), ("overview", "", "Vue d’ensemble")):
        look(window, f"/o/filature/{path}".rstrip("/"), name, heading)
    window.open("/o/filature/roles/new")
    offered = [o.text for o in window.all("#f-person option")]
    assert any("Camille Lefebvre" in o for o in offered) and not any("Valbrune" in o or "Lys-Lez" in o for o in offered)


def test_rooms_are_new_in_french(window):
    window.sign_in(ADMIN)
    for path, heading in (("resources", "Nouvelle salle ou nouveau matériel"), ("kinds", "Nouveau type"), ("tariffs", "Nouveau tarif"),
                          ("policies", "Nouvelles règles de réservation"), ("openings", "Nouveaux horaires d’ouverture"),
                          ("windows", "Nouvelle partie de la journée"), ("purposes", "Nouvel usage"), ("prices", "Nouveau prix")):
        look(window, f"/o/filature/{path}/new", f"new-{path}", f"^{heading}$")


def test_installation(window):
    window.sign_in(INSTALLATION)
    for name, path in (("admin", ""), ("organisations", "/organisations"), ("organisation-new", "/organisations/new"),
                       ("admin-audit", "/audit"), ("jobs", "/jobs"), ("job", "/jobs/job.purge"), ("admin-mails", "/mails")):
        look(window, "/admin" + path, name)


def test_legal_pages(window):
    for org in ("", "/filature", "/canal"):
        for page in ("notice", "privacy", "terms", "accessibility", "help"):
            path = "/help" if page == "help" and not org else f"/legal{org}/{page}"
            look(window, path, f"law{org.replace('/', '-')}-{page}")
            if page != "terms":
                assert "pas encore précisé" not in window.find("main").text, path
    assert window.driver.get_cookies() == []


def test_mailbox_and_search(stack, window):
    made = stack.program("gestion@demo.example").book(
        st.ROOM_A, f"{st.day(60 + (window.name == 'phone'))}T09:00", f"{st.day(60 + (window.name == 'phone'))}T10:00",
        name="Zoé Hôte", email="zoe@essai.example")
    assert made.status_code == 201, made.text
    uid = st.wait_for(lambda: next((m["uid"] for m in stack.visitor().get("/demo/mails").json()["mails"]
                                    if "zoe@essai" in m["to"]), None))
    look(window, "/demo/mails", "mailbox")
    assert window.driver.execute_script("return document.querySelector('header.top').offsetHeight") < (
        230 if window.name == "phone" else 140)
    look(window, f"/demo/mails/{uid}", "mail", None)
    look(window, "/login", "login-offers")
    look(window, "/search?q=lille", "search-visitor")
    window.sign_in(ADMIN)
    look(window, "/search?q=morel", "search")
    found = [e.text.replace("\xa0", " ") for e in window.driver.find_elements(By.CSS_SELECTOR, "main .items li")]
    assert any("Morel" in t and "06 12 00 02 01" in t for t in found) and not any("+33" in t for t in found)
    look(window, "/search?q=zzzz", "search-nothing")


def test_what_others_let_me_see(window):
    window.sign_in(NETWORK)
    look(window, "/me", "me-grants", "Sophie Marchand")
    assert "La Filature" in window.find("[aria-labelledby=grants-h]").text
    look(window, "/me/tokens", "tokens", "programmes")
