# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails on their way: once each, whatever the mail server does, and no page waits for one."""
import json
import re
import shutil
import statistics
import time
import uuid

import pytest

import smtp
import stack as st
import webservers
from stack import ROOM_A, fresh_day

SENDER = "reservations@reseau.example"
MANAGER, OTHER, ADMIN = "gestion@demo.example", "gestion@canal.example", "installation@demo.example"


@pytest.fixture(scope="module", name="mail")
def mail_server():
    folder = st.short_folder("ct-smtp-")
    with smtp.Server(smtp.certificate(folder), sign_in=True) as server:
        server.pem = folder / "smtp.pem.crt"
        server.pem.chmod(0o644)
        yield server
    shutil.rmtree(folder)


@pytest.fixture(scope="module", name="site")
def installation(mail):
    st.restart_days()
    with st.Stack(web=webservers.one(), site_email=SENDER, mail_transport=f"smtp://127.0.0.1:{mail.port}", mail_user=smtp.USER,
                  mail_password=smtp.PASSWORD, mail_starttls="required", mail_ca=mail.pem, mail_timeout=3) as running:
        yield running


@pytest.fixture(autouse=True)
def well(mail, site):
    """Each test begins with a server in health and nothing on its way."""
    yield
    mail.answers, mail.hang, mail.cut = {}, None, 0
    site.database.rows("DELETE FROM outbox")
    mail.letters.clear()
    mail.seen.clear()


def address():
    return f"invite-{uuid.uuid4().hex[:10]}@exemple.example"


def book(site, email, name="Zoé Invitée", **options):
    day = fresh_day()
    answer = site.visitor().post("/bookings", json={
        "resource": ROOM_A, "start": f"{day}T10:00", "end": f"{day}T12:00", "name": name, "email": email,
        "phone": "06 12 34 56 78", "title": "essai"}, **options)
    assert answer.status_code == 202, answer.text
    return answer


def letter_to(mail, email, seconds=30):
    return st.wait_for(lambda: next((x for x in mail.letters if email in x.to), None), seconds, 0.1)


def state(site, email):
    rows = site.database.rows(f"SELECT state, tries, last_error FROM outbox WHERE recipient = '{email}'")
    assert len(rows) == 1, rows
    return rows[0]


def due_now(site):
    """As if the pause before the next try had passed."""
    site.database.rows("UPDATE outbox SET next_utc = UTC_TIMESTAMP() WHERE state IN ('queued', 'sending')")


def queue(site, email, **changes):
    """A row like that of a booking, with another payload: what a plugin may have been told to write."""
    payload = {"to": email, "to_name": "Zoé", "lang": "fr", "subject": "Essai", "why": None, "place": 0, "attachments": [],
               "view": {"url": site.url}, **changes}
    text = json.dumps(payload).replace("\\", "\\\\").replace("'", "''")
    site.database.rows("INSERT INTO outbox (kind, topic, plugin, org_id, recipient, subject, payload) SELECT 'mail',"
                       f" 'core/mail-test.txt', 'reservation', id, '{email}', 'Essai', '{text}'"
                       " FROM organisation WHERE slug = 'filature'")


