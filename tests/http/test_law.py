# SPDX-License-Identifier: GPL-3.0-or-later
"""Legal pages and help: what they say where nothing was filled in, where everything was, and to whom."""
import re

import pytest

import stack as st

ADMIN, MANAGER, OTHER, INSTALLATION = "admin@demo.example", "gestion@demo.example", "admin@canal.example", "installation@demo.example"
PAGES = {"notice": ("Mentions légales", "Legal notice"), "privacy": ("Confidentialité", "Privacy"),
         "terms": ("Conditions", "Conditions"), "accessibility": ("Accessibilité", "Accessibility"), "help": ("Aide", "Help")}
FORM = "/o/filature/law"


def address(page, org=None):
    return f"/legal/{org}/{page}" if org else "/help" if page == "help" else f"/legal/{page}"


def part(view, anchor):
    return next((p for p in view["parts"] if p["anchor"] == anchor), None)


def facts(view, anchor):
    return {f["label"]: f["text"] for f in part(view, anchor)["facts"]}


def words(view):
    """All that a page says, as one text."""
    return " ".join(str(v) for p in view["parts"] for v in
                    [p["title"], p["note"], *(x["text"] for x in p["paragraphs"]), *(x["text"] for x in p["facts"]),
                     *(x["title"] for x in p["items"]), *(x["text"] for x in p["links"])])


@pytest.fixture
def nothing(stack):
    """As a new installation: no settings, no terms."""
    def empty():
        stack.database.rows("DELETE FROM law_settings; DELETE FROM terms")
    empty()
    yield stack
    empty()


def fill(stack, **values):
    admin = stack.program(ADMIN)
    version = stack.database.value("SELECT COALESCE(MAX(s.row_version), 0) FROM law_settings s"
                                   " JOIN organisation o ON o.id = s.org_id WHERE o.slug = 'filature'")
    return admin.post(FORM, json={"row_version": version, **values})


# ---- who, where, in which language

@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("org", [None, "filature", "canal", "reseau"])
def test_each_page_in_both_languages(nothing, page, org):
    for lang, title in zip(("fr", "en"), PAGES[page]):
        client = nothing.browser()
        client.headers["Accept-Language"] = lang
        shown = client.page(address(page, org))
        assert shown.status == 200 and shown.headings[0] == title
        assert not shown.unlabelled() and len(shown.ids) == len(set(shown.ids))
        assert re.search(rf"<title>{title} – .*Réseau d&#39;essai</title>", shown.answer.text), shown.answer.text[:600]
        others = [address(p, org) for p in PAGES]
        assert set(others) <= set(shown.links)
        view = client.get(address(page, org), headers={"Accept": "application/json"}).json()
        assert view["organisation"] == {None: "Le Comptoir des lieux", "filature": "La Filature", "canal": "Le Grand Canal",
                                        "reseau": "Le Comptoir des lieux"}[org]
        assert view["parts"] and "not given yet" not in (shown.text if lang == "fr" else "")


def test_who_runs_no_places_has_none(stack):
    for page in PAGES:
        assert stack.visitor().get(f"/legal/lys-lez/{page}").status_code == 404
        assert stack.visitor().get(f"/legal/nowhere/{page}").status_code == 404


def test_without_any_organisation(stack):
    """A new installation: the pages are there, and say that nothing is given yet."""
    stack.database.rows("UPDATE organisation SET is_network = 0 WHERE slug = 'reseau'")
    try:
        for page in PAGES:
            view = stack.visitor().get(address(page)).json()
            assert view["organisation"] == "Réseau d'essai" and view["parts"]
        assert facts(stack.visitor().get("/legal/notice").json(), "host")["Nom de l’hébergeur"] is None
        assert "pas encore précisé" in stack.browser().page("/legal/notice").text
    finally:
        stack.database.rows("UPDATE organisation SET is_network = 1 WHERE slug = 'reseau'")


def test_the_footer_is_of_whom_the_page_is_about(stack):
    for path, org in (("/", "reseau"), ("/places/la-filature", "filature"), ("/places/la-peniche", "canal"),
                      ("/login", None), ("/search?q=lys", None), ("/nowhere", None), ("/legal/canal/notice", "canal")):
        page = stack.browser().page(path)
        for name in PAGES:
            assert address(name, org) in page.links, (path, name)
    page = stack.login(ADMIN).page("/o/filature")
    assert address("privacy", "filature") in page.links and FORM in page.links
    client = stack.login("contact@lys-lez.example").page("/o/lys-lez")
    assert "/legal/lys-lez/notice" not in client.links and "/legal/notice" in client.links


