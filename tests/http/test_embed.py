# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages for the frames of other sites: the same for everybody, without cookies, kept by caches, and framed by whom the
setting names."""
import re

import pytest

import stack as st
from stack import ROOM_A, fresh_day

DAY, WEEK = "/places/essai/day", f"/resources/{ROOM_A}/week"
SITES = "https://ville.example https://*.lieux.example"


@pytest.fixture(scope="module", name="site")
def installation():
    st.restart_days()
    with st.Stack(security_frame_ancestors=SITES) as running:
        yield running


def without_id(answer):
    return answer.text.replace(answer.headers["X-Request-Id"], "…")


@pytest.mark.parametrize("path", [DAY, WEEK])
def test_everybody_gets_the_same(site, path):
    """Signed in or not, as a manager too: what is taken, and by nobody."""
    day = fresh_day()
    site.program("membre@demo.example").book(ROOM_A, f"{day}T10:00", f"{day}T11:00", title="essai: secret")
    query = f"{path}?date={day}&embed=1"
    reader = site.browser()
    plain = reader.get(query)
    assert plain.status_code == 200 and "secret" not in plain.text and 'data-state="busy"' in plain.text
    manager = site.login("gestion@demo.example", accept="text/html")
    assert "secret" in manager.get(f"{path}?date={day}").text
    for other in (manager.get(query), reader.get(query, headers={"Cookie": "lang=en; comptoir=0123; notice=W10"}),
                  site.program("membre@demo.example").get(query, headers={"Accept": "text/html"})):
        assert without_id(other) == without_id(plain)


@pytest.mark.parametrize("path", [DAY, WEEK])
def test_caches_may_keep_it_and_no_cookie_is_set(site, path):
    for query in ("?embed=1", "?embed=1&lang=en"):
        answer = site.browser().get(path + query, headers={"Cookie": "lang=fr; comptoir=0123"})
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert [v.strip() for v in answer.headers["vary"].split(",")] == ["Accept", "Accept-Language"]
        assert "set-cookie" not in answer.headers
        assert f"frame-ancestors {SITES}" in answer.headers["content-security-policy"]
        assert 'lang="en"' in answer.text if "lang" in query else 'lang="fr"' in answer.text
    usual = site.browser().get(path)
    assert "private" in usual.headers["cache-control"] and "Cookie" in usual.headers["vary"]
    assert "frame-ancestors 'none'" in usual.headers["content-security-policy"]


@pytest.mark.parametrize("path", [f"/resources/{ROOM_A}/book", "/", "/login", "/bookings/find", "/calendars", "/places/essai"])
def test_only_what_shows_availability_is_framed(site, path):
    answer = site.browser().get(path + "?embed=1")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "public" not in answer.headers["cache-control"]


def test_what_is_missing_is_not_kept(site):
    answer = site.browser().get("/places/nulle-part/day?embed=1")
    assert answer.status_code == 404 and "public" not in answer.headers["cache-control"]


@pytest.mark.parametrize("path", [DAY, WEEK])
def test_links_stay_or_leave_whole(site, path):
    """Other days stay in the frame; everything else takes the whole window."""
    for view in ("", "&view=list"):
        text = site.browser().get(f"{path}?date={fresh_day()}&embed=1{view}").text
        links = re.findall(r'<a [^>]*href="([^"]+)"([^>]*)>', text)
        assert any("/book?" in href and 'target="_top"' in rest for href, rest in links)
        for href, rest in links:
            assert href.startswith("#") or ("embed=1" in href) != ('target="_top"' in rest), href
    page = site.browser().page(f"{path}?embed=1")
    assert page.form(path).value("embed") == "1"


def test_without_the_setting_nobody_frames(stack):
    answer = stack.browser().get(DAY + "?embed=1")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"] and answer.status_code == 200