def bodies(message):
    """The text and the HTML."""
    return [message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


# ---- once

def test_a_mail_leaves_once_as_the_installation_and_answers_go_to_the_place(site, mail):
    to = address()
    book(site, to)
    letter = letter_to(mail, to)
    assert (letter.sender, letter.to, letter.tls, letter.user) == (SENDER, [to], True, smtp.USER)
    message = smtp.parsed(letter)
    place = site.database.rows("SELECT name, email FROM place WHERE slug = 'essai'")[0]
    sender = message["from"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (place[0], SENDER)
    if place[1]:
        assert message["reply-to"].addresses[0].addr_spec == place[1]
    assert message["to"].addresses[0].display_name == "Zoé Invitée"
    uid = site.database.value(f"SELECT uid FROM outbox WHERE recipient = '{to}'")
    assert message["message-id"] == f"<{uid}@127.0.0.1>" and message["auto-submitted"] == "auto-generated"
    time.sleep(3)
    assert [x.to for x in mail.seen].count([to]) == 1
    st.wait_for(lambda: state(site, to)[0] == "sent")
    assert site.metric("comptoir_outbox_waiting") == 0


def test_text_and_html_say_the_same(site, mail):
    to = address()
    book(site, to, name="Zoé <b>Invitée</b> & fils")
    message = smtp.parsed(letter_to(mail, to))
    assert message.get_content_type() == "multipart/alternative"
    text, html = bodies(message)
    link = re.search(r"^http\S+$", text, re.M)[0]
    assert link.startswith(site.url + "/bookings/")
    assert f'<a href="{link}">Confirmer la réservation</a>' in html.replace("&#61;", "=")
    assert "Zoé &lt;b&gt;Invitée&lt;/b&gt; &amp; fils" in html and "<b>Invitée" not in html
    for words in ("Nous vous gardons la salle.", "1 rue des Essais, 59000 Lille", "parce que votre adresse"):
        assert words in text and words in html, words
    assert re.search(r"^-- $", text, re.M)
    assert "style=" not in html and "<script" not in html and "src=" not in html


def test_a_batch_uses_one_connection(site, mail):
    mail.die()
    names = [address() for _ in range(6)]
    for to in names:
        book(site, to)
    st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE last_error IS NOT NULL"))
    mail.rise()
    due_now(site)
    for to in names:
        letter_to(mail, to)
    used = {x.connection for x in mail.letters}
    assert len(mail.letters) == 6 and len(used) <= 2, used


# ---- a server in trouble

def times(site, n=15):
    taken = []
    for _ in range(n):
        before = time.monotonic()
        book(site, address())
        taken.append(time.monotonic() - before)
    return statistics.median(taken)


@pytest.mark.parametrize("trouble", ["dead", "silent"])
def test_pages_keep_their_time_and_mails_leave_later_once(site, mail, trouble):
    well_median = times(site)
    st.wait_for(lambda: not site.database.value("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'"))
    mail.letters.clear()
    mail.seen.clear()
    if trouble == "dead":
        mail.die()
    else:
        mail.hang = "EHLO"
    names = [address() for _ in range(3)]
    for to in names:
        book(site, to)
    st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE last_error IS NOT NULL"
                                            " OR state = 'sending'"))
    ill_median = times(site)
    assert ill_median < well_median * 1.5 + 0.01, (ill_median, well_median)
    assert not mail.letters
    st.wait_for(lambda: site.metric("comptoir_outbox_waiting") > 10)
    assert "messagerie ne répond pas" in site.database.rows(
        "SELECT last_error FROM outbox WHERE last_error IS NOT NULL LIMIT 1")[0][0]
    if trouble == "dead":
        mail.rise()
    mail.hang = None

    # no letter was at fault: each has all its tries left, and need not wait for minutes
    assert site.database.value("SELECT MAX(tries) FROM outbox WHERE state = 'queued'") == 0
    st.wait_for(lambda: not site.database.value("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'"), 40, 1)
    assert len(mail.letters) == 18
    assert sorted(x.to[0] for x in mail.letters) == sorted({x.to[0] for x in mail.letters})
    assert set(names) <= {x.to[0] for x in mail.letters}


def test_a_line_cut_after_the_text_repeats_with_the_same_message_id(site, mail):
    mail.cut = 1
    to = address()
    book(site, to)
    st.wait_for(lambda: mail.seen)
    st.wait_for(lambda: state(site, to)[0] == "queued" and state(site, to)[1] == "1")

    def arrived():
        due_now(site)
        return [x for x in mail.letters if to in x.to]
    assert len(st.wait_for(arrived, 40, 1)) == 1
    ids = {smtp.parsed(x)["message-id"] for x in mail.seen if to in x.to}
    assert len(mail.seen) == 2 and len(ids) == 1