def test_error_pages_lead_to_help(stack):
    visitor = stack.browser()
    assert "/help#find" in visitor.page("/nowhere").links
    assert "/help#account" in visitor.page("/bookings").links
    shown = visitor.page("/help")
    assert "tel:+33320000112" in visitor.page("/legal/filature/help").links
    assert "tel:+33320000114" not in visitor.page("/legal/filature/help").links and "tel:+33320000114" in shown.links
    assert {"account", "find", "data", "contact", "book", "cancel", "booking", "calendar"} <= set(shown.ids)


# ---- what is missing

def test_what_is_missing_is_said_and_listed_for_who_may_fill_it_in(nothing):
    public = nothing.browser().page("/legal/filature/notice")
    assert "pas encore précisé" in public.text and "À compléter" not in public.text
    admin = nothing.login(ADMIN).page("/legal/filature/notice")
    assert "À compléter" in admin.text and "Nom de l’hébergeur" in admin.text and FORM in admin.links
    for page in ("privacy", "terms", "accessibility"):
        assert "À compléter" in nothing.login(ADMIN).page(f"/legal/filature/{page}").text
        assert "À compléter" not in nothing.login(MANAGER).page(f"/legal/filature/{page}").text
        assert "À compléter" not in nothing.login(OTHER).page(f"/legal/filature/{page}").text


def test_nothing_is_made_up(nothing):
    visitor = nothing.visitor()
    assert "n’a pas encore été évaluée" in words(visitor.get("/legal/filature/accessibility").json())
    assert "n’a pas encore publié de conditions" in words(visitor.get("/legal/filature/terms").json())
    kept = facts(visitor.get("/legal/filature/privacy").json(), "retention")
    assert kept.pop("Contacts et comptes").startswith("3 ans")          # what the installation's job does by itself
    assert kept.pop("Documents comptables").startswith("10 ans")        # C. com. L123-22
    assert len(kept) == 2 and set(kept.values()) == {None}
    assert part(visitor.get("/legal/filature/terms").json(), "mediator") is None


def test_who_may_fill_it_in_is_told_what_is_lacking(nothing):
    page = nothing.login(ADMIN).page("/o/filature")
    assert "Il manque 6 mentions que la loi demande" in page.text and any(a.endswith("/law") for a in page.links)
    assert "que la loi demande" not in nothing.login(MANAGER).page("/o/filature").text


# ---- the form

@pytest.mark.parametrize("email, status", [(None, 401), (MANAGER, 403), ("membre@demo.example", 403), (OTHER, 403),
                                           (INSTALLATION, 403), (ADMIN, 200)])
def test_who_may_fill_it_in(nothing, email, status):
    client = nothing.program(email) if email else nothing.visitor()
    assert client.get(FORM).status_code == status
    assert client.post(FORM, json={"row_version": 0, "director": "Qui"}).status_code == status
    assert nothing.database.value("SELECT COUNT(*) FROM law_settings") == (status == 200)


FILLED = {"director": "Camille Okafor", "legal_form": "association loi 1901", "capital": "1 234,50", "registered": "RCS Lille",
          "host_name": "Hébergeur Libre", "host_address": "1 rue des Serveurs, 59000 Lille", "host_phone": "03 20 00 00 99",
          "privacy_contact": "Service des données", "privacy_email": "donnees@filature.example", "dpo": True,
          "recipients": "Cabinet Comptable", "keep_contacts": 36, "keep_documents": 120, "keep_traces": 13, "keep_logs": 1,
          "sells": True, "mediator": "Médiation Nord", "mediator_url": "https://mediation.example/", "access_state": "partial",
          "access_rate": 72, "access_audit": "2026-03-01", "access_gaps": "Le plan n’a pas de légende.",
          "help_text": "Sonnez deux fois."}


def test_all_of_it_stands_on_the_pages(nothing):
    assert fill(nothing, **FILLED).json() == {"row_version": 1}
    visitor = nothing.visitor()
    notice = visitor.get("/legal/filature/notice").json()
    publisher, host = facts(notice, "publisher"), facts(notice, "host")
    assert publisher["Direction de la publication"] == "Camille Okafor" and publisher["Immatriculation"] == "RCS Lille"
    assert re.sub(r"\s", " ", publisher["Capital social"]) == "1 234,50 €"
    assert host["Nom de l’hébergeur"] == "Hébergeur Libre" and re.sub(r"\s", " ", host["Téléphone de l’hébergeur"]) == "03 20 00 00 99"
    privacy = visitor.get("/legal/filature/privacy").json()
    kept = facts(privacy, "retention")
    assert kept["Contacts et comptes"].startswith("3 ans") and kept["Documents comptables"].startswith("10 ans")
    assert [kept["Qui a changé quoi"], kept["Journaux techniques"]] == ["13 mois", "1 mois"]
    said = words(privacy)
    for text in ("Service des données", "donnees@filature.example", "Cabinet Comptable", "Hébergeur Libre", "CNIL", "Association La Filature",
                 "Vous réserver une salle"):
        assert text in said, text
    assert "mailto:donnees@filature.example" in nothing.browser().page("/legal/filature/privacy").links
    terms = visitor.get("/legal/filature/terms").json()
    assert facts(terms, "mediator")["Médiation de la consommation"] == "Médiation Nord"
    access = words(visitor.get("/legal/filature/accessibility").json())
    assert "conformité partielle" in access and re.search(r"72\s%", access) and "pas de légende" in access and "01/03/2026" in access
    assert "Sonnez deux fois." in words(visitor.get("/legal/filature/help").json())
    other = " ".join(words(visitor.get(address(p, "canal")).json()) for p in PAGES)
    assert not [v for v in FILLED.values() if isinstance(v, str) and len(v) > 8 and v in other]


