# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours chosen in the grid in Chromium: dragged over with a mouse or a pen, marked by the keyboard, tapped, and without scripts."""
import re
import shutil
import urllib.parse

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

import stack as st
from stack import BUFFERED, ROOM_A, ROOM_B
from test_booking import DESKTOP, Browser

TALL = (1280, 1800)             # all hours of a table are on the screen

# Where an hour of a stretch is on the screen.
SPOT = """var d = arguments[0].dataset, b = arguments[0].getBoundingClientRect();
function m(t) { return Date.parse(t + "Z"); }
return [b.left + b.width / 2, b.top + (m(arguments[1]) - m(d.start)) / (m(d.end) - m(d.start)) * b.height];"""


@pytest.fixture(scope="module")
def stack():
    st.restart_days()
    with st.Stack(web="nginx") as running:
        yield running


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def either(stack, request):
    yield from opened(stack, request.param)


@pytest.fixture
def browser(stack):
    yield from opened(stack, True)


def opened(stack, scripts):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium or its driver is not installed")
    made = Browser(stack, TALL, scripts)
    yield made
    made.close()


def stretch(browser, column, on, hour="08:00"):
    """The free stretch of a column of the grid that begins at this hour."""
    return browser.find(f"td[headers='c-{column}'] a.slot[data-start='{on}T{hour}']")


def spot(browser, slot, at):
    return [round(v) for v in browser.driver.execute_script(SPOT, slot, at)]


class Pointer:
    """A mouse, a pen or a finger, that goes to places on the screen."""

    def __init__(self, browser, kind="mouse"):
        self.actions = ActionBuilder(browser.driver, mouse=PointerInput(kind, kind), duration=20)
        self.browser = browser

    def go(self, slot, *times):
        for at in times:
            self.actions.pointer_action.move_to_location(*spot(self.browser, slot, at))
        return self

    def press(self):
        self.actions.pointer_action.pointer_down()
        return self

    def let_go(self):
        self.actions.pointer_action.pointer_up()
        return self

    def perform(self):
        self.actions.perform()
        return self


def drag(browser, slot, *times, kind="mouse"):
    Pointer(browser, kind).go(slot, times[0]).press().go(slot, *times[1:]).let_go().perform()


def asked(browser):
    """The room and the hours that the form was opened with, and those that it shows."""
    WebDriverWait(browser.driver, 20).until(lambda d: "/book?" in d.current_url)
    address = urllib.parse.urlsplit(browser.driver.current_url)
    query = dict(urllib.parse.parse_qsl(address.query))
    shown = [Select(browser.find(f"#f-{name}")).first_selected_option.get_attribute("value") for name in ("start", "end")]
    return int(re.search(r"/resources/(\d+)/book", address.path)[1]), query, shown


@pytest.mark.parametrize("kind", ["mouse", "pen"])
def test_drag_in_the_day(stack, browser, kind):
    on = st.fresh_day()
    browser.open(f"/places/essai/day?date={on}")
    drag(browser, stretch(browser, ROOM_B, on), f"{on}T14:10", f"{on}T15:00", f"{on}T15:50", kind=kind)
    hours = {"start": f"{on}T14:00", "end": f"{on}T16:00"}
    assert asked(browser) == (ROOM_B, hours, list(hours.values()))


def test_drag_in_the_week_and_upwards(stack, browser):
    on = st.fresh_day()
    browser.open(f"/resources/{ROOM_A}/week?date={on}")
    drag(browser, stretch(browser, on, on), f"{on}T11:50", f"{on}T10:40", f"{on}T09:40")
    hours = {"start": f"{on}T09:30", "end": f"{on}T12:00"}
    assert asked(browser) == (ROOM_A, hours, list(hours.values()))


def test_a_span_ends_at_what_is_taken(stack, browser):
    on = st.fresh_day()
    assert stack.program("membre@demo.example").book(ROOM_A, f"{on}T16:00", f"{on}T17:00").status_code == 201
    browser.open(f"/places/essai/day?date={on}")
    slot = stretch(browser, ROOM_A, on)
    assert slot.get_attribute("data-end") == f"{on}T16:00"
    drag(browser, slot, f"{on}T14:10", f"{on}T15:10", f"{on}T18:10")
    assert asked(browser)[1:] == ({"start": f"{on}T14:00", "end": f"{on}T16:00"}, [f"{on}T14:00", f"{on}T16:00"])
    browser.open(f"/places/essai/day?date={on}")        # and what is taken is no place to begin
    here = browser.driver.current_url
    drag(browser, stretch(browser, ROOM_A, on), f"{on}T16:30", f"{on}T15:10", f"{on}T14:10")
    assert browser.driver.current_url == here and not browser.all(".slot-pick")


