# SPDX-License-Identifier: GPL-3.0-or-later
"""The first paragraph in Chromium: a phone, a desktop, and once without JavaScript. Screenshots are kept to be looked at.

They go to COMPTOIR_ARTIFACTS, by default tests/screenshots in the build folder.
"""
import os
import pathlib
import re
import shutil
import tempfile

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

import stack as st
from stack import BUILD, ROOM_A, fresh_day

SHOTS = pathlib.Path(os.environ.get("COMPTOIR_ARTIFACTS", BUILD / "tests/screenshots"))
PHONE, DESKTOP, SMALLEST = (390, 844), (1280, 900), (320, 640)

# What an accessibility checker looks for first, without one: names of controls, links, buttons and pictures, one h1,
# headings in order, unique ids, a language, table headers, and references that lead somewhere.
CHECK = r"""
var bad = [], seen = {}, last = 0;
function name(e) {
	var by = e.getAttribute("aria-labelledby");
	return (e.getAttribute("aria-label") || (by && by.split(/\s+/).map(function (id) {
		var t = document.getElementById(id); return t ? t.textContent : ""; }).join(" ")) ||
		(e.labels && e.labels.length && e.labels[0].textContent) || "").trim();
}
function say(what, e) { bad.push(what + ": " + e.outerHTML.slice(0, 160)); }
document.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(function (e) {
	if (!name(e)) say("control without label", e); });
document.querySelectorAll("a[href], button").forEach(function (e) {
	if (!name(e) && !e.textContent.trim()) say("link or button without words", e); });
document.querySelectorAll("img").forEach(function (e) { if (!e.hasAttribute("alt")) say("picture without alt", e); });
document.querySelectorAll("svg").forEach(function (e) {
	if (e.getAttribute("aria-hidden") !== "true" && !name(e) && !e.querySelector("title")) say("drawing without name", e); });
document.querySelectorAll("[id]").forEach(function (e) { if (seen[e.id]) say("id twice", e); seen[e.id] = true; });
["aria-describedby", "aria-labelledby", "headers", "for", "form", "aria-controls"].forEach(function (a) {
	document.querySelectorAll("[" + a + "]").forEach(function (e) {
		e.getAttribute(a).split(/\s+/).forEach(function (id) { if (id && !document.getElementById(id)) say(a + " leads nowhere", e); }); }); });
document.querySelectorAll("h1,h2,h3,h4").forEach(function (e) {
	var level = +e.tagName[1]; if (level > last + 1) say("heading skips a level", e); last = level; });
if (document.querySelectorAll("h1").length !== 1) bad.push("not one h1");
if (!document.documentElement.lang) bad.push("no language");
if (document.querySelectorAll("main").length !== 1) bad.push("not one main");
document.querySelectorAll("table").forEach(function (e) { if (!e.querySelector("th[scope]")) say("table without headers", e); });
return bad;
"""

TARGETS = r"""
return Array.prototype.filter.call(document.querySelectorAll("main button, main a.button, main select, main input:not([type=hidden]):not([type=checkbox]):not([type=radio])"),
	function (e) { var b = e.getBoundingClientRect(); return b.width && b.height && b.height < 43.5; })
	.map(function (e) { return e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().height; });
"""


