# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugin demo: whoever plays may be anybody of the sample network and read every mail, and nothing beyond that."""
import email.message
import os
import re

import pytest
import requests

import stack as st

MEMBER = "membre@demo.example"
BANNER = "Démonstration, données inventées"
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-BYTES:\xc3\xa9\r\nEND:VCALENDAR\r\n"


@pytest.fixture(scope="module")
def s():
    st.restart_days()
    with st.Stack(web="nginx", prefix="/essai", plugins_load="reservation demo") as running:
        yield running


def offers(page):
    return [f for f in page.forms if f.action.endswith("/demo/sign-in")]


# ---- somebody else by one button

def test_every_sample_account_is_offered_once(s):
    page = s.browser().page("/login")
    offered = [f.value("person") for f in offers(page)]
    others = {f"admin@{org}.example" for org in ("bobine", "marelle", "verriere", "jardin", "presses", "hangar", "echo", "rives")}
    assert sorted(offered) == sorted(set(s.accounts) - others) and others < set(s.accounts)
    assert {"La Filature", "Le Grand Canal", "L’installation"} <= set(page.headings)
    assert "Camille Lefebvre, membre" in page.text and "au tarif des membres" in page.text
    assert page.unlabelled() == []


@pytest.mark.parametrize("who", [MEMBER, "gestion@canal.example", "installation@demo.example"])
def test_one_button_signs_in(s, who):
    browser = s.browser()
    form = next(f for f in offers(browser.page("/login", params={"next": "/me"})) if f.value("person") == who)
    answer = browser.submit(form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/essai/me")
    assert who in browser.page("/me").text


def test_changing_person_ends_the_session_before(s):
    browser = s.browser()
    for who in (MEMBER, "tresor@demo.example"):
        browser.submit(next(f for f in offers(browser.page("/login")) if f.value("person") == who))
        first = browser.cookies.get("comptoir") if who == MEMBER else first
    assert "tresor@demo.example" in browser.page("/me").text
    assert s.visitor().get("/me", headers={"Cookie": f"comptoir={first}"}).status_code == 401


def test_button_needs_its_token(s):
    browser = s.browser()
    assert browser.post("/demo/sign-in", data={"person": MEMBER}).status_code == 403
    assert browser.post("/demo/sign-in", data={"person": MEMBER, "csrf": "1.2"}).status_code == 403
    assert "comptoir" not in browser.cookies


def test_real_accounts_stay_closed(s):
    """An account beside the sample network is neither offered nor opened."""
    st.ctl(s.comptoir.config, "user", "add", "vraie@exemple.example", "Vraie", "Personne", input="un mot de passe\n")
    browser = s.browser()
    form = offers(browser.page("/login"))[0]
    answer = browser.submit(form, person="vraie@exemple.example")
    assert answer.status_code == 422 and "comptoir" not in browser.cookies
    assert "vraie@" not in browser.page("/login").text


def test_closed_sample_account_is_not_opened(s):
    s.database.rows("UPDATE account SET active = 0 WHERE login = 'membre@canal.example'")
    browser = s.browser()
    form = next(f for f in offers(browser.page("/login")) if f.value("person") == "membre@canal.example")
    assert browser.submit(form).status_code == 404 and "comptoir" not in browser.cookies
    s.database.rows("UPDATE account SET active = 1 WHERE login = 'membre@canal.example'")


@pytest.mark.parametrize("where", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil"])
def test_next_leads_nowhere_else(s, where):
    browser = s.browser()
    answer = browser.submit(offers(browser.page("/login"))[0], next=where)
    assert answer.status_code == 303 and answer.headers["Location"] == "/essai/"


# ---- the banner

@pytest.mark.parametrize("path", ["/", "/login", "/demo/mails", "/nowhere", "/places/essai", "/o/filature"])
def test_banner_on_every_page(s, path):
    page = s.browser().page(path)
    assert BANNER in page.text
    assert "/essai/demo/mails" in page.links and "/essai/login" in page.links


def test_banner_is_no_part_of_the_api(s):
    assert BANNER not in s.visitor().get("/demo/mails").text


# ---- the mailbox

def test_guest_finds_her_link(s):
    """From the booking to its confirmation, by what is on the pages alone."""
    day = st.fresh_day()
    browser = s.browser()
    form = browser.page(f"/resources/{st.ROOM_A}/book", params={"date": day}).form("/bookings")
    asked = browser.submit(form, name="Zoé Hôte", email="zoe@exemple.example", start=f"{day}T10:00", end=f"{day}T11:00")
    booked = browser.page(browser.below(asked.headers["Location"]))
    assert "Dans la démonstration, le courriel est ici" in booked.text and "/essai/demo/mails" in booked.links
    mail = st.wait_for(lambda: next(iter(s.visitor().get("/demo/mails").json()["mails"]), None))
    assert mail["to"] == "Zoé Hôte <zoe@exemple.example>"
    assert f"/essai/demo/mails/{mail['uid']}" in browser.page("/demo/mails").links
    page = browser.page(f"/demo/mails/{mail['uid']}")
    link = next(a for a in page.links if "/verify" in a)
    assert link.startswith("/essai/bookings/")
    confirm = next(f for f in browser.page(browser.below(link)).forms if "/bookings/" in f.action)
    assert browser.submit(confirm).status_code == 303
    assert s.database.value("SELECT status FROM reservation_booking ORDER BY id DESC LIMIT 1") == "confirmed"


def put_mail(s, name, message, when=None):
    path = s.comptoir.mail / f"{name}.eml"
    path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    path.chmod(0o644)
    if when:
        os.utime(path, (when, when))
    return path


def message(subject, text):
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = "Réseau <r@exemple.example>", "Awa <awa@exemple.example>", subject
    made.set_content(text)
    return made


def test_text_is_safe_and_its_links_open(s):
    text = ("<script>alert(1)</script> javascript:alert(2) httpx http:/ https://exemple.example/a?b=1&c=2.\n"
            f"  {s.url}/places/essai, {s.url}evil.example/ et (https://exemple.example/d)")
    made = message("<b>Gras</b>", text)
    made.add_alternative("<p>HTML <script>alert(3)</script></p>", subtype="html")
    made.add_attachment(ICS, maintype="text", subtype="calendar", filename="date.ics")
    made.add_attachment(b"\0\1\2", maintype="application", subtype="octet-stream", filename="../../x\"y.bin")
    put_mail(s, "safe-1", made)
    browser = s.browser()
    page = browser.page("/demo/mails/safe-1")
    assert page.status == 200 and page.headings[0] == "<b>Gras</b>" and "<script>alert(1)</script>" in page.text
    assert "alert(3)" not in page.answer.text and "<script>alert" not in page.answer.text
    outside = [a for a in page.links if "://" in a]
    assert outside == ["https://exemple.example/a?b=1&c=2", f"{s.url}evil.example/", "https://exemple.example/d"]
    assert "/essai/places/essai" in page.links
    data = s.visitor().get("/demo/mails/safe-1").json()
    assert [(a["name"], a["type"]) for a in data["attachments"]] == [
        ("date.ics", "text/calendar"), ("../../x\"y.bin", "application/octet-stream")]
    for attachment, bytes_ in zip(data["attachments"], (ICS, b"\0\1\2")):
        answer = browser.get(f"/demo/mails/safe-1/parts/{attachment['part']}")
        assert answer.content == bytes_ and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert re.fullmatch(r'attachment; filename="(date\.ics|part)"', answer.headers["Content-Disposition"])
    for part in ("0", "99", "x", "-1", "9999"):
        assert browser.get(f"/demo/mails/safe-1/parts/{part}").status_code == 404


def test_newest_first_and_not_without_end(s):
    for i in range(105):
        put_mail(s, f"old-{i}", message(f"Ancien {i}", "…"), 1_500_000_000 + i)
    subjects = [m["subject"] for m in s.visitor().get("/demo/mails").json()["mails"]]
    assert len(subjects) == 100
    old = [int(t.split()[1]) for t in subjects if t.startswith("Ancien")]
    assert old == sorted(old, reverse=True) and old[0] == 104 and not subjects[0].startswith("Ancien")


def test_only_mails_of_the_folder(s):
    """No other file can be named, by no way of writing it; links in the folder are not followed."""
    (s.folder / "secret.eml").write_bytes(message("Secret", "hors du dossier").as_bytes())
    (s.folder / "secret.eml").chmod(0o644)
    (s.comptoir.mail / "link.eml").symlink_to(s.folder / "secret.eml")
    for name in (".hidden", "a.b"):
        put_mail(s, name, message("Secret", "hors du dossier"))
    (s.comptoir.mail / "note.txt").write_text("pas un courriel")
    (s.comptoir.mail / ".x.part").write_text("en cours")
    names = [m["uid"] for m in s.visitor().get("/demo/mails").json()["mails"]]
    assert not {"link", "note", ".x", "secret", ".hidden", "a.b"} & set(names)
    for name in ("../secret", "..%2Fsecret", "%2e%2e%2fsecret", "..", "link", "note.txt", "secret%00", "a" * 81, "é",
                 ".x.part", "%2Fetc%2Fpasswd", ".hidden", "a.b"):
        path = s.url + "/demo/mails/" + name
        request = requests.Request("GET", path).prepare()
        request.url = path
        answer = s.visitor().send(request, allow_redirects=False)
        assert answer.status_code in (400, 404), (name, answer.status_code)
        assert "hors du dossier" not in answer.text


def test_broken_mails_break_nothing(s):
    put_mail(s, "empty", b"")
    put_mail(s, "noise", bytes(range(256)) * 50)
    put_mail(s, "latin", b"Subject: =?utf-8?q?=ff=fe?=\nTo: \xe9\nContent-Type: text/plain; charset=nowhere\n\n\xe9\xff")
    put_mail(s, "deep", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed;"
             b" boundary=a\n\n" * 2000)
    listed = s.browser().page("/demo/mails")
    assert listed.status == 200
    for name in ("empty", "noise", "latin", "deep"):
        assert s.browser().get(f"/demo/mails/{name}").status_code in (200, 404)
        assert s.visitor().get(f"/demo/mails/{name}").status_code in (200, 404)


# ---- elsewhere

def test_without_the_plugin_there_is_nothing_of_it():
    with st.Stack(web="nginx") as plain:
        browser = plain.browser()
        page = browser.page("/login")
        assert offers(page) == [] and BANNER not in page.text
        assert browser.get("/demo/mails").status_code == 404
        assert browser.post("/demo/sign-in", data={"person": MEMBER, "csrf": browser.csrf()}).status_code == 404


@pytest.mark.parametrize("transport", ["smtp://127.0.0.1:9", "file:relative"])
def test_where_mails_leave_there_is_no_mailbox(transport):
    with st.Stack(web="nginx", plugins_load="reservation demo", mail_transport=transport,
                  site_email="r@exemple.example") as other:
        answer = other.visitor().get("/demo/mails")
        assert answer.status_code == 404 and "partent vraiment" in answer.json()["detail"]
        assert other.visitor().get("/demo/mails/x").status_code == 404