@pytest.mark.parametrize("state, sentence", [("none", "n’est pas conforme"), ("full", "conformité totale"),
                                             ("partial", "conformité partielle"), (None, "n’a pas encore été évaluée")])
def test_accessibility_is_what_was_found(nothing, state, sentence):
    assert fill(nothing, access_state=state).status_code == 200
    assert sentence in words(nothing.visitor().get("/legal/filature/accessibility").json())


def test_who_sells_to_persons_has_to_name_a_mediator(nothing):
    fill(nothing, sells=True)
    assert facts(nothing.visitor().get("/legal/filature/terms").json(), "mediator")["Médiation de la consommation"] is None
    assert "Médiation de la consommation" in nothing.login(ADMIN).page("/legal/filature/terms").text


@pytest.mark.parametrize("said, shown", [(12, "1 an"), (36, "3 ans"), (60, "3 ans")])
def test_no_longer_than_the_site_keeps_them(nothing, said, shown):
    fill(nothing, keep_contacts=said)
    kept = facts(nothing.visitor().get("/legal/filature/privacy").json(), "retention")["Contacts et comptes"]
    assert kept.startswith(shown + " ")


def test_a_program_changes_what_it_names(nothing):
    assert fill(nothing, **FILLED).status_code == 200
    assert fill(nothing, director="Une autre").json() == {"row_version": 2}
    publisher = facts(nothing.visitor().get("/legal/filature/notice").json(), "publisher")
    assert publisher["Direction de la publication"] == "Une autre" and publisher["Forme juridique"] == "association loi 1901"
    assert fill(nothing, registered=None).status_code == 200
    assert "Immatriculation" not in facts(nothing.visitor().get("/legal/filature/notice").json(), "publisher")


def test_two_at_once(nothing):
    admin = nothing.program(ADMIN)
    assert admin.post(FORM, json={"row_version": 0, "director": "Première"}).status_code == 200
    assert admin.post(FORM, json={"row_version": 0, "director": "Seconde"}).status_code == 409
    assert admin.post(FORM, json={"row_version": 7, "director": "Seconde"}).status_code == 409
    assert nothing.database.rows("SELECT director, row_version FROM law_settings") == [["Première", "1"]]


def test_by_hand(nothing):
    admin = nothing.login(ADMIN)
    page = admin.page(FORM)
    assert not page.unlabelled() and page.form(FORM).value("keep_documents") == "120"
    answer = admin.submit(page.form(FORM), host_phone="pas un numéro", director="Gardé")
    refused = st.Page(answer)
    assert answer.status_code == 422 and refused.form(FORM).value("director") == "Gardé"
    assert refused.form(FORM).value("host_phone") == "pas un numéro" and not refused.unlabelled()
    answer = admin.submit(refused.form(FORM), host_phone="03 20 00 00 98")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/legal/filature/notice")
    assert admin.page(FORM).form(FORM).value("director") == "Gardé"
    stale = admin.submit(refused.form(FORM), host_phone="03 20 00 00 97", director="Trop tard")
    assert stale.status_code == 409 and "Trop tard" in stale.text and "entre-temps" in stale.text
    # without its token a form changes nothing
    assert admin.post(FORM, data={"row_version": "1"}, headers={"X-CSRF-Token": "x"}).status_code == 403


def test_changes_leave_a_trace(nothing):
    fill(nothing, director="Ada", keep_logs=6)
    fill(nothing, director="Grace")
    entry = nothing.program(ADMIN).get("/o/filature/audit", params={"kind": "law"}).json()["entries"][0]
    assert entry["action"] == "change" and entry["name"] == "La Filature"
    assert entry["changes"] == [{"label": "Direction de la publication", "before": "Ada", "after": "Grace"}]
    assert "/o/" in nothing.login(ADMIN).page("/o/filature/audit?kind=law").answer.text


POISON = "<script>alert(1)</script>{{page.csrf}}\n\" onload=x '"