def test_not_now_is_tried_again_and_holds_up_nobody(site, mail):
    mail.answers["RCPT"] = "451 4.7.1 grey, come back"
    first = address()
    book(site, first)
    st.wait_for(lambda: state(site, first)[2])
    row = state(site, first)
    assert row[0] == "queued" and "451 4.7.1 grey" in row[2]
    assert 30 <= site.database.value(
        f"SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), next_utc) FROM outbox WHERE recipient = '{first}'") <= 60
    mail.answers.clear()
    second = address()
    book(site, second)
    letter_to(mail, second, 5)                               # at once: the server as a whole is well
    assert state(site, first)[0] == "queued"


@pytest.mark.parametrize("command", ["RCPT", "."])
def test_refused_for_good_is_shown_and_can_be_tried_again(site, mail, command):
    to = address()
    mail.answers[command] = f"550 5.1.1 <{to}>: user unknown"
    before = site.metric("comptoir_outbox_dead")
    book(site, to)
    st.wait_for(lambda: state(site, to)[0] == "dead")
    assert state(site, to)[1] == "1"
    st.wait_for(lambda: site.metric("comptoir_outbox_dead") == before + 1)
    manager, admin = site.login(MANAGER), site.login(ADMIN)
    shown = manager.get("/o/filature/mails", params={"state": "dead"}).json()["mails"]
    assert len(shown) == 1 and shown[0]["to"] == to and "user unknown" in shown[0]["error"]
    assert shown[0]["subject"].startswith("Merci de confirmer")
    assert any("pas pu être remis" in row["text"] for panel in manager.get("/o/filature").json()["panels"]
               for row in panel["rows"])
    # the installation's administrator learns that, not whom
    for path in ("/admin/mails?state=dead", "/admin"):
        page = admin.page(path)
        assert page.status == 200 and to.split("@")[0] not in page.text and "confirmer votre" not in page.text
    whole = admin.get("/admin/mails?state=dead").json()["mails"][0]
    assert whole["to"] == "…@exemple.example" and whole["subject"] is None
    assert "550 5.1.1 <…@exemple.example>: user unknown" in whole["error"]
    assert to not in site.comptoir.log() and to.split("@")[0] not in site.comptoir.log()
    mail.answers.clear()
    page = site.browser()
    page.cookies = manager.cookies
    form = page.page("/o/filature/mails?state=dead").form(f"/o/filature/mails/{shown[0]['id']}/again")
    assert page.submit(form).status_code == 303
    letter_to(mail, to)
    st.wait_for(lambda: state(site, to)[0] == "sent")
    assert manager.post(f"/o/filature/mails/{shown[0]['id']}/again").status_code == 409
    assert site.database.value("SELECT COUNT(*) FROM audit WHERE kind = 'mail' AND action = 'again'"
                               f" AND object_id = {shown[0]['id']}") == 1


def test_a_link_is_forgotten_when_it_is_sent(site, mail):
    """What signs in lies in no table, nor in a backup of them; a mail that could not be delivered can be tried again."""
    def payloads():
        return dict(site.database.rows("SELECT CONCAT(kind, ' ', state), payload FROM outbox"))

    mail.answers["RCPT"] = "550 no"
    assert site.visitor().post("/login/link", json={"email": MANAGER}).status_code == 202
    st.wait_for(lambda: "mail dead" in payloads() and "hook sent" in payloads())
    assert payloads()["hook sent"] == "{}" and site.root in payloads()["mail dead"]
    mail.answers.clear()
    site.database.rows("UPDATE outbox SET state = 'queued', next_utc = UTC_TIMESTAMP() WHERE state = 'dead'")
    assert site.root in str(smtp.parsed(letter_to(mail, MANAGER)).get_body(("plain",)).get_content())
    st.wait_for(lambda: state(site, MANAGER)[0] == "sent")
    assert payloads() == {"hook sent": "{}", "mail sent": "{}"}
    row = site.database.rows("SELECT recipient, subject FROM outbox WHERE kind = 'mail'")[0]
    assert row[0] == MANAGER and row[1]


