# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in Chromium: in by a mailed link, every page of one's own account, and out for good."""
import email
import email.policy
import re

import stack as st
from test_booking import browser                # noqa: F401

WORDS = "trois petits chats verts"


def letter_link(stack, to, count=1):
    """The link of the last of `count` letters to an address."""
    def letters():
        messages = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in stack.comptoir.mails()]
        return [m.get_body(("plain",)).get_content().replace("\r\n", "\n") for m in messages if to in m["To"]]
    text = st.wait_for(lambda: letters()[count - 1:], 20)[-1]
    return re.search(r"^http\S+/links/\S+$", text, re.M)[0]


def test_in_by_a_link_and_out_for_good(stack, browser):     # noqa: F811
    address = f"{browser.name}@essai.example"
    st.ctl(stack.comptoir.config, "user", "add", address, "Zoé", "Lemaire", input="mot de passe perdu\n")
    browser.open("/login")
    browser.judge(f"{browser.name}-a-login")
    browser.type("#f-email", address)
    browser.click(browser.find("button[formaction]"))       # the empty password does not hold it up
    assert address in browser.find("main").text
    browser.judge(f"{browser.name}-a-sent")
    link = letter_link(stack, address)
    browser.driver.get(link)
    browser.judge(f"{browser.name}-a-link")
    browser.click(browser.find("main button.primary"))
    browser.driver.get(link)
    assert "ne fonctionne plus" in browser.find("main").text
    browser.judge(f"{browser.name}-a-dead")
    for name in ("", "/profile", "/address", "/password", "/tokens", "/data", "/delete"):
        browser.open("/me" + name)
        browser.judge(f"{browser.name}-a-me{name.replace('/', '-')}")

    # a new password, without the one that is lost
    browser.open("/login/forgotten")
    browser.type("#f-email", address)
    browser.click(browser.find("main button.primary"))
    browser.driver.get(letter_link(stack, address, 2))
    browser.type("#f-password", "court")
    browser.click(browser.find("main button.primary"))
    assert "8" in browser.find(".field-error").text
    browser.judge(f"{browser.name}-a-reset")
    browser.type("#f-password", WORDS)
    browser.click(browser.find("main button.primary"))
    assert browser.driver.current_url.endswith("/me")

    browser.open("/me/profile")
    browser.type("#f-phone", "06 12 34 56 78")
    browser.click(browser.find("main button.primary"))
    assert "enregistré" in browser.find(".notices").text and "06" in browser.find("main").text

    browser.open("/me/delete")
    browser.type("#f-current", WORDS)
    browser.click(browser.find("main button.danger"))
    assert "supprimé" in browser.find("h1").text
    browser.judge(f"{browser.name}-a-gone")
    browser.open("/me")
    assert browser.visible("a[href*='/login']")
