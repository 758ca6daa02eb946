# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails about bookings: the event that comes with them as GMime, libical and Python read it; their language; reminders once;
links that are mailed again."""
import email
import email.policy
import re
import statistics
import subprocess
import time
import uuid

import icalendar
import pytest

import stack as st
import webservers
from stack import BUILD, ON_REQUEST, ROOM_A, ROOM_B, fresh_day

MANAGER, MEMBER, OTHER = "gestion@demo.example", "membre@demo.example", "membre@canal.example"
NEXT = re.compile(r"https?://\S+")


@pytest.fixture(scope="module", name="site")
def installation():
    st.restart_days()
    with st.Stack(web=webservers.one()) as running:
        running.database.rows("UPDATE place SET email = 'bonjour@essai.example', phone = '+33320123456' WHERE id = 900")
        yield running


def address():
    return f"lettre-{uuid.uuid4().hex[:10]}@exemple.example"


def mails_to(site, to):
    found = []
    for path in site.comptoir.mails():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        message.raw = path.read_bytes()
        found += [message] if to in str(message["to"]) else []
    return found


def next_mail(site, to, before):
    """The mail that came after the first `before` of them."""
    return st.wait_for(lambda: mails_to(site, to)[before:], 30)[0]


def text_of(message):
    return message.get_body(("plain",)).get_content()


def invitation(message):
    """What GMime and libical make of it, and that Python's email and icalendar make the same of it."""
    done = subprocess.run([str(BUILD / "tests/support/mail-read")], input=message.raw, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    read = dict(line.split("\t", 1) for line in done.stdout.decode().splitlines())
    part, = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    event, = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["UID"]), str(event["SEQUENCE"]), str(event["STATUS"])) == (
        read["method"], read["uid"], read["sequence"], read["status"])
    assert part.get_param("method") == read["type-method"] == read["method"]
    assert [p.get_filename() for p in message.iter_attachments()] == [read["filename"]]
    return read


def has_invitation(message):
    return any(p.get_content_type() in ("text/calendar", "application/ics") for p in message.walk())


# ---- the event