def test_a_refused_sign_in_kills_no_mail(site, mail):
    mail.answers["AUTH"] = "535 5.7.8 who are you?"
    to = address()
    book(site, to)
    st.wait_for(lambda: state(site, to)[2] and state(site, to)[0] == "queued")
    row = state(site, to)
    assert row[1] == "0" and "refuse la connexion" in row[2] and smtp.PASSWORD not in row[2]


def test_given_up_by_hand(site, mail):
    mail.answers["RCPT"] = "451 4.7.1 later"
    to = address()
    book(site, to)
    st.wait_for(lambda: state(site, to)[0] == "queued" and state(site, to)[1] == "1")
    manager = site.login(MANAGER)
    row = manager.get("/o/filature/mails", params={"q": to}).json()["mails"][0]
    assert row["state"] == "queued" and row["next"]
    # refused while it is being tried: look again, as the answer says
    st.wait_for(lambda: manager.post(f"/o/filature/mails/{row['id']}/stop").status_code == 200, pause=0.5)
    mail.answers.clear()
    due_now(site)
    time.sleep(3)
    assert not [x for x in mail.letters if to in x.to] and state(site, to)[0] == "dead"


def test_a_stop_waits_for_no_mail_server(site):
    with smtp.Server() as silent:
        silent.hang = "EHLO"
        with st.Stack(web=site.kind, site_email=SENDER, mail_transport=f"smtp://127.0.0.1:{silent.port}",
                      mail_timeout=60) as other:
            to = address()
            book(other, to)
            st.wait_for(lambda: silent.connections)
            before = time.monotonic()
            other.comptoir.stop()
            assert time.monotonic() - before < 20
            assert state(other, to)[:2] == ["queued", "0"]


# ---- what others may not do with it

def test_no_header_comes_from_a_name(site, mail):
    to = address()
    queue(site, to, subject="Bonjour\r\nBcc: autre@exemple.example\r\n\r\nautre texte", to_name="Zoé\nX-Evil: 1\r\n",
          attachments=[{"name": "a\r\nX-Worse: 2.txt", "type": "text/plain\r\nX-Type: 3", "base64": "YQ=="}])
    letter = letter_to(mail, to)
    message = smtp.parsed(letter)
    assert letter.to == [to] and message["bcc"] is None and message["x-evil"] is None
    assert message["subject"] == "Bonjour  Bcc: autre@exemple.example    autre texte"
    for part in message.walk():
        assert not [k for k in part.keys() if k.lower().startswith("x-")], part.keys()
    assert message.get_body(("plain",)).get_content().startswith("Bonjour,")


def test_an_address_that_is_none_is_dead_at_once(site, mail):
    for to in ("deux@exemple.example, autre@exemple.example", "a@exemple.example> RCPT TO:<b@exemple.example"):
        queue(site, to)
        st.wait_for(lambda to=to: state(site, to)[0] == "dead")
        assert "adresse" in state(site, to)[2]
    assert not mail.seen


def test_a_poisoned_host_changes_no_link(site, mail):
    for header in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
                   {"Forwarded": "host=evil.example"}):
        to = address()
        book(site, to, headers=header)
        source = smtp.parsed(letter_to(mail, to))
        assert b"evil.example" not in letter_to(mail, to).source
        text, html = bodies(source)
        assert f"{site.url}/bookings/" in text and f'href="{site.url}/bookings/' in html
        assert source["message-id"].endswith("@127.0.0.1>")


