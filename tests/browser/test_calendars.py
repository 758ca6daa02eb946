# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendars in Chromium: subscribing, the QR code, a new address; a booking found again by its guest; and the schedule in a
page of another site, from where a room is booked."""
import http.server
import re
import threading

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import stack as st
from stack import ROOM_A, fresh_day
from test_account import letter_link                # noqa: F401
from test_booking import DESKTOP, PHONE, Browser, browser               # noqa: F401


def touch(browser, element):              # noqa: F811
    """Not under the bar at the foot of a telephone's screen."""
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def test_two_taps_to_my_calendar(stack, browser):     # noqa: F811
    """My bookings, "subscribe": the second tap is the telephone's own question. A desktop shows the code."""
    day = fresh_day()
    made = stack.program("membre@demo.example").book(ROOM_A, f"{day}T10:00", f"{day}T11:00", title="essai: agenda").json()
    browser.sign_in("membre@demo.example")
    browser.open("/bookings")
    webcal = browser.find(".follow a[href^='webcal:']").get_attribute("href")
    browser.click(browser.find(".follow a[href$='/calendars']"))
    browser.judge(f"{browser.name}-c-calendars")
    assert browser.find("a[href^='webcal:']").get_attribute("href") == webcal
    address = browser.find("#address").get_attribute("value")
    assert "http" + webcal.removeprefix("webcal") == address
    assert made["uid"] in stack.visitor().get(address).text.replace("\r\n ", "")
    code = browser.find("svg.qr")
    assert code.is_displayed() is (browser.name == "desktop")           # a telephone cannot look at itself
    assert code.rect["width"] == code.rect["height"] and (code.rect["width"] > 150 or not code.is_displayed())
    browser.click(browser.find("form[action$='/calendars/renew'] button"))
    assert browser.find("#address").get_attribute("value") != address
    browser.judge(f"{browser.name}-c-renewed")
    assert stack.visitor().get(address).status_code == 404
    browser.open(f"/bookings/{made['uid']}")
    touch(browser, browser.find(".qr-box summary"))
    assert browser.find(".qr-box svg.qr").is_displayed()
    browser.judge(f"{browser.name}-c-booking")
    for name, path in (("room", f"/resources/{ROOM_A}"), ("place", "/places/essai")):
        browser.open(path)
        touch(browser, browser.find(".qr-box summary"))
        browser.judge(f"{browser.name}-c-{name}")


def test_guest_finds_her_booking_again(stack, browser):     # noqa: F811
    """From the home page, by the address alone."""
    day, to = fresh_day(), f"perdue-{browser.name}@exemple.example"
    stack.visitor().book(ROOM_A, f"{day}T12:00", f"{day}T13:00", name="Zoé Perdue", email=to)
    browser.open("/")
    browser.click(browser.find("a[href$='/bookings/find']"))
    browser.judge(f"{browser.name}-c-find")
    browser.type("#f-email", to)
    browser.click(browser.find("form[action$='/bookings/find'] button"))
    assert to in browser.find("main").text
    browser.judge(f"{browser.name}-c-found")
    st.wait_for(lambda: stack.database.value("SELECT COUNT(*) FROM outbox WHERE topic = 'reservation/mail-found.txt'"
                                             f" AND recipient = '{to}' AND state = 'sent'"), 30)


# ---- in a page of another site

PAGE = """<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Ma ville</title><h1>La page de la ville</h1>
<iframe src="{src}" title="Salles" width="100%" height="700"></iframe></html>"""