def test_one_event_through_a_bookings_life(site):
    """Confirmed, moved, cancelled: one UID and a rising SEQUENCE, from the place to who booked."""
    day, before = fresh_day(), len(mails_to(site, MEMBER))
    member, manager = site.program(MEMBER), site.program(MANAGER)
    made = member.book(ROOM_A, f"{day}T10:00", f"{day}T12:00", title="essai: l'été, « à neuf » ; \\o/").json()
    first = next_mail(site, MEMBER, before)
    assert [p.get_content_type() for p in first.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    read = invitation(first)
    assert read["method"] == "REQUEST" and read["uid"] == made["uid"] and read["sequence"] == "0"
    assert read["start"] == day.replace("-", "") + "T100000" and read["zone"] == "Europe/Paris" and read["zones"] == "1"
    assert read["organizer"] == "mailto:bonjour@essai.example" and read["organizer-name"] == "Lieu d'essai"
    assert read["attendee"] == f"mailto:{MEMBER}" and read["partstat"] == "ACCEPTED" and read["alarms"] == "0"
    assert "1 rue des Essais" in read["location"] and read["url"] == f"{site.url}/bookings/{made['uid']}"
    assert "bonjour@essai.example" in str(first["reply-to"])
    seen = member.get(f"/bookings/{made['uid']}").json()
    answer = member.post(f"/bookings/{made['uid']}", json={"row_version": seen["row_version"], "start": f"{day}T14:00",
                                                           "end": f"{day}T16:00"})
    assert answer.status_code == 200, answer.text
    moved = next_mail(site, MEMBER, before + 1)
    assert str(moved["subject"]).startswith("Votre réservation a changé")
    then = invitation(moved)
    assert (then["method"], then["status"], then["uid"], then["sequence"]) == ("REQUEST", "CONFIRMED", made["uid"], "1")
    assert then["start"] == day.replace("-", "") + "T140000"
    assert manager.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    last = invitation(next_mail(site, MEMBER, before + 2))
    assert (last["method"], last["status"], last["uid"]) == ("CANCEL", "CANCELLED", made["uid"])
    assert int(last["sequence"]) > int(then["sequence"])
    assert last["organizer"] == read["organizer"] and last["attendee"] == read["attendee"]


def test_event_comes_once_it_is_sure(site):
    """A request has none; accepted it has; refused there is nothing to take back."""
    manager, before = site.program(MANAGER), len(mails_to(site, MEMBER))
    member = site.program(MEMBER)
    asked = [member.book(ON_REQUEST, f"{day}T10:00", f"{day}T11:00").json() for day in (fresh_day(), fresh_day())]
    assert [a["status"] for a in asked] == ["pending", "pending"]
    assert not has_invitation(next_mail(site, MEMBER, before)) and not has_invitation(next_mail(site, MEMBER, before + 1))
    assert manager.post(f"/bookings/{asked[0]['uid']}/confirm", json={}).status_code == 200
    read = invitation(next_mail(site, MEMBER, before + 2))
    assert (read["uid"], read["method"], read["sequence"]) == (asked[0]["uid"], "REQUEST", "0")
    assert manager.post(f"/bookings/{asked[1]['uid']}/reject", json={}).status_code == 200
    site.database.rows("UPDATE reservation_refusal SET due_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND")   # no undo any more
    st.ctl(site.comptoir.config, "jobs", "run", "reservation.refusals")
    assert not has_invitation(next_mail(site, MEMBER, before + 3))


def test_guests_event_opens_nothing(site):
    """Whoever gets it forwarded knows the hour, and cannot cancel."""
    day, to = fresh_day(), address()
    site.visitor().book(ROOM_A, f"{day}T14:00", f"{day}T15:00", name="Zoé Invitée", email=to)
    hold = next_mail(site, to, 0)
    assert not has_invitation(hold)
    link = site.link(NEXT.findall(text_of(hold))[0])
    guest = site.browser()
    guest.submit(guest.page(link).form("/verify?t=" + link.split("t=")[1]))
    sure = next_mail(site, to, 1)
    read = invitation(sure)
    assert read["url"] == "" and read["attendee"] == f"mailto:{to}"
    calendar = next(p for p in sure.walk() if p.get_content_type() == "text/calendar").get_content()
    assert link.split("t=")[1] in text_of(sure) and link.split("t=")[1] not in calendar.replace("\r\n ", "")


# ---- language

@pytest.mark.parametrize("lang, subject, weekday", [("fr", "Votre réservation", r"(lun|mar|mercre|jeu|vendre|same)di|dimanche"),
                                                    ("en", "Your booking", r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")])
def test_members_mail_is_in_her_language(site, lang, subject, weekday):
    day, before = fresh_day(), len(mails_to(site, MEMBER))
    site.database.rows(f"UPDATE party SET lang = '{lang}' WHERE email = '{MEMBER}'")
    try:
        made = site.program(MEMBER).book(ON_REQUEST, f"{day}T10:00", f"{day}T11:00").json()
        mails = [next_mail(site, MEMBER, before)]
        manager = site.program(MANAGER)
        manager.headers["Accept-Language"] = "en" if lang == "fr" else "fr"
        assert manager.post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 200
        mails.append(next_mail(site, MEMBER, before + 1))
        for mail in mails:
            assert re.search(weekday, text_of(mail)), text_of(mail)
            assert f'<html lang="{lang}">' in mail.get_body(("html",)).get_content()
        assert str(mails[1]["subject"]).startswith(subject)
    finally:
        site.database.rows(f"UPDATE party SET lang = 'fr' WHERE email = '{MEMBER}'")


def test_guest_is_answered_in_the_language_that_she_booked_in(site):
    """By the hold, by the confirmation of hers, and by a manager who speaks French."""
    day, to = fresh_day(), address()
    visitor = site.visitor()
    visitor.headers["Accept-Language"] = "en"
    made = visitor.book(ROOM_B, f"{day}T10:00", f"{day}T11:00", name="Zoe Guest", email=to).json()
    assert text_of(next_mail(site, to, 0)).startswith("Hello")
    site.database.rows(f"UPDATE reservation_booking SET status = 'pending' WHERE uid = '{made['uid']}'")
    assert site.program(MANAGER).post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 200
    answer = next_mail(site, to, 1)
    assert text_of(answer).startswith("Hello") and str(answer["subject"]).startswith("Your booking")


# ---- reminders

def run_job(site):
    return subprocess.Popen([str(BUILD / "cgi-bin/comptoirctl"), "--config", str(site.comptoir.config), "jobs", "run",
                             "reservation.reminders"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def remind(site, processes=1):
    for process in [run_job(site) for _ in range(processes)]:
        out, err = process.communicate(timeout=60)
        assert process.returncode in (0, 1), out + err


def owed(site, uid, hours, told_hours):
    """As if the booking began in so many hours and had been confirmed so many before its start."""
    site.database.rows(f"UPDATE reservation_ics c JOIN reservation_booking b ON b.id = c.booking_id SET"
                       f" c.remind_utc = UTC_TIMESTAMP() + INTERVAL {hours} HOUR, c.firm_utc = UTC_TIMESTAMP()"
                       f" + INTERVAL {hours} HOUR - INTERVAL {told_hours} HOUR WHERE b.uid = '{uid}'")


def reminders_of(site, uid):
    return site.database.value("SELECT COUNT(*) FROM outbox WHERE payload LIKE '%Nous vous attendons%'"
                               f" AND payload LIKE '%{uid}%'")


def test_reminder_comes_once_whoever_runs(site):
    """Two processes at once, and again later: one mail each, with the event that is known already."""
    member, uids, before = site.program(MEMBER), [], len(mails_to(site, MEMBER))
    for _ in range(4):
        day = fresh_day()
        uids.append(member.book(ROOM_A, f"{day}T10:00", f"{day}T11:00").json()["uid"])
    next_mail(site, MEMBER, before + 3)
    remind(site)
    assert [reminders_of(site, uid) for uid in uids] == [0, 0, 0, 0]        # none begins within a day
    for uid in uids:
        owed(site, uid, 23, 100)
    remind(site, processes=4)
    remind(site)
    assert [reminders_of(site, uid) for uid in uids] == [1, 1, 1, 1]
    read = [invitation(m) for m in (next_mail(site, MEMBER, before + n) for n in range(4, 8))]
    assert {(r["uid"], r["method"], r["sequence"]) for r in read} == {(uid, "REQUEST", "0") for uid in uids}


def test_no_reminder_for_what_needs_none(site):
    member, uids = site.program(MEMBER), []
    for _ in range(4):
        day = fresh_day()
        uids.append(member.book(ROOM_A, f"{day}T10:00", f"{day}T11:00").json()["uid"])
    cancelled, late, over, due = uids
    owed(site, cancelled, 23, 100)
    assert member.post(f"/bookings/{cancelled}/cancel", json={}).status_code == 200
    owed(site, late, 20, 21)                    # booked later than a reminder would have gone out
    owed(site, over, -1, 100)
    owed(site, due, 20, 25)
    remind(site)
    assert [reminders_of(site, uid) for uid in uids] == [0, 0, 0, 1]


def test_hours_of_the_reminder_are_a_setting(site):
    """None with 0; it is read by whoever runs the job."""
    day = fresh_day()
    uid = site.program(MEMBER).book(ROOM_A, f"{day}T10:00", f"{day}T11:00").json()["uid"]
    owed(site, uid, 2, 200)
    plain = site.comptoir.config.read_text()
    try:
        for hours, expected in (("0", 0), ("1", 0), ("72", 1)):
            site.comptoir.config.write_text(plain.replace("[reservation]\n", f"[reservation]\nreminder_hours = {hours}\n"))
            remind(site)
            assert reminders_of(site, uid) == expected, hours
    finally:
        site.comptoir.config.write_text(plain)


# ---- "find my booking again"

def ask(site, to, client=None):
    browser = client or site.browser()
    answer = browser.submit(browser.page("/bookings/find").form("/bookings/find"), email=to)
    assert answer.status_code == 202, answer.text[:500]
    return answer


def test_links_are_mailed_again_and_work(site):
    to, days = address(), (fresh_day(), fresh_day(), fresh_day())
    uids = [site.visitor().book(ROOM_B, f"{day}T16:00", f"{day}T17:00", name="Zoé Perdue", email=to).json()["uid"]
            for day in days[:2]]
    for n, uid in enumerate(uids):
        link = site.link(NEXT.findall(text_of(next_mail(site, to, n)))[0])
        guest = site.browser()
        guest.submit(guest.page(link).form("/verify?t=" + link.split("t=")[1]))
    next_mail(site, to, 3)
    assert site.program(MANAGER).post(f"/bookings/{uids[1]}/cancel", json={}).status_code == 200
    next_mail(site, to, 4)
    page = site.browser().page("/")
    assert any(link.endswith("/bookings/find") for link in page.links)
    assert to in ask(site, to).text
    found = text_of(next_mail(site, to, 5))
    links = [link for link in NEXT.findall(found) if "/bookings/" in link]
    assert sorted(links) == sorted(f"{site.url}/bookings/{uid}?t=" + link.split("t=")[1] for uid, link in
                                   ((uid, next(x for x in links if uid in x)) for uid in uids))
    for link in links:
        assert site.browser().page(site.link(link)).status == 200
    assert "Bonjour Zoé Perdue" in found


def test_unknown_addresses_get_the_same_answer_and_no_mail(site):
    known, unknown = address(), address()
    day = fresh_day()
    site.visitor().book(ROOM_B, f"{day}T18:00", f"{day}T19:00", name="Zoé", email=known)
    next_mail(site, known, 0)
    site.database.rows("DELETE FROM rate_limit")
    answers = {to: ask(site, to).text.replace(to, "…") for to in (known, unknown)}
    same = [re.sub(r'value="[^"]{20,}"|[0-9a-f]{16}', "", text) for text in answers.values()]
    assert same[0] == same[1]
    next_mail(site, known, 1)
    st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')") == 0)
    assert mails_to(site, unknown) == []


def test_time_does_not_tell(site):
    known = address()
    day = fresh_day()
    site.visitor().book(ROOM_B, f"{day}T20:00", f"{day}T21:00", name="Zoé", email=known)
    browser, took = site.browser(), {True: [], False: []}
    form = browser.page("/bookings/find").form("/bookings/find")
    for n in range(40):
        site.database.rows("DELETE FROM rate_limit")
        begin = time.perf_counter()
        assert browser.submit(form, email=known if n % 2 else address()).status_code == 202
        took[bool(n % 2)].append(time.perf_counter() - begin)
    site.database.rows("DELETE FROM rate_limit; DELETE FROM outbox WHERE topic = 'booking.find'")
    slow, fast = max(map(statistics.median, took.values())), min(map(statistics.median, took.values()))
    assert slow < fast * 2 + 0.005, took


def test_asking_is_limited(site):
    to = address()
    site.database.rows("DELETE FROM rate_limit")
    for _ in range(3):
        ask(site, to)
    browser = site.browser()
    form = browser.page("/bookings/find").form("/bookings/find")
    assert browser.submit(form, email=to.upper()).status_code == 429
    assert browser.submit(form, email=address()).status_code == 202
    site.database.rows("DELETE FROM rate_limit")


def test_bad_address_is_refused_at_its_field(site):
    browser = site.browser()
    form = browser.page("/bookings/find").form("/bookings/find")
    answer = browser.submit(form, email="zoé@")
    assert answer.status_code == 422 and st.Page(answer).form("/bookings/find").value("email") == "zoé@"
    assert browser.post("/bookings/find", data={"email": "a@exemple.example"}).status_code == 403
