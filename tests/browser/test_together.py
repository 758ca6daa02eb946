# SPDX-License-Identifier: GPL-3.0-or-later
"""A room is added to a booking from its page, and both are cancelled by one button: by touch, by mouse, without scripts."""
import pytest

import stack as st
from stack import ROOM_A, ROOM_B, fresh_day
from test_booking import browser, choose     # noqa: F401: a fixture


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx") as running:
        yield running


def test_add_a_room_and_cancel_all(stack, browser):     # noqa: F811
    day = fresh_day()
    first = stack.program("membre@demo.example").book(ROOM_A, f"{day}T09:00", f"{day}T13:00", title="essai: atelier").json()
    browser.sign_in("membre@demo.example")
    browser.open(f"/bookings/{first['uid']}")
    browser.click(browser.find("a.button[href*='with=']"))
    browser.says(".note.with", "Essai A")
    browser.judge(f"{browser.name}-together-1-day")
    if browser.name != "desktop":
        browser.open(f"/places/essai/day?date={day}&view=list&with={first['uid']}")
    link = next(a for a in browser.visible("a.slot[data-state=free]") if f"/resources/{ROOM_B}/book" in a.get_attribute("href"))
    browser.click(link)
    browser.says(".note.with", "9 h")
    browser.judge(f"{browser.name}-together-2-form")
    choose(browser, "start", f"{day}T14:00")
    choose(browser, "end", f"{day}T18:00")
    browser.type("#f-attendance", "6")
    if browser.scripts:
        browser.says("#price", "96,00")
    else:
        browser.click(browser.find("button[name=preview]"))
        browser.says(".note.with", "Essai A")
    browser.click(browser.find("#book-button"))
    assert "/groups/" in browser.driver.current_url, browser.find("main").text[:500]
    browser.judge(f"{browser.name}-together-3-group")
    assert "176,00" in browser.find("main").text
    browser.click(browser.find("form[action$='/cancel'] button"))
    assert browser.find("main").text.count("Annulée") == 2
