# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration as one story, as README.md tells it: a stranger books a room on a telephone and confirms by mail, another
one comes too late and takes what is offered instead, the manager works a day behind the counter, and the coordinator takes
the figures home. On a phone, on a desktop, and once without JavaScript; every page is judged and its picture kept."""
import csv
import datetime
import io
import re
import zoneinfo

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

import stack as st
from test_booking import browser                # noqa: F401
from test_office import look

HUGO, SOPHIE = "gestion@demo.example", "coordination@reseau.example"
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
BOOKING = r"/bookings/([0-9a-f-]{36})"


@pytest.fixture(scope="module")
def stack():
    st.restart_days()
    with st.Stack(web="nginx", plugins_load="reservation demo") as running:
        yield running


def words(browser):                             # noqa: F811
    return re.sub(r"[\xa0\u202f]", " ", browser.find("main").text)


def uid_of(browser):                            # noqa: F811
    found = re.search(BOOKING, browser.driver.current_url)
    assert found, (browser.driver.current_url, words(browser)[:500])
    return found[1]


def be(browser, email, then):                   # noqa: F811
    """Somebody of the demonstration, by her button."""
    browser.open(f"/login?next={then}")
    browser.click(browser.find(f"form[action$='/demo/sign-in']:has([value='{email}']) button"))


def room(stack):
    """A room of the sample network, and a day on which it is free from morning to evening."""
    found = next(r["id"] for r in stack.program(HUGO).get("/o/filature/resources", params={"limit": 500}).json()["rows"]
                 if r["name"] == "Salle Lys")
    while True:
        day = st.fresh_day()
        page = stack.visitor().page(f"/resources/{found}/book", params={"date": day})
        if len([a for a in page.links if f"start={day}" in a and "end=" in a]) >= 3:
            return found, day


# ---- a stranger on a telephone

def search(browser, day):                       # noqa: F811
    """Home, then what is free: the first two of three screens."""
    browser.open("/")
    browser.judge(f"{browser.name}-o-t1-home")
    assert "Sans créer de compte" in words(browser)
    browser.type("#s-q", "salle lys")
    browser.driver.execute_script("document.getElementById('s-date').value = arguments[0]", day)
    Select(browser.find("#s-from")).select_by_value("14:00")
    browser.type("#s-people", "8")
    browser.click(browser.find("form.finder button"))
    look(browser, None, "t2-found")
    card = next(a for a in browser.visible("article.offer") if "Salle Lys" in a.text)
    return card.find_element(By.CSS_SELECTOR, "a.chip, a.offer-more")


def fill(browser, day, name):                   # noqa: F811
    """The third screen: the afternoon, who, and the house rules."""
    browser.click(next(a for a in browser.visible(".windows a") if "après-midi" in a.text.lower()))
    browser.type("#f-attendance", "8")
    browser.type("#f-title", f"Réunion de {name}")
    browser.type("#f-name", name)
    browser.type("#f-email", f"{'zoe' if name == 'Zoé' else 'bruno'}-{browser.name}@courriel.example")
    for box in browser.visible("input[name=terms]"):
        browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()
    assert f"{day}T14:00" == browser.find("#f-start").get_attribute("value")
    assert f"{day}T18:00" == browser.find("#f-end").get_attribute("value")
    assert "€" in browser.find("#book-button").text
    return browser.find("#book-button")


def confirm(stack, browser, name):              # noqa: F811
    """From the booking's page to the mailbox of the demonstration, and by the mail's link back."""
    address = f"{'zoe' if name == 'Zoé' else 'bruno'}-{browser.name}@courriel.example"
    mailbox = browser.find("main .note a[href$='/demo/mails']")
    st.wait_for(lambda: [m for m in stack.visitor().get("/demo/mails").json()["mails"] if address in m["to"]])
    browser.click(mailbox)
    look(browser, None, "t5-mailbox")
    browser.click(next(li.find_element(By.TAG_NAME, "a") for li in browser.visible("main .items li") if address in li.text))
    look(browser, None, "t6-mail")
    browser.click(next(a for a in browser.visible("main .mail-text a") if "/verify?" in a.get_attribute("href")))
    look(browser, None, "t7-verify", "Confirme")
    browser.click(browser.find("form[action*='/verify'] button.primary"))


def test_a_stranger_books_and_another_comes_too_late(stack, browser):     # noqa: F811
    resource, day = room(stack)
    browser.click(search(browser, day))
    assert f"/resources/{resource}/book" in browser.driver.current_url and day in browser.driver.current_url
    first = browser.driver.current_window_handle

    # the same half-day in a second window, by somebody who types more slowly
    form = browser.driver.current_url
    browser.driver.switch_to.new_window("window")
    browser.resize(browser.size)
    second = browser.driver.current_window_handle
    browser.driver.get(form)
    late = fill(browser, day, "Bruno")

    browser.driver.switch_to.window(first)
    button = fill(browser, day, "Zoé")
    look(browser, None, "t3-form", "Salle Lys")
    browser.click(button)
    uid = uid_of(browser)
    look(browser, None, "t4-held")
    assert stack.database.value(f"SELECT status FROM reservation_booking WHERE uid = '{uid}'") == "hold"
    confirm(stack, browser, "Zoé")
    assert uid_of(browser) == uid
    assert stack.database.value(f"SELECT status FROM reservation_booking WHERE uid = '{uid}'") == "confirmed"
    assert browser.visible("main a[href*='.ics']") and browser.visible("main a[href^='webcal:']")
    code = browser.find(".qr-box summary")
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", code)
    code.click()
    assert browser.find(".qr-box svg.qr").is_displayed()
    look(browser, None, "t8-booked")
    assert browser.driver.get_cookies() == []               # no account, no password, no cookie

    browser.driver.switch_to.window(second)
    browser.click(late)
    look(browser, None, "t9-too-late")
    cards = browser.visible(".alternatives li")
    assert len(cards) == 3 and "Salle Lys" in words(browser)
    browser.click(cards[0].find_element(By.CSS_SELECTOR, "button"))
    other = uid_of(browser)
    assert other != uid and "Réunion de Bruno" in words(browser)
    assert stack.database.rows(f"SELECT status, contact_name FROM reservation_booking WHERE uid = '{other}'") == [
        ["hold", "Bruno"]]
    browser.driver.close()
    browser.driver.switch_to.window(first)
    assert stack.overlaps() == [] and stack.halves() == []


def test_each_alternative_books_as_it_stands(stack):
    """Also where other rooms of its kind have conditions to accept that this one has not."""
    resource, day = room(stack)

    def book(who, room_id, start, end):
        return stack.visitor().book(room_id, start, end, attendance=8, name=who, email=f"{who}@courriel.example")
    assert book("une", resource, f"{day}T09:00", f"{day}T13:00").status_code == 202
    refused = book("deux", resource, f"{day}T09:00", f"{day}T13:00")
    assert refused.status_code == 409 and len(refused.json()["alternatives"]) == 3
    for n, other in enumerate(refused.json()["alternatives"]):
        answer = book(f"trois-{n}", other["resource"], other["start_local"], other["end_local"])
        assert answer.status_code == 202, (other, answer.text)


# ---- the manager's day

def now_on(stack, uid):
    """Brings a booking into this very moment, as a day's work has it."""
    start = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) - datetime.timedelta(minutes=1)
    end = start + datetime.timedelta(hours=1)
    utc, local = ([f"{t.astimezone(zone):%F %T}" for t in (start, end)] for zone in (datetime.timezone.utc, PARIS))
    stack.database.rows(
        f"UPDATE reservation_booking SET start_utc = '{utc[0]}', end_utc = '{utc[1]}', start_local = '{local[0]}',"
        f" end_local = '{local[1]}' WHERE uid = '{uid}'; UPDATE reservation_occupancy o JOIN reservation_item i ON i.id ="
        f" o.item_id JOIN reservation_booking b ON b.id = i.booking_id SET o.start_utc = '{utc[0]}', o.end_utc = '{utc[1]}'"
        f" WHERE b.uid = '{uid}'")