class Browser:
    """Chromium with a window of the given size; the width is forced, because windows have a least one."""

    def __init__(self, stack, size, scripts=True, dark=False):
        self.stack, self.size, self.scripts = stack, size, scripts
        self.profile = tempfile.mkdtemp(prefix="ct-chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=fr",
                         f"--user-data-dir={self.profile}", "--window-size=1400,1200", "--hide-scrollbars",
                         "--disable-background-networking", "--disable-component-update", "--no-first-run",
                         "--proxy-server=direct://", *(["--force-dark-mode"] if dark else [])):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": "fr"}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(60)
        self.resize(size)

    def resize(self, size):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600})

    def open(self, path):
        self.driver.get(self.stack.url + path)

    def find(self, selector):
        return WebDriverWait(self.driver, 20).until(lambda d: d.find_element(By.CSS_SELECTOR, selector))

    def says(self, selector, words):
        """Waits until it does; a script may put another element in its place meanwhile."""
        WebDriverWait(self.driver, 30, ignored_exceptions=[StaleElementReferenceException]).until(
            lambda d: words in d.find_element(By.CSS_SELECTOR, selector).text)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def visible(self, selector):
        return [e for e in self.all(selector) if e.is_displayed()]

    def click(self, element):
        """Clicks a control that leaves the page, and waits for the next one."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

        def gone(_):
            try:
                page.is_enabled()
                return False
            except Exception:
                return True
        WebDriverWait(self.driver, 30).until(gone)
        self.find("main")

    def type(self, selector, text):
        box = self.find(selector)
        box.clear()
        box.send_keys(text)

    def sign_in(self, email):
        self.open("/login")
        self.type("#f-email", email)
        self.type("#f-password", st.PASSWORD)
        self.click(self.find("form[action$='/login'] button[type=submit]"))

    def shot(self, name):
        SHOTS.mkdir(parents=True, exist_ok=True)
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.resize((self.size[0], min(max(height, self.size[1]), 6000)))
        self.driver.save_screenshot(str(SHOTS / f"{name}.png"))
        self.resize(self.size)

    def judge(self, name):
        """A picture, and what has to hold of every page: no sideways scroll, also at 320; names; no refused script."""
        self.shot(name)
        for size in {self.size, SMALLEST}:
            self.resize(size)
            wide = self.driver.execute_script(
                "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide[0] <= wide[1], (name, size, wide, self.driver.execute_script(
                "return Array.prototype.filter.call(document.querySelectorAll('body *'), function (e) {"
                " return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1; })"
                ".slice(0, 5).map(function (e) { return e.outerHTML.slice(0, 120); })"))
        self.resize(self.size)
        assert self.driver.execute_script(CHECK) == [], name
        if self.size[0] < 600:
            assert self.driver.execute_script(TARGETS) == [], name
        errors = [e["message"] for e in self.driver.get_log("browser")
                  if e["level"] == "SEVERE" and not re.search(r"status of 4\d\d", e["message"])]
        assert errors == [], name

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)


@pytest.fixture(params=["phone", "desktop", "no-scripts"])
def browser(stack, request):
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        pytest.skip("chromium or its driver is not installed")
    made = Browser(stack, DESKTOP if request.param == "desktop" else PHONE, scripts=request.param != "no-scripts")
    made.name = request.param
    yield made
    made.close()


def choose(browser, name, value):
    Select(browser.find(f"#f-{name}")).select_by_value(value)


def book(browser, day, start, end, title):
    """From the day page to the button, with the price as the page shows it."""
    browser.open(f"/places/essai/day?date={day}")
    link = next(a for a in browser.visible("a.slot[data-state=free]") if f"/resources/{ROOM_A}/book" in a.get_attribute("href"))
    browser.click(link)
    choose(browser, "start", f"{day}T{start}")
    choose(browser, "end", f"{day}T{end}")
    browser.type("#f-title", title)
    browser.type("#f-attendance", "6")
    if browser.scripts:
        WebDriverWait(browser.driver, 20).until(lambda d: "96,00" in d.find_element(By.ID, "price").text)
    else:
        browser.click(browser.find("button[name=preview]"))
        assert browser.find("#f-title").get_attribute("value") == title
    assert "96,00" in browser.find("#price").text
    button = browser.find("#book-button")
    assert "obligation de paiement" in button.text and "96,00" in button.text
    return button


def test_book_be_refused_take_another(stack, browser):
    day, title = fresh_day(), f"essai: atelier {browser.name}"
    browser.sign_in("membre@demo.example")
    browser.open("/")
    assert browser.driver.execute_script("return document.documentElement.classList.contains('js')") == browser.scripts
    browser.judge(f"{browser.name}-1-home")
    browser.open("/places/essai")
    browser.judge(f"{browser.name}-2-place")
    browser.open(f"/places/essai/day?date={day}")
    browser.judge(f"{browser.name}-3-day")
    button = book(browser, day, "14:00", "18:00", title)
    browser.judge(f"{browser.name}-4-form")
    browser.click(button)
    assert re.search(r"/bookings/[0-9a-f-]{36}$", browser.driver.current_url), browser.find("main").text[:500]
    text = browser.find("main").text
    assert title in text and "96,00" in text and "14" in text
    browser.judge(f"{browser.name}-5-booking")
    first = browser.driver.current_url
    browser.open(f"/places/essai/day?date={day}")
    assert browser.visible("a.slot[data-state=mine]")
    browser.judge(f"{browser.name}-6-day-with-mine")

    # somebody else takes an hour while the form is open
    button = book(browser, fresh := fresh_day(), "14:00", "18:00", title + " 2")
    taken = stack.program("membre@canal.example").book(ROOM_A, f"{fresh}T15:00", f"{fresh}T16:00")
    assert taken.status_code == 201
    browser.click(button)
    cards = browser.visible(".alternatives form button")
    assert len(cards) == 3, browser.find("main").text[:500]
    browser.judge(f"{browser.name}-7-conflict")
    browser.click(cards[0])
    assert re.search(r"/bookings/[0-9a-f-]{36}$", browser.driver.current_url) and browser.driver.current_url != first
    assert title + " 2" in browser.find("main").text
    browser.judge(f"{browser.name}-8-instead")

    # and cancel the first one
    browser.driver.get(first)
    browser.click(browser.find("a[href$='/cancel']"))
    browser.judge(f"{browser.name}-9-cancel")
    browser.click(browser.find("form[action*='/cancel'] button[type=submit]"))
    assert "annul" in browser.find("main").text.lower()
    assert stack.overlaps() == [] and stack.halves() == []


def test_a_visitor_looks_around(stack, browser):
    """Every public page, of the sample network too, and the search, as somebody who has no account."""
    day = st.day(3)
    for name, path in (("search", f"/?q=salle&date={day}&people=4"), ("sample-place", "/places/la-filature"),
                       ("sample-day", f"/places/la-filature/day?date={day}"),
                       ("sample-list", f"/places/atelier-du-canal/day?date={day}&view=list"),
                       ("room", f"/resources/{ROOM_A}"), ("week", f"/resources/{ROOM_A}/week?date={day}"),
                       ("guest-form", f"/resources/{ROOM_A}/book?date={fresh_day()}"), ("login", "/login"),
                       ("missing", "/nowhere"), ("sitemap", "/sitemap")):
        browser.open(path)
        browser.judge(f"{browser.name}-v-{name}")
    assert browser.driver.get_cookies() == []               # and no cookie on the way


def test_a_refused_form(stack, browser):
    """What is wrong is said at the field, the page leads there, and nothing typed is lost."""
    day = fresh_day()
    browser.sign_in("membre@demo.example")
    browser.open(f"/resources/{ROOM_A}/book?start={day}T10:00&end={day}T11:00")
    browser.type("#f-title", "essai: tapé")
    browser.type("#f-attendance", "40")
    browser.click(browser.find("#book-button"))
    field = browser.find("#f-attendance")
    assert field.get_attribute("aria-invalid") == "true" and field.get_attribute("value") == "40"
    assert browser.find("#f-title").get_attribute("value") == "essai: tapé"
    assert "12" in browser.find("#" + field.get_attribute("aria-describedby").split()[-1]).text
    assert browser.all("a[href='#f-attendance']")
    browser.judge(f"{browser.name}-refused")
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking WHERE title = 'essai: tapé'") == 0


def test_manager_s_pages(stack, browser):
    browser.sign_in("admin@demo.example")
    for name, path in (("list", "/o/filature/bookings"), ("org", "/o/filature"), ("rooms", "/o/filature/resources"),
                       ("new-room", "/o/filature/resources/new"), ("openings", "/o/filature/openings"), ("me", "/me"),
                       ("mine", "/bookings"), ("day", f"/places/la-filature/day?date={st.day(2)}")):
        browser.open(path)
        browser.judge(f"{browser.name}-m-{name}")
