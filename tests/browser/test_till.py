# SPDX-License-Identifier: GPL-3.0-or-later
"""The till's story in Chromium: a member's price, of which a town takes half, is booked, billed with its month, read by her, paid,
and credited when she cancels: on a phone, a desktop, and without scripts."""
import pytest

import counter
import stack as st
from counter import ORG, TOWN, Town, month
from stack import HALL
from test_booking import browser, choose     # noqa: F401: a fixture

AS = {"phone": ("invoice", month(2)), "desktop": ("statement", month(3)), "no-scripts": ("invoice", month(4))}
TREASURER = "tresor@demo.example"


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load=counter.PLUGINS) as running:
        yield running


@pytest.fixture(scope="module")
def town(stack):
    made = Town(stack)
    made.lower_price()
    assert made.treasurer.post(f"/memberships/{made.join()}/paid", json={}).status_code == 200
    return made


def become(browser, email):                             # noqa: F811
    browser.driver.delete_all_cookies()
    browser.sign_in(email)


def book(browser, on):                                  # noqa: F811
    """From the form, which says who pays what, to the page of the booking."""
    browser.open(f"/resources/{HALL}/book?start={on}T10:00&end={on}T12:00")
    price = browser.find("#price").text
    for words in ("tarif adhérent", "70,00", TOWN, "35,00"):
        assert words in price, (words, price)
    assert "obligation de paiement – 35,00" in st.plain(browser.find("#book-button").text)
    browser.type("#f-title", "Répétition de la chorale")
    browser.type("#f-attendance", "12")
    browser.judge(f"{browser.name}-till-1-form")
    browser.click(browser.find("#book-button"))
    assert "35,00" in browser.find("main").text and TOWN in browser.find("main").text
    browser.judge(f"{browser.name}-till-2-booked")
    return browser.driver.current_url[len(browser.stack.url):]


def bill(browser, on, documents, shot):                 # noqa: F811
    """The treasurer issues the month; gives the addresses of what was issued."""
    become(browser, TREASURER)
    browser.open(f"{ORG}/invoices/month?month={on}")
    assert "35,00" in browser.find("main").text
    browser.judge(f"{browser.name}-till-{shot}-month")
    browser.click(browser.find("main form button.primary"))
    browser.judge(f"{browser.name}-till-{shot}-issued")
    links = [a.get_attribute("href") for a in browser.all("[aria-labelledby=issued-h] a")]
    assert len(links) == documents, browser.find("main").text
    return [link[len(browser.stack.url):] for link in links]


def account(browser):                                   # noqa: F811
    """What the page of a client's account says she owes, once something has led there."""
    assert "/balances/" in browser.driver.current_url
    return st.plain(browser.find("main").text), [st.plain(e.text) for e in browser.all("main .sub, [aria-label=Solde] dd")]


def pay(browser, path):                                 # noqa: F811
    """The treasurer notes that an invoice was paid: what is open stands in the form, and nothing is left. Gives the account."""
    browser.open(path)
    assert browser.find(".lead .tag").text == "Émise"
    browser.click(browser.find("main a.primary[href*='/payments/new']"))
    assert browser.find("#f-amount").get_attribute("value") == "35,00"
    assert [e.is_selected() for e in browser.all("#document input")] == [True]
    choose(browser, "means", "transfer")
    browser.type("#f-reference", "VIR LINA WOJCIK")
    browser.judge(f"{browser.name}-till-7-payment")
    browser.click(browser.find("main form button.primary"))
    text, owed = account(browser)
    assert "Le paiement est enregistré" in browser.find("body").text and "VIR LINA WOJCIK" in text
    assert owed == ["Tout ce qui a été émis est payé."]
    browser.judge(f"{browser.name}-till-8-balance")
    at = browser.driver.current_url[len(browser.stack.url):]
    browser.open(path)
    assert browser.find(".lead .tag").text == "Payée" and "35,00" in browser.find("[aria-labelledby=payments-h]").text
    return at


def refund(browser, at):                                # noqa: F811
    """What was credited after it was paid is a credit of hers, until it is noted that she has it back."""
    browser.open(at)
    assert account(browser)[1] == ["−35,00 €", "35,00 €"]
    browser.judge(f"{browser.name}-till-10-credit")
    choose(browser, "means", "transfer")
    browser.type("#f-reason", "Réservation annulée")
    browser.click(browser.find("main form[action$='/refund'] button"))
    assert account(browser)[1] == ["Tout ce qui a été émis est payé."]


def test_from_the_price_to_the_credit_note(town, browser):     # noqa: F811
    settles, on = AS[browser.name]
    agreement = town.agree(settles, on, order_ref="EJ-2026-118")
    documents = 2 if settles == "invoice" else 1
    become(browser, counter.LINA)
    booking = book(browser, on)
    for path in bill(browser, on, documents, 3):
        browser.open(path)
        words = browser.find("main").text
        assert "29,17" in words and "5,83" in words and "35,00" in words
        assert ("À déposer sur Chorus Pro" in words) == (TOWN in browser.find(".lead").text)
        browser.judge(f"{browser.name}-till-4-{'town' if TOWN in browser.find('.lead').text else 'hers'}")
    browser.open(f"{ORG}/agreements/{agreement}")
    assert "35,00" in browser.find("main").text
    browser.judge(f"{browser.name}-till-5-agreement")
    become(browser, counter.LINA)
    browser.open("/invoices")
    number = browser.find("tbody th a").text
    browser.judge(f"{browser.name}-till-6-mine")
    browser.click(browser.find("tbody th a"))
    assert "Lina Wójcik" in browser.find("main").text
    hers = browser.driver.current_url[len(browser.stack.url):]
    become(browser, TREASURER)
    at = pay(browser, hers)
    become(browser, counter.LINA)
    browser.open(booking + "/cancel")
    browser.click(browser.find("main form[action$='/cancel'] button"))
    for path in bill(browser, on, documents, 9):
        browser.open(path)
        assert "Avoir" in browser.find("h1").text and "35,00" in browser.find("main").text
    refund(browser, at)
    browser.open(hers)
    assert browser.find(".lead .tag").text == "Annulée par avoir" and "Avoirs" in browser.find("#credits-h").text
    browser.open(f"{ORG}/invoices?q={number.split()[-1]}")
    assert "Annulée par avoir" in browser.find("tbody").text
    browser.judge(f"{browser.name}-till-11-credited")
