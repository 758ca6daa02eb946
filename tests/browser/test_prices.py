# SPDX-License-Identifier: GPL-3.0-or-later
"""Prices in Chromium: a phone, a desktop, and without scripts: an extra changes what is to be paid, the price list is typed."""
import datetime
import shutil

import pytest

import stack as st
from test_booking import DESKTOP, PHONE, Browser

SIZES = {"phone": (PHONE, True), "desktop": (DESKTOP, True), "no-scripts": (DESKTOP, False)}


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx") as running:
        yield running


@pytest.fixture(params=sorted(SIZES))
def browser(stack, request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium or its driver is not installed")
    size, scripts = SIZES[request.param]
    made = Browser(stack, size, scripts)
    made.name = request.param
    yield made
    made.close()


def free_morning(stack):
    """A room of La Filature with adjustments and extras, and a Thursday morning on which nobody is in it."""
    taken = {row[0] for row in stack.database.rows(
        "SELECT DISTINCT DATE(b.start_local) FROM reservation_booking b JOIN reservation_item i ON i.booking_id = b.id"
        " JOIN reservation_resource x ON x.id = i.resource_id WHERE x.name = 'Salle Iris'")}
    room = stack.database.rows("SELECT id FROM reservation_resource WHERE name = 'Salle Iris'")[0][0]
    on = next(d for d in map(st.day, range(10, 120))
              if datetime.date.fromisoformat(d).weekday() == 3 and d not in taken)
    return room, on


def test_an_extra_changes_the_price(stack, browser):
    room, on = free_morning(stack)
    browser.sign_in("membre@demo.example")
    browser.open(f"/resources/{room}/book?start={on}T09:00&end={on}T13:00")
    assert "56,00" in browser.find(".price-total").text and "tarif adhérent" in browser.find("#price").text
    browser.type("#f-attendance", "4")
    label = next(e for e in browser.all(".extras label") if "café" in e.text)
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", label)
    label.click()
    if browser.name == "no-scripts":
        browser.click(browser.find("button[name=preview]"))
    browser.says(".price-total", "66,00")
    assert "café d’accueil × 4" in browser.find("#price").text
    assert "66,00" in browser.find("#book-button").text
    assert browser.find(".extras input:checked")
    assert "Annulation gratuite" in browser.find("#cancel-terms").text
    browser.judge(f"{browser.name}-price-with-extra")


def test_the_price_list_is_typed(stack, browser):
    browser.sign_in("gestion@demo.example")
    browser.open("/o/filature/price-list")
    room = stack.database.rows("SELECT id FROM reservation_resource WHERE name = 'Salle Iris'")[0][0]
    browser.judge(f"{browser.name}-price-list")
    cents = {"phone": "25,50", "desktop": "26,50", "no-scripts": "27,50"}[browser.name]
    browser.type(f"#r{room}-hour", "rien")
    browser.click(browser.find(".price-list button.primary"))
    assert browser.find(f"#r{room}-hour").get_attribute("value") == "rien"
    browser.judge(f"{browser.name}-price-list-refused")
    browser.type(f"#r{room}-hour", cents)
    browser.click(browser.find(".price-list button.primary"))
    assert browser.find(f"#r{room}-hour").get_attribute("value") == cents