def test_a_day_of_the_manager(stack, browser):      # noqa: F811
    name = f"Lucie {browser.name.capitalize()}"
    _, day = room(stack)
    asked = stack.program("membre@demo.example").book(st.ON_REQUEST, f"{day}T09:00", f"{day}T12:00",
                                                      title=f"Assemblée {browser.name}", attendance=25).json()["uid"]
    here = stack.program(HUGO).book([st.ROOM_A, st.ROOM_B, st.ROOM_C][("phone", "desktop", "no-scripts").index(browser.name)],
                                    f"{day}T14:00", f"{day}T15:00", name="Ali Demain", attendance=5).json()["uid"]
    now_on(stack, here)
    be(browser, HUGO, "/")
    assert browser.driver.current_url.endswith("/o/filature/today")         # where a manager begins
    look(browser, None, "t10-today")

    # somebody calls: one screen
    browser.click(browser.find("a[href$='/o/filature/bookings/new']"))
    browser.type("#f-name", name)
    browser.type("#f-phone", "06 12 34 56 78")
    select = Select(browser.find("#f-resource"))
    select.select_by_visible_text(next(o.text for o in select.options if "Salle Lys" in o.text))
    browser.driver.execute_script("var d = document.getElementById('f-date'); d.value = arguments[0];"
                                  " d.dispatchEvent(new Event('change', { bubbles: true }))", day)
    if browser.scripts:
        browser.says("#parts", day_in_words(day))
    else:
        browser.click(browser.find("button[name=preview]"))
    morning = next(e for e in browser.visible("#parts label") if "matin" in e.text.lower())
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", morning)
    morning.click()
    if browser.scripts:
        browser.says("#check", "Libre")
    else:
        browser.click(browser.find("button[name=preview]"))
    assert "Libre" in browser.find("#check").text and "€" in browser.find("#check").text
    assert browser.find("#f-name").get_attribute("value") == name
    look(browser, None, "t11-phone")
    browser.click(browser.find("form.phone button.primary"))
    look(browser, None, "t12-phone-booked")
    assert stack.database.rows("SELECT contact_name, source, status, start_local FROM reservation_booking"
                               f" WHERE uid = '{uid_of(browser)}'") == [[name, "phone", "confirmed", f"{day} 09:00:00"]]

    # a request
    browser.open("/o/filature/requests")
    look(browser, None, "t13-requests", "Demandes")
    browser.click(browser.find(f"form[action*='/bookings/{asked}/confirm'] button"))
    look(browser, None, "t14-accepted", "Demandes")
    assert not browser.all(f"form[action*='/bookings/{asked}/confirm']")
    assert stack.database.value(f"SELECT status FROM reservation_booking WHERE uid = '{asked}'") == "confirmed"

    # somebody comes, one more than was said
    browser.open("/o/filature/today")
    browser.type(f"#people-{here}", "6")
    browser.click(browser.find(f"form[action*='/bookings/{here}/arrived'] button.primary"))
    look(browser, None, "t15-arrived")
    assert "6 personnes" in re.sub(r"[\xa0\u202f]", " ", browser.find(f"#b-{here}").text)
    assert stack.database.value(f"SELECT attendance_actual FROM reservation_booking WHERE uid = '{here}'") == 6

    # the paper on the door
    browser.click(browser.find("a[href*='/o/filature/today/door']"))
    look(browser, None, "t16-door")
    assert "Ali Demain" in words(browser)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.visible("header.top, nav.rail, footer, .day-nav, button, .button") and "Ali Demain" in words(browser)
    browser.shot(f"{browser.name}-t17-door-printed")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def day_in_words(day):
    date = datetime.date.fromisoformat(day)
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    return f"{'1er' if date.day == 1 else date.day} {months[date.month - 1]}"