class Other(http.server.ThreadingHTTPServer):
    """Another site: another host name, so that a browser takes it for one, and another port."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.src = ""
        self.origin = f"http://localhost:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGE.format(src=self.server.src).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module", name="sites")
def framed_installation():
    """An installation, a site that may frame it, and one that may not."""
    friend, stranger = Other(), Other()
    st.restart_days()
    with st.Stack(security_frame_ancestors=friend.origin) as running:
        yield running, friend, stranger
    friend.shutdown()
    stranger.shutdown()


@pytest.fixture(params=["phone", "desktop", "no-scripts"], name="there")
def browser_of_framed(sites, request):
    made = Browser(sites[0], DESKTOP if request.param == "desktop" else PHONE, scripts=request.param != "no-scripts")
    made.name = request.param
    yield made
    made.close()


def enter(there, site):
    there.driver.switch_to.default_content()
    there.driver.get(site.origin)
    there.driver.switch_to.frame(there.find("iframe"))


def test_another_site_shows_what_is_free_and_books_in_the_full_page(sites, there):
    stack, friend, _ = sites
    day = fresh_day()
    friend.src = f"{stack.url}/places/essai/day?date={day}&embed=1"
    enter(there, friend)
    assert there.find("h1").text and not there.all("header.top") and not there.all("footer")
    touch(there, there.find(".day-nav a[rel=next]"))        # to another day, and still in the frame
    WebDriverWait(there.driver, 20).until(lambda d: f"date={day}" not in d.execute_script("return location.search"))
    assert "embed=1" in there.driver.execute_script("return location.search")
    assert there.driver.execute_script("return document.cookie") == ""
    slot = next(a for a in there.visible("a.slot[data-state=free]") if f"/resources/{ROOM_A}/book" in a.get_attribute("href"))
    touch(there, slot)
    there.driver.switch_to.default_content()
    WebDriverWait(there.driver, 20).until(lambda d: d.current_url.startswith(stack.url + f"/resources/{ROOM_A}/book"))
    assert there.driver.execute_script("return window.top === window") and there.find("header.top")
    there.type("#f-attendance", "4")
    there.type("#f-name", "Zoé d’Ailleurs")
    there.type("#f-email", f"ailleurs-{there.name}@exemple.example")
    there.click(there.find("#book-button"))
    assert re.search(r"/bookings/[0-9a-f-]{36}", there.driver.current_url), there.find("main").text[:500]
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking WHERE contact_email ="
                                f" 'ailleurs-{there.name}@exemple.example' AND status = 'hold'") == 1


def test_hours_dragged_over_in_a_frame_are_booked_in_the_full_page(sites):
    stack, friend, _ = sites
    fresh_day()                                             # what is booked above is on the day after a fresh one
    day = fresh_day()
    friend.src = f"{stack.url}/places/essai/day?date={day}&embed=1"
    there = Browser(stack, DESKTOP)
    try:
        enter(there, friend)
        slot = there.find(f"td[headers='c-{ROOM_A}'] a.slot[data-start]")
        row = slot.size["height"] / 28                      # half-hours from 8 to 22; the middle is that of what is in view
        middle = there.driver.execute_script("""arguments[0].scrollIntoView({ block: "start" });
            var b = arguments[0].getBoundingClientRect();
            return (Math.max(b.top, 0) + Math.min(b.bottom, innerHeight)) / 2 - b.top;""", slot)
        (ActionChains(there.driver).move_to_element_with_offset(slot, 0, round(4.5 * row - middle)).click_and_hold()
         .move_by_offset(0, round(row)).move_by_offset(0, round(2 * row)).release().perform())
        there.driver.switch_to.default_content()
        WebDriverWait(there.driver, 20).until(lambda d: d.current_url.startswith(stack.url))
        assert there.driver.current_url.endswith(f"/resources/{ROOM_A}/book?start={day}T10%3A00&end={day}T12%3A00")
    finally:
        there.close()


def test_week_of_a_room_in_a_frame(sites, there):
    stack, friend, _ = sites
    friend.src = f"{stack.url}/resources/{ROOM_A}/week?date={fresh_day()}&embed=1"
    enter(there, friend)
    assert there.visible("a.slot[data-state=free]")
    outside = [a.get_attribute("href") for a in there.all("a[href]") if a.get_attribute("target") != "_top"
               and "embed=1" not in a.get_attribute("href") and "#" not in a.get_attribute("href")]
    assert outside == []                                    # what leaves the frame leaves it whole
    there.driver.switch_to.default_content()
    there.shot(f"{there.name}-e-week")


def test_no_other_site_may(sites, there):
    """Nor may the listed one frame a page with forms."""
    stack, friend, stranger = sites
    day = fresh_day()
    for site, path in ((stranger, f"/places/essai/day?date={day}&embed=1"), (friend, f"/places/essai/day?date={day}"),
                       (friend, f"/resources/{ROOM_A}/book?embed=1"), (friend, "/login?embed=1")):
        site.src = stack.url + path
        enter(there, site)
        assert there.driver.find_elements(By.CSS_SELECTOR, "main") == [], path