def test_a_span_is_as_long_as_the_rules_allow(stack, browser):
    stack.database.rows("UPDATE reservation_policy SET max_duration = 120, step = 60 WHERE id = 903")
    on = st.fresh_day()
    browser.open(f"/places/essai/day?date={on}")
    drag(browser, stretch(browser, BUFFERED, on), f"{on}T10:40", f"{on}T11:10", f"{on}T15:10")
    assert asked(browser)[1:] == ({"start": f"{on}T10:00", "end": f"{on}T12:00"}, [f"{on}T10:00", f"{on}T12:00"])


def test_escape_gives_up_and_a_click_is_a_click(stack, browser):
    on = st.fresh_day()
    browser.open(f"/places/essai/day?date={on}")
    here, slot = browser.driver.current_url, stretch(browser, ROOM_A, on)
    link = slot.get_attribute("href")
    mouse = Pointer(browser).go(slot, f"{on}T14:10").press().go(slot, f"{on}T15:00", f"{on}T16:10").perform()
    pick = browser.find(".slot-pick")
    assert re.sub(r"\s", " ", pick.text) == "14 h – 16 h 30"
    assert re.sub(r"\s", " ", browser.find("#grid-says").get_attribute("textContent")) == "de 14 h à 16 h 30"
    box, from_y, to_y = pick.rect, spot(browser, slot, f"{on}T14:00")[1], spot(browser, slot, f"{on}T16:30")[1]
    assert abs(box["y"] - from_y) <= 3 and abs(box["y"] + box["height"] - to_y) <= 3, (box, from_y, to_y)
    browser.shot("grid-drag")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    assert not browser.all(".slot-pick") and slot.get_attribute("href") == link
    mouse.let_go().perform()
    assert browser.driver.current_url == here
    drag(browser, slot, f"{on}T14:10")
    room, query, shown = asked(browser)
    assert (room, query) == (ROOM_A, {"start": f"{on}T14:00"}) and shown[0] == f"{on}T14:00"


def test_the_keyboard_marks_hours(stack, browser):
    on = st.fresh_day()
    browser.open(f"/places/essai/day?date={on}")
    slot = stretch(browser, ROOM_A, on)
    link = slot.get_attribute("href")
    browser.driver.execute_script("arguments[0].focus()", slot)

    def press(key, times):
        ActionChains(browser.driver).key_down(Keys.SHIFT).send_keys(*[key] * times).key_up(Keys.SHIFT).perform()

    press(Keys.ARROW_UP, 2)             # nothing is marked yet: the first half-hour, which cannot be shorter
    assert "8" in browser.find("#grid-says").get_attribute("textContent")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    assert browser.find("#grid-says").get_attribute("textContent") == "" and slot.get_attribute("href") == link
    press(Keys.ARROW_RIGHT, 13)
    press(Keys.ARROW_DOWN, 3)
    assert re.sub(r"\s", " ", browser.find("#grid-says").get_attribute("textContent")) == "de 14 h à 16 h"
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    assert asked(browser)[1] == {"start": f"{on}T14:00", "end": f"{on}T16:00"}


def test_a_finger_taps_and_scrolls(stack, browser):
    on = st.fresh_day()
    browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
    browser.resize((1280, 500))
    browser.open(f"/places/essai/day?date={on}")
    here, slot = browser.driver.current_url, stretch(browser, ROOM_A, on)
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'start'})", slot)
    before = browser.driver.execute_script("""window.picks = 0;
        new MutationObserver(function () { picks += document.querySelectorAll(".slot-pick").length; })
            .observe(arguments[0], { childList: true }); return scrollY;""", slot)
    drag(browser, slot, f"{on}T12:01", f"{on}T11:25", f"{on}T11:00", f"{on}T10:00", f"{on}T09:00", kind="touch")
    WebDriverWait(browser.driver, 10).until(lambda d: d.execute_script("return scrollY") > before + 40)
    assert browser.driver.current_url == here and browser.driver.execute_script("return picks") == 0
    browser.open(f"/places/essai/day?date={on}")        # where nothing glides on, which a tap would only stop
    drag(browser, stretch(browser, ROOM_A, on), f"{on}T08:10", kind="touch")
    assert asked(browser)[1] == {"start": f"{on}T08:00", "end": f"{on}T22:00"}


def test_the_link_works_without(stack, either):
    """Followed as a link, a free stretch opens the form with all of its hours; only scripts say that one may drag."""
    on = st.fresh_day()
    either.open(f"/places/essai/day?date={on}")
    assert [e.is_displayed() for e in either.all(".drag-hint")] == [either.scripts]
    slot = stretch(either, ROOM_A, on)
    if either.scripts:
        slot.send_keys(Keys.ENTER)
    else:
        either.click(slot)
    assert asked(either)[1] == {"start": f"{on}T08:00", "end": f"{on}T22:00"}
    either.resize(DESKTOP)
    either.open(f"/places/essai/day?date={on}&view=list")
    assert not either.all(".drag-hint") and not either.all("#grid-says")