# ---- the coordinator

def test_figures_of_the_coordinator(stack, browser, tmp_path):      # noqa: F811
    be(browser, SOPHIE, "/o/reseau/report")
    for name, ahead in (("from", -14), ("to", 0)):
        browser.driver.execute_script("document.getElementById(arguments[0]).value = arguments[1]", f"f-{name}", st.day(ahead))
    browser.click(browser.find("form.range button"))
    look(browser, None, "t18-figures", "Bilan")
    shown = browser.all("main tbody tr")
    assert shown
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    browser.find("a.primary[href*='/report/bookings.csv']").click()
    # the browser holds the name with an empty file until it has the whole
    file = st.wait_for(lambda: next((p for p in tmp_path.glob("*.csv") if p.stat().st_size), None))
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    counted = sum(int(r.find_element(By.CSS_SELECTOR, "td.num").text) for r in shown)
    assert len(rows) == counted > 5
    assert {"hours", "purpose", "people_said", "people_came", "postcode", "list_price", "price"} <= set(rows[0])


def test_the_menu_is_short(stack, browser):     # noqa: F811
    """What a day needs is seen at once; what is set up once waits in a drawer, open only where one is in it."""
    be(browser, "admin@demo.example", "/o/filature/bookings")
    assert [a.text for a in browser.all(".rail-list a")] == ["Aujourd’hui", "Demandes", "Réservations", "Contacts", "Bilan"]
    drawer = browser.find(".rail-group")
    assert drawer.get_attribute("open") is None and drawer.text == "Réglages"
    look(browser, None, "t20-menu")
    drawer.find_element(By.TAG_NAME, "summary").click()
    assert len([a for a in browser.visible(".rail-group a") if a.text]) > 20
    parts = [(p.find_element(By.TAG_NAME, "p").text, [i.text for i in p.find_elements(By.TAG_NAME, "a")])
             for p in browser.visible(".rail-part")]
    assert [name for name, _ in parts] == ["Salles et matériel", "Horaires", "Règles de réservation", "Prix et suppléments",
                                           "Personnes", "Organisation", "Textes juridiques", "Historique"]
    assert parts[1][1] == ["Horaires d’ouverture", "Fermetures", "Calendriers de jours", "Parties de la journée"]
    assert "Rôles" in parts[4][1] and len(parts[4][1]) == 3         # the core's own, with those of the plugin
    look(browser, None, "t21-menu-open")
    browser.click(next(a for a in browser.visible(".rail-group a") if a.text == "Fermetures"))
    if browser.name == "phone":                             # where it would push the page down it only says where one is
        assert browser.find(".rail-group").text == "Réglages, Fermetures"
    else:
        assert browser.find(".rail-group[open] [aria-current=page]").text == "Fermetures"
    look(browser, None, "t22-closures", "Fermetures")