def test_poison_is_text(nothing):
    fields = ("director", "legal_form", "host_name", "host_address", "notice_text", "privacy_contact", "recipients", "outside_eu",
              "privacy_text", "mediator", "terms_text", "access_auditor", "access_gaps", "access_text", "help_text")
    long_text = ("notice_text", "recipients", "outside_eu", "privacy_text", "terms_text", "access_gaps", "access_text", "help_text")
    answer = fill(nothing, **{f: POISON if f in long_text else POISON.replace("\n", " ") for f in fields})
    assert answer.status_code == 200, answer.text
    for page in PAGES:
        text = nothing.browser().get(address(page, "filature")).text
        assert "<script>alert" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;{{page.csrf}}" in text, page
    for url in ("javascript:alert(1)", "data:text/html,x", "//evil"):
        assert fill(nothing, mediator_url=url).status_code == 422, url


# ---- conditions

def add_terms(stack, kind, version, title, text, from_d, org="filature"):
    return stack.database.value(
        f"INSERT INTO terms (org_id, kind, version, title, text, from_d) SELECT id, '{kind}', {version}, '{title}', '{text}',"
        f" '{from_d}' FROM organisation WHERE slug = '{org}'; SELECT uid FROM terms WHERE id = LAST_INSERT_ID()")


def test_the_version_in_force_and_those_before(nothing):
    old = add_terms(nothing, "sale", 1, "Conditions 2024", "Ancien texte", "2024-01-01")
    now = add_terms(nothing, "sale", 2, "Conditions 2026", "Texte en vigueur", "2026-01-01")
    later = add_terms(nothing, "sale", 3, "Conditions futures", "Texte futur", st.day(30))
    rules = add_terms(nothing, "rules", 1, "Règlement", "On range les chaises", "2025-01-01")
    foreign = add_terms(nothing, "sale", 1, "Ailleurs", "Texte du canal", "2025-01-01", "canal")
    view = nothing.visitor().get("/legal/filature/terms").json()
    said = words(view)
    assert "Texte en vigueur" in said and "On range les chaises" in said and part(view, "sale")["note"].startswith("Version 2, en vigueur depuis le 01/01/2026")
    assert "Ancien texte" not in said and "futur" not in said and "canal" not in said
    page = nothing.browser().page("/legal/filature/terms")
    assert f"/legal/filature/terms/{old}" in page.links and not [x for x in page.links if now in x or later in x or rules in x]
    one = nothing.visitor().get(f"/legal/filature/terms/{old}").json()
    assert "Ancien texte" in words(one) and "/legal/filature/terms#sale" in nothing.browser().page(f"/legal/filature/terms/{old}").links
    for uid in (later, foreign, "00000000-0000-0000-0000-000000000000", "1", "é", "x"):
        assert nothing.visitor().get(f"/legal/filature/terms/{uid}").status_code == 404, uid
    nothing.database.rows("UPDATE terms SET archived_at = UTC_TIMESTAMP() WHERE version = 2")
    assert "Ancien texte" in words(nothing.visitor().get("/legal/filature/terms").json())


# ---- site map, and the sentence under forms

def test_the_site_map_is_complete_for_its_reader(stack):
    visitor = stack.browser().page("/sitemap")
    assert {"/", "/search", "/help", *(address(p) for p in PAGES), "/places/la-filature"} <= set(visitor.links)
    assert {address(p, org) for p in PAGES for org in ("filature", "canal", "reseau")} <= set(visitor.links)
    assert not [link for link in visitor.links if link.startswith(("/o/", "/me", "/admin"))]
    admin = stack.login(ADMIN).page("/sitemap")
    assert "/login" not in admin.links[admin.links.index("/me"):] and "/login" in visitor.links
    assert {"/o/filature", FORM, "/o/filature/audit", "/o/filature/places", "/me"} <= set(admin.links)
    assert "/admin" not in admin.links and "/o/canal" not in admin.links
    manager = stack.login(MANAGER).page("/sitemap")
    assert "/o/filature/bookings" in manager.links and FORM not in manager.links
    assert {"/admin", "/admin/audit"} <= set(stack.login(INSTALLATION).page("/sitemap").links)
    for link in admin.links:
        if link.startswith("/") and not link.startswith("/static"):
            assert stack.program(ADMIN).get(link.split("?")[0], headers={"Accept": "text/html"}).status_code in (200, 303), link


def test_forms_about_people_say_what_for(stack):
    page = stack.login(ADMIN).page("/o/filature/places/new")
    assert "utilisé par La Filature pour travailler avec elles" in page.text and address("privacy", "filature") in page.links
    room = stack.database.value("SELECT x.id FROM reservation_resource x JOIN place p ON p.id = x.place_id WHERE p.slug = 'essai' LIMIT 1")
    text = stack.browser().get(f"/resources/{room}/book?start={st.day(20)}T09:00&end={st.day(20)}T10:00").text
    assert re.search(r'<p class="hint">[^<]+ <a href="/legal/filature/privacy">', text)
