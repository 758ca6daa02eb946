# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty place of four rooms becomes one that is booked, in three screens of a phone: with scripts and without."""
import datetime
import re
import shutil

import pytest
from selenium.webdriver.support.ui import Select

import stack as st
from test_booking import PHONE, Browser

ROOMS = (("Salle bleue", "room", "12"), ("Salle jaune", "room", "8"), ("Bureaux", "desk", "6"), ("Établi", "workshop", "4"))


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx") as running:
        yield running


@pytest.fixture(params=["phone", "no-scripts"])
def browser(stack, request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium or its driver is not installed")
    made = Browser(stack, PHONE, scripts=request.param == "phone")
    made.name = request.param
    yield made
    made.close()


@pytest.fixture
def place(stack, browser):
    """(key, slug) of a place that nobody has set up; gone from the overview afterwards."""
    key = stack.database.value("SELECT MAX(id) + 1 FROM place")
    stack.database.rows("INSERT INTO place (id, org_id, slug, name, state, zone, postcode) SELECT"
                        f" {key}, id, 'neuf-{key}', 'Tout neuf', 'open', 'Europe/Paris', '59000' FROM organisation WHERE slug = 'filature'")
    yield key, f"neuf-{key}"
    stack.database.rows(f"UPDATE place SET archived_at = UTC_TIMESTAMP() WHERE id = {key}")


def to_fill(browser):
    return len(browser.visible("main form.form input, main form.form select, main form.price-list input"))


def send(browser):
    browser.click(browser.find("main form[method=post] .actions button.primary"))


def test_three_screens(stack, browser, place):
    key, slug = place
    browser.sign_in("gestion@demo.example")
    browser.open("/o/filature")
    browser.click(browser.find(f"main a[href$='/places/{slug}/setup']"))
    assert browser.driver.execute_script("return document.documentElement.classList.contains('js')") == browser.scripts

    # when it is open; a slip is said at its field, and all else is kept
    seen = to_fill(browser)
    assert browser.find("[name=week_from]").get_attribute("value") == "09:00"
    browser.judge(f"{browser.name}-setup-1-hours")
    browser.driver.execute_script("document.querySelector('form.form').noValidate = true")
    for name, text in (("week_to", "08:00"), ("saturday_from", "10:00"), ("saturday_to", "12:00")):
        fill(browser, name, text)
    send(browser)
    assert browser.visible("[aria-invalid=true]") and browser.find("[name=saturday_to]").get_attribute("value") == "12:00"
    browser.judge(f"{browser.name}-setup-1-refused")
    fill(browser, "week_to", "18:00")
    send(browser)

    # its rooms
    assert browser.driver.current_url.endswith(f"/places/{slug}/setup/rooms"), browser.find("main").text[:500]
    seen += to_fill(browser)
    for n, (name, kind, seats) in enumerate(ROOMS, 1):
        browser.type(f"[name=name_{n}]", name)
        Select(browser.find(f"[name=kind_{n}]")).select_by_value(kind)
        browser.type(f"[name=seats_{n}]", seats)
    browser.judge(f"{browser.name}-setup-2-rooms")
    send(browser)

    # what they cost
    assert "/price-list" in browser.driver.current_url and "Salle bleue" in browser.find("main").text
    seen += to_fill(browser)
    assert seen <= 40, seen
    room = stack.database.value(f"SELECT id FROM reservation_resource WHERE place_id = {key} AND name = 'Salle bleue'")
    browser.type(f"#r{room}-hour", "20")
    browser.type(f"#r{room}-day", "100")
    browser.judge(f"{browser.name}-setup-3-prices")
    send(browser)
    browser.judge(f"{browser.name}-setup-4-saved")

    # and somebody books it, at that price, on a Saturday too
    assert stack.database.value(f"SELECT COUNT(*) FROM reservation_resource WHERE place_id = {key}") == 4
    today = st.today()
    saturday = today + datetime.timedelta((5 - today.weekday()) % 7 + 7)
    while (saturday.month, saturday.day) in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)):
        saturday += datetime.timedelta(7)      # a public holiday: closed
    browser.open(f"/places/{slug}/day?date={saturday}")
    link = next(a for a in browser.visible("a.slot[data-state=free]") if f"/resources/{room}/book" in a.get_attribute("href"))
    browser.click(link)
    assert re.search(r"40,00", browser.find("#price").text), browser.find("main").text[:800]        # from 10 to 12
    browser.type("#f-attendance", "6")
    browser.click(browser.find("#book-button"))
    assert re.search(r"/bookings/[0-9a-f-]{36}$", browser.driver.current_url), browser.find("main").text[:500]
    browser.open("/o/filature")
    assert not browser.all(f"main a[href$='/places/{slug}/setup']")


def fill(browser, name, text):
    """A time as its box holds it, whatever the browser's way of typing one is."""
    box = browser.find(f"[name={name}]")
    if box.get_attribute("type") == "time":
        browser.driver.execute_script("arguments[0].value = arguments[1]", box, text)
    else:
        browser.type(f"[name={name}]", text)