@pytest.mark.parametrize("path", ["/login/link", "/login/forgotten"])
def test_a_poisoned_host_changes_no_link_that_opens_an_account(site, mail, path):
    to = "membre@demo.example"
    for header in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        seen = len([l for l in mail.seen if to in l.to])
        asked = site.visitor().post(path, json={"email": to}, headers=header)
        assert asked.status_code in (200, 201, 202), asked.text
        letter = st.wait_for(lambda: [l for l in mail.seen if to in l.to][seen:])[0]    # noqa: B023
        assert b"evil.example" not in letter.source and f"{site.url}/links/" in bodies(smtp.parsed(letter))[0]


def test_an_invitation_stands_where_calendars_look(site, mail):
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Réunion\r\nEND:VCALENDAR\r\n".encode()
    pdf = bytes(range(256)) * 20
    b64 = smtp.base64.b64encode
    to = address()
    queue(site, to, attachments=[
        {"name": "réunion.ics", "type": "text/calendar; method=REQUEST", "base64": b64(ics).decode()},
        {"name": "facture 1.pdf", "type": "application/pdf", "base64": b64(pdf).decode()}])
    message = smtp.parsed(letter_to(mail, to))
    assert message.get_content_type() == "multipart/mixed"
    both, invitation, document = message.iter_parts()
    assert [p.get_content_type() for p in both.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    shown = list(both.iter_parts())[2]
    assert shown.get_param("method") == "REQUEST" and shown.get_param("charset") == "utf-8"
    assert shown.get_payload(decode=True) == ics and shown.get_content_disposition() != "attachment"
    assert (invitation.get_content_type(), invitation.get_filename()) == ("application/ics", "réunion.ics")
    assert invitation.get_payload(decode=True) == ics
    assert (document.get_content_type(), document.get_filename()) == ("application/pdf", "facture 1.pdf")
    assert document.get_payload(decode=True) == pdf and document.get_content_disposition() == "attachment"


# ---- the pages

def test_wrong_persons_are_refused(site, mail):
    mail.answers["RCPT"] = "550 5.1.1 no such user"
    to = address()
    book(site, to)
    st.wait_for(lambda: state(site, to)[0] == "dead")
    number = site.database.value(f"SELECT id FROM outbox WHERE recipient = '{to}'")
    gets = {"/o/filature/mails": (401, 403), "/admin/mails": (401, 403), "/admin/jobs": (401, 403),
            "/admin/jobs/job.purge": (401, 403)}
    posts = {f"/o/filature/mails/{number}/again": 403, f"/o/filature/mails/{number}/stop": 403,
             f"/admin/mails/{number}/again": 403, f"/admin/mails/{number}/stop": 403,
             "/admin/jobs/job.purge/run": 403}
    for path, (visitor, _) in gets.items():
        assert site.visitor().get(path).status_code == visitor, path
    for path in posts:
        assert site.visitor().post(path, json={}).status_code == 401, path
    for who in (OTHER, "membre@demo.example", "ouvreuse@demo.example", "tresor@demo.example", "contact@lys-lez.example"):
        client = site.program(who)
        for path, (_, other) in gets.items():
            assert client.get(path).status_code == other, (who, path)
        for path, other in posts.items():
            assert client.post(path, json={}).status_code == other, (who, path)
    # who manages the one organisation is not the installation, nor the other way round
    for path in ("/admin/mails", "/admin/jobs"):
        assert site.program(MANAGER).get(path).status_code == 403
    assert site.program(ADMIN).get("/o/filature/mails").status_code == 403
    # another organisation's row is not there, whatever the address says
    assert site.program(OTHER).post(f"/o/canal/mails/{number}/again", json={}).status_code == 409
    assert site.program(OTHER).get("/o/canal/mails").json()["mails"] == []
    assert site.program(MANAGER).post("/o/filature/mails/abc/again", json={}).status_code == 404
    assert site.program(MANAGER).get("/o/filature/mails?state=lost").status_code == 422
    form = site.login(MANAGER)
    del form.headers["X-CSRF-Token"]
    assert form.post(f"/o/filature/mails/{number}/again").status_code == 403
    assert state(site, to)[0] == "dead"


def test_lists_search_and_page_with_few_queries(site):
    site.database.rows(
        "INSERT INTO outbox (kind, topic, plugin, org_id, recipient, subject, payload, state, sent_utc) SELECT 'mail',"
        " 'core/mail-test.txt', 'reservation', o.id, CONCAT('p', s.seq, '@exemple.example'), CONCAT('Objet 100% n°', s.seq),"
        " '{}', 'sent', UTC_TIMESTAMP() FROM organisation o JOIN seq_1_to_120 s WHERE o.slug = 'filature'")
    manager = site.program(MANAGER)
    seen, after = [], None
    while True:
        page = manager.get("/o/filature/mails", params={"after": after} if after else {}).json()
        seen += [row["to"] for row in page["mails"]]
        after = page["next"]
        if not after:
            break
    assert seen == [f"p{n}@exemple.example" for n in range(120, 0, -1)]
    assert [row["to"] for row in manager.get("/o/filature/mails", params={"q": "n°77"}).json()["mails"]] == [
        "p77@exemple.example"]
    assert len(manager.get("/o/filature/mails", params={"q": "100%", "limit": 500}).json()["mails"]) == 120
    assert manager.get("/o/filature/mails", params={"q": "1_0"}).json()["mails"] == []
    assert manager.get("/o/filature/mails", params={"state": "queued"}).json()["mails"] == []
    browser = site.browser()
    browser.cookies = site.login(MANAGER).cookies
    shown = browser.page("/o/filature/mails?state=sent&q=Objet")
    assert shown.status == 200 and shown.unlabelled() == [] and "Courriels plus anciens" in shown.text
    admin = site.browser()
    admin.cookies = site.login(ADMIN).cookies
    for path in ("/admin/mails", "/admin/jobs", "/admin/jobs/system.purge", "/admin"):
        assert admin.page(path).status == 200, path
    # who asks, the organisation, the rows
    for who, path, most in ((MANAGER, "/o/filature/mails", 3), (ADMIN, "/admin/mails", 2), (ADMIN, "/admin/jobs", 2),
                            (ADMIN, "/admin/jobs/system.purge", 3)):
        client = site.program(who)
        assert 1 <= site.comptoir.queries(lambda client=client, path=path: client.get(path)) <= most, path


def test_payloads_are_forgotten(site):
    for email, when, how in (("vieux@exemple.example", "sent_utc = NOW(), state = 'sent'", -1),
                             ("jeune@exemple.example", "sent_utc = NOW(), state = 'sent'", 1),
                             ("mort@exemple.example", "state = 'dead', last_error = 'x'", -1)):
        queue(site, email)
        site.database.rows(f"UPDATE outbox SET {when}, purge_utc = UTC_TIMESTAMP() + INTERVAL {how} MINUTE"
                           f" WHERE recipient = '{email}'")
    assert "done" in st.ctl(site.comptoir.config, "jobs", "run", "job.purge").stdout
    rows = site.database.rows("SELECT recipient, subject, payload = '{}', state, purge_utc IS NULL FROM outbox ORDER BY id")
    assert rows[0] == [None, None, "1", "sent", "1"] and rows[2] == [None, None, "1", "dead", "1"]
    assert rows[1][0] == "jeune@exemple.example" and rows[1][2] == "0"
    dead = site.database.value("SELECT id FROM outbox WHERE state = 'dead'")
    assert site.login(MANAGER).post(f"/o/filature/mails/{dead}/again").status_code == 409


def test_sent_and_dead_rows_get_their_dates(site, mail):
    to = address()
    book(site, to)
    letter_to(mail, to)
    st.wait_for(lambda: state(site, to)[0] == "sent")
    mail.answers["RCPT"] = "550 no"
    dead = address()
    book(site, dead)
    st.wait_for(lambda: state(site, dead)[0] == "dead")
    days = dict(site.database.rows("SELECT recipient, DATEDIFF(purge_utc, UTC_TIMESTAMP()) FROM outbox"))
    assert days[to] == "30" and days[dead] == "90"


# ---- the command and the configuration

def test_mail_test_says_what_happened(site, mail):
    done = st.ctl(site.comptoir.config, "mail-test", "essai@exemple.example")
    assert "250 2.0.0 kept as" in done.stdout and "accepted" in done.stdout
    assert smtp.parsed(letter_to(mail, "essai@exemple.example"))["subject"] == "Un courriel d’essai"
    mail.answers["RCPT"] = "550 5.1.1 no such user"
    done = st.ctl(site.comptoir.config, "mail-test", "essai@exemple.example", check=False)
    assert done.returncode == 1 and "refused for good" in done.stdout and "no such user" in done.stderr
    mail.answers = {"MAIL": "550 5.7.1 not as him"}
    done = st.ctl(site.comptoir.config, "mail-test", "essai@exemple.example", check=False)
    assert done.returncode == 1 and "No mail can leave" in done.stdout
    assert st.ctl(site.comptoir.config, "mail-test", "personne", check=False).returncode == 1
    assert st.ctl(site.comptoir.config, "mail-test", check=False).returncode == 2


def refused(site, check="check", **settings):
    config = site.folder / "other.ini"
    config.write_text(st.configuration(site.database.socket, site.folder, site.url, **settings))
    done = st.ctl(config, *check.split(), check=False)
    assert done.returncode != 0
    return done.stderr


def test_check_names_what_is_wrong_with_mail(site):
    good = {"site_email": SENDER, "mail_transport": "smtp://mail.exemple.example:587"}
    assert "[site] email is required" in refused(site, **{**good, "site_email": None})
    assert "[mail] transport" in refused(site, **{**good, "mail_transport": "http://mail.exemple.example"})
    assert "[mail] transport" in refused(site, **{**good, "mail_transport": "smtp://a:b@mail.exemple.example"})
    assert "clear text" in refused(site, **good, mail_user="u", mail_password="p", mail_starttls="offered")
    assert "[mail] password" in refused(site, **good, mail_user="u")
    assert "starttls" in refused(site, **good, mail_starttls="perhaps")
    assert "timeout" in refused(site, **good, mail_timeout="0")


def test_a_certificate_that_nobody_vouches_for_gets_no_password(site, mail):
    seen = len(mail.seen)
    why = refused(site, "mail-test essai@exemple.example", site_email=SENDER, mail_user=smtp.USER,
                  mail_password=smtp.PASSWORD, mail_transport=f"smtp://127.0.0.1:{mail.port}", mail_starttls="required")
    assert "connexion protégée" in why and len(mail.seen) == seen


def test_required_starttls_is_not_done_without(site):
    with smtp.Server() as plain:
        why = refused(site, "mail-test essai@exemple.example", site_email=SENDER, mail_starttls="required",
                      mail_transport=f"smtp://127.0.0.1:{plain.port}")
        assert "connexion protégée" in why and not plain.seen
        config = site.folder / "near.ini"
        config.write_text(st.configuration(site.database.socket, site.folder, site.url, site_email=SENDER,
                                           mail_transport=f"smtp://127.0.0.1:{plain.port}"))
        st.ctl(config, "mail-test", "essai@exemple.example")
        assert plain.letters[0].tls is False


def test_tls_from_the_first_byte(site, mail):
    with smtp.Server(mail.pem.with_suffix(""), sign_in=True, implicit=True) as server:
        config = site.folder / "smtps.ini"
        config.write_text(st.configuration(
            site.database.socket, site.folder, site.url, site_email=SENDER, mail_user=smtp.USER, mail_ca=mail.pem,
            mail_password=smtp.PASSWORD, mail_transport=f"smtps://127.0.0.1:{server.port}"))
        st.ctl(config, "mail-test", "essai@exemple.example")
        assert server.letters[0].tls and server.letters[0].user == smtp.USER


def test_nothing_crashed(site):
    assert site.metric("comptoir_crashes_total") == 0
