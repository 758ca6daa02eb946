# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: every route, for everybody, against a table that says it in letters. A route without a row fails.

    v  a visitor             m o g t a  member, opener, manager, treasurer and admin of the organisation (La Filature)
    c  contact of a client   M O G T A  the same of another organisation (Le Grand Canal)
    i  the installation's admin

A row lists who may. Whoever is not in it is refused: a visitor asked to sign in, anybody else told that she may not,
or that there is nothing. What comes of it for those who may is other tests' business: here nothing is filled in, so
that 422 is a good answer, and only a refusal of the person or a failure of ours is a bad one.
"""
import re

import pytest

import stack as st
from stack import ROOM_A

PEOPLE = {"m": "membre@demo.example", "o": "ouvreuse@demo.example", "g": "gestion@demo.example",
          "t": "tresor@demo.example", "a": "admin@demo.example", "M": "membre@canal.example",
          "O": "ouvreur@canal.example", "G": "gestion@canal.example", "T": "tresor@canal.example",
          "A": "admin@canal.example", "c": "contact@lys-lez.example", "i": "installation@demo.example"}
MADE_HERE = {"O": "opener", "T": "treasurer"}           # the sample network has nobody like that
ALL = "v" + "".join(PEOPLE)
SIGNED_IN = "".join(PEOPLE)
STAFF, MANAGERS, OFFICE, ADMIN, MEMBERS = "oga", "ga", "gta", "a", "mogta"
NOBODY = ""


def record(path, see, edit):
    """The eight routes of a record."""
    base = f"/o/{{org}}/{path}"
    return {f"GET {base}": see, f"POST {base}": edit, f"GET {base}/new": edit, f"GET {base}/{{id}}": see,
            f"POST {base}/{{id}}": edit, f"GET {base}/{{id}}/edit": edit, f"GET {base}/{{id}}/delete": edit,
            f"POST {base}/{{id}}/delete": edit}


ALLOWED = {
    # for everybody
    "GET /": ALL, "GET /places/{slug}": ALL, "GET /places/{slug}/day": ALL, "GET /resources/{id}": ALL,
    "GET /resources/{id}/week": ALL, "GET /resources/{id}/book": ALL, "GET /resources/{id}/price": ALL,
    "GET /calendars/places/{slug}.ics": ALL, "GET /calendars/resources/{id}.ics": ALL, "GET /healthz": ALL,
    "GET /metrics": ALL, "GET /api/openapi.json": ALL, "GET /sitemap": ALL, "GET /stored/{txn}": ALL,
    "GET /login": ALL, "POST /login": ALL, "POST /logout": ALL, "GET /o/{org}/theme.css": ALL,
    "POST /bookings": ALL, "GET /search": ALL, "GET /login/forgotten": ALL, "POST /login/forgotten": ALL,
    "POST /login/link": ALL,
    "GET /demo/mails": ALL, "POST /demo/sign-in": ALL, "GET /demo/mails/{uid}": NOBODY,
    "GET /demo/mails/{uid}/parts/{n}": NOBODY,
    # a link or a file of that name is nowhere
    "GET /links/{token}": NOBODY, "POST /links/{token}": NOBODY, "POST /links/{token}/again": NOBODY,
    "GET /files/{uid}": NOBODY, "GET /files/{uid}/small": NOBODY,
    "GET /help": ALL, **{f"GET /legal/{org}{page}": ALL for org in ("", "{org}/") for page in (
        "notice", "privacy", "terms", "accessibility")}, "GET /legal/{org}/help": ALL,
    "GET /legal/terms/{version}": NOBODY, "GET /legal/{org}/terms/{version}": NOBODY,      # no version of that name
    # one's own
    "GET /me": SIGNED_IN, "POST /me/tokens": SIGNED_IN, "GET /bookings": SIGNED_IN,
    **{f"GET /me/{page}": SIGNED_IN for page in ("address", "data", "delete", "password", "profile", "tokens")},
    **{f"POST /me/{page}": SIGNED_IN for page in ("address", "password", "profile")},
    # not by a token
    **{f"POST /me/{page}": NOBODY for page in ("delete", "prove", "sessions/revoke", "sessions/{id}/revoke", "tokens/{uid}/revoke")},
    # a booking of somebody on the telephone
    "GET /bookings/{uid}": STAFF, "GET /bookings/{uid}.ics": STAFF, "GET /bookings/{uid}/verify": NOBODY,
    "POST /bookings/{uid}/verify": NOBODY, "GET /bookings/{uid}/cancel": MANAGERS, "POST /bookings/{uid}/cancel": MANAGERS,
    "POST /groups": SIGNED_IN, "GET /groups/{uid}": NOBODY, "POST /groups/{uid}/cancel": NOBODY,      # no group of that name
    "GET /bookings/{uid}/edit": MANAGERS, "POST /bookings/{uid}": MANAGERS,
    **{f"POST /bookings/{{uid}}/{act}": MANAGERS for act in ("confirm", "reject", "unreject")},
    "GET /bookings/{uid}/answer": MANAGERS, "POST /bookings/{uid}/arrived": STAFF, "POST /bookings/{uid}/no-show": STAFF,
    # an organisation's
    "GET /o/{org}": MEMBERS, "GET /o/{org}/bookings": STAFF, "GET /places": ALL,
    "GET /o/{org}/bookings/new": MANAGERS, "POST /o/{org}/bookings/new": MANAGERS,
    "GET /o/{org}/report": OFFICE, "GET /o/{org}/report/bookings": OFFICE,
    "GET /o/{org}/today": STAFF, "GET /o/{org}/today/door": STAFF, "GET /o/{org}/requests": MANAGERS, "GET /o/{org}/audit": ADMIN,
    "GET /o/{org}/law": ADMIN, "POST /o/{org}/law": ADMIN, "GET /o/{org}/mails": MANAGERS,
    "POST /o/{org}/mails/{mail}/again": MANAGERS, "POST /o/{org}/mails/{mail}/stop": MANAGERS,
    **record("places", ALL, ADMIN), **record("resources", ALL, MANAGERS), **record("kinds", ALL, MANAGERS),
    **record("openings", ALL, MANAGERS), **record("policies", MANAGERS, MANAGERS), **record("prices", ALL, MANAGERS),
    **record("purposes", ALL, MANAGERS), **record("tariffs", ALL, MANAGERS), **record("windows", ALL, MANAGERS),
    # contacts: whoever plans or bills; roles: the admin gives them, managers see them
    **record("people", OFFICE, OFFICE), "GET /o/{org}/people/import": OFFICE, "POST /o/{org}/people/import": OFFICE,
    "GET /o/{org}/people/import/{uid}": NOBODY, "POST /o/{org}/people/import/{uid}": NOBODY,           # no such draft
    "GET /o/{org}/people/{id}/merge": OFFICE, "POST /o/{org}/people/{id}/merge": OFFICE,
    "POST /o/{org}/people/{id}/roles": OFFICE,
    **record("roles", MANAGERS, ADMIN), "GET /o/{org}/roles/invite": ADMIN, "POST /o/{org}/roles/invite": ADMIN,
    "POST /o/{org}/roles/invite/{uid}/revoke": NOBODY,                                                 # no such one
    **record("grants", ADMIN, ADMIN), **record("projects", MEMBERS, ADMIN), **record("terms", MEMBERS, ADMIN),
    "GET /o/{org}/terms/{id}/edit": NOBODY, "GET /o/{org}/terms/{id}/delete": NOBODY,      # the one in force is only read
    "GET /o/{org}/settings": ADMIN, "POST /o/{org}/settings": ADMIN,
    # the installation's
    "GET /admin/organisations": "i", "GET /admin/organisations/new": "i", "POST /admin/organisations": "i",
    "GET /admin": "i", "GET /admin/audit": "i", "GET /admin/jobs": "i", "GET /admin/jobs/{job}": "i",
    "POST /admin/jobs/{job}/run": "i", "GET /admin/mails": "i", "POST /admin/mails/{mail}/again": "i",
    "POST /admin/mails/{mail}/stop": "i",
}

# What a route needs to be found at all, beside the path.
WITH = {"POST /bookings": {"resource": str(ROOM_A)}, "POST /groups": {"place": "900"}}


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load="reservation demo") as running:
        for letter, role in MADE_HERE.items():
            email = PEOPLE[letter]
            st.ctl(running.comptoir.config, "user", "add", email, "Lou", "D'ailleurs", input=st.PASSWORD + "\n")
            st.ctl(running.comptoir.config, "user", "role", email, "canal", role)
            token = st.ctl(running.comptoir.config, "user", "token", email).stdout.strip()
            running.accounts[email] = {"token": token}
        yield running


@pytest.fixture(scope="module")
def clients(stack):
    return {"v": stack.visitor(), **{letter: stack.program(email) for letter, email in PEOPLE.items()}}


@pytest.fixture(scope="module")
def routes(stack):
    paths = stack.visitor().get("/api/openapi.json").json()["paths"]
    return sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


@pytest.fixture(scope="module")
def fill(stack, clients):
    """Fills the parameters of a path with what La Filature has; of a record with the first row of its list."""
    made = clients["g"].book(ROOM_A, f"{st.day(40)}T09:00", f"{st.day(40)}T10:00", name="Zoé Téléphone")
    assert made.status_code == 201, made.text
    first = {}

    def of_list(path):
        if path not in first:
            rows = clients["a"].get(path).json()["rows"]
            first[path] = rows[0]["id"] if rows else "1"
        return first[path]

    def filled(path):
        path = path.replace("{org}", "filature")
        if (match := re.fullmatch(r"(/o/filature/[\w/-]+)/\{id\}(/\w+)?", path)):
            return f"{match[1]}/{of_list(match[1])}{match[2] or ''}"
        if path.startswith("/bookings/"):
            return path.replace("{uid}", made.json()["uid"])
        return re.sub(r"\{(\w+)\}", lambda m: {"slug": st.PLACE, "id": str(ROOM_A), "mail": "1", "job": "job.purge"}.get(
            m[1], "00000000-0000-4000-8000-000000000000"), path)
    return filled


def test_every_route_has_a_row(routes):
    assert [r for r in routes if r not in ALLOWED] == []
    assert [r for r in ALLOWED if r not in routes] == []


def asked(client, route, path):
    method, _ = route.split(" ", 1)
    extra = WITH.get(route, {})
    if method == "GET":
        return client.get(path, params=extra, allow_redirects=False)
    return client.request(method, path, json=extra)


def judge(letter, answer, may):
    """What is wrong with the answer, or nothing."""
    if answer.status_code >= 500:
        return "fails"
    if may:
        return "is refused" if answer.status_code in (401, 403, 404, 405) else None
    return None if answer.status_code in ((401, 404, 410) if letter == "v" else (403, 404, 410)) else "gets through"


def test_who_may_and_who_may_not(routes, clients, fill, stack):
    """Those who may not go first, so that what the others do does not come in their way."""
    wrong, judged = [], 0
    for route in routes:
        path = fill(route.split(" ", 1)[1])
        for may in (False, True):
            for letter in ALL:
                if (letter in ALLOWED.get(route, "")) != may:
                    continue
                answer = asked(clients[letter], route, path)
                problem = judge(letter, answer, may)
                judged += 1
                if problem:
                    wrong.append(f"{letter} {problem}: {route} -> {answer.status_code}")
    failures = [line for line in stack.comptoir.log().splitlines() if " status=5" in line]
    assert judged == len(routes) * len(ALL) and not wrong, "\n".join([*wrong, *failures])


def test_a_row_is_not_found_below_another_organisation(routes, clients, fill, stack):
    """Whoever may do all in Le Grand Canal finds none of La Filature's rows there, whatever the key."""
    asked_for, found = 0, []
    own = stack.database.value("SELECT MIN(c.party_id) FROM org_contact c JOIN organisation o ON o.id = c.org_id"
                               " WHERE o.slug = 'filature' AND NOT EXISTS (SELECT 1 FROM org_contact d"
                               " WHERE d.party_id = c.party_id AND d.org_id <> c.org_id)")
    known = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    body = {"row_version": "1", "from_version": "1", "into_version": "1", "with": str(known),
            "person": clients["A"].get("/me").json()["id"], "role": "contact"}
    for route in routes:
        method, path = route.split(" ", 1)
        if not re.fullmatch(r"/o/\{org\}/\w+/\{(id|mail)\}(/\w+)?", path):
            continue
        here = re.sub(r"/people/\d+", f"/people/{own}", fill(path))
        assert re.search(r"/\d+(/|$)", here), here
        there = here.replace("/o/filature/", "/o/canal/")
        answer = clients["A"].request(method, there, json=None if method == "GET" else body)
        asked_for += 1
        if answer.status_code != (409 if "/mails/" in path else 404):       # there is nothing to send or stop
            found.append(f"{route} -> {answer.status_code}")
    assert asked_for > 60 and not found, "\n".join(found)


def test_the_installation_s_admin_reads_no_row_of_an_organisation(routes, clients, stack):
    """By the word: names that are in the organisation's rows are on none of the pages that he may open."""
    names = [row[0] for row in stack.database.rows(
        "SELECT p.name FROM org_contact c JOIN party p ON p.id = c.party_id WHERE p.kind = 'person'"
        " UNION SELECT contact_name FROM reservation_booking WHERE contact_name <> ''"
        " UNION SELECT email FROM party WHERE email LIKE '%demo.example'")]
    own = clients["i"].get("/me").json()
    names = [n for n in names if n not in (own["name"], own["email"])]
    assert len(names) > 5
    pages = [r.split(" ", 1)[1] for r in routes if r.startswith("GET /admin") and "{" not in r]
    assert pages
    for page in pages:
        text = clients["i"].get(page, headers={"Accept": "text/html"}).text
        assert [n for n in names if n in text] == [], page
