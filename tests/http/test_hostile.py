# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: every field of every route gets a table of hostile values, in a form, as a file and in JSON, and so does
every parameter in a path. None of them is our failure (5xx), none comes out as markup, none is stored that its type does
not allow, and what a person typed into a refused form is still there."""
import re
import urllib.parse

import pytest

import counter
import stack as st
from stack import ROOM_A

MARK = '<b id="hostile">'
VALUES = {
    "long": "x" * 6000, "very long": "y" * 70000, "many letters": "é" * 400, "not UTF-8": b"caf\xe9\xff", "NUL": "a\0b",
    "markup": MARK + "&\"'", "SQL": "'; DELETE FROM party; -- ", "LIKE": "%_\\", "negative": "-1", "huge": "9" * 25,
    "exponent": "1.5e9", "February": "30/02/2027", "far": "31/12/9999", "farther": "99999-01-01", "year 0": "0000-00-00",
    "no such hour": "2027-03-28T02:30", "twice": "2026-10-25T02:30", "time": "25:61", "template": "{{page.csrf}}{{{x}}}[[x]]",
    "format": "%s%n%1$s", "path": "../../../etc/passwd", "formula": "=1+1", "script": "javascript:alert(1)",
    "right to left": "abc\u202egpj", "lines": "a\r\nSet-Cookie: x=1\r\n\r\nb", "blank": " \t\u00a0 ", "emoji": "🛠️ atelier",
}
# In a path, percent-encoded: what is not there, and what nobody should take for a key, a uid, a name or a file.
IN_PATHS = {
    "long": "x" * 300, "very long": "y" * 5000, "many letters": "é" * 200, "not UTF-8": b"caf\xe9\xff", "NUL": "1\0", "markup": MARK + "&\"'",
    "SQL": "1' OR '1'='1' -- ", "semicolon": "1; DELETE FROM party", "LIKE": "%_", "negative": "-1", "zero": "0", "huge": "9" * 25,
    "most": str(2 ** 63), "more": str(2 ** 64 + 1), "fraction": "1.5", "exponent": "1e3", "hexadecimal": "0x1", "plus": "+1",
    "letters": "abc", "path": "../../../etc/passwd", "absolute": "//example.org/", "backslashes": "..\\..\\x",
    "lines": "1\r\nSet-Cookie: x=1\r\n\r\n", "format": "%s%n%1$s", "template": "{{page.csrf}}", "blank": " ", "spaces": " 1 ",
    "formula": "=1+1", "emoji": "🛠️", "uid of nothing": "00000000-0000-4000-8000-000000000000", "half a uid": "00000000-0000-4000",
    "uid and more": "00000000-0000-4000-8000-000000000000'--", "suffix": "1.csv.json", "arabic digits": "١٢", "full width": "１",
}
# Says the same whatever stands there: whether a transaction was stored, and that a session is no more.
SAME_ANSWER = {"GET /stored/{txn}", "POST /me/sessions/{id}/revoke"}
WRONG_TYPES = {"null": None, "true": True, "number": 1.5, "big": 10 ** 30, "list": ["a", {"b": []}], "object": {"$gt": ""}}
# As whom: the one with the most rights in what the route is about.
READERS = {"/admin": "installation@demo.example"}
ADMIN = "admin@demo.example"
# Ends the session or token that the test itself speaks with.
LEFT_OUT = {"POST /logout"}
# A page with the form that is sent, where the address of the form is not the address of the page.
FORMS = {"POST /bookings": f"/resources/{ROOM_A}/book?date={{day}}"}
# What every page of the core reads, asked for together.
CORE_PARAMETERS = ["lang", "embed", "t"]


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", plugins_load=counter.PLUGINS) as running:
        yield running


def reader_of(path):
    return next((email for start, email in READERS.items() if path.startswith(start)), ADMIN)


def read_routes(stack):
    """[(method, path, names of its fields, names of those that are files)]"""
    paths = stack.visitor().get("/api/openapi.json").json()["paths"]
    found = []
    for path, methods in sorted(paths.items()):
        for method, operation in sorted(methods.items()):
            names, files = [p["name"] for p in operation["parameters"] if p["in"] == "query"], []
            for content in operation.get("requestBody", {}).get("content", {}).values():
                properties = content["schema"].get("properties", {})
                names += [n for n in properties if n not in names]
                files += [n for n, schema in properties.items() if schema.get("format") == "binary" and n not in files]
            if f"{method.upper()} {path}" not in LEFT_OUT:
                found.append((method.upper(), path, names, files))
    return found


@pytest.fixture(scope="module")
def routes(stack):
    return read_routes(stack)


@pytest.fixture(scope="module")
def browsers(stack):
    return {email: login(stack, email) for email in {ADMIN, *READERS.values()}}


def login(stack, email):
    browser = stack.browser()
    answer = browser.submit(browser.page("/login").form("/login"), email=email, password=st.PASSWORD)
    assert answer.status_code == 303, answer.text[:300]
    return browser


class Filler:
    """Fills paths with what La Filature has."""

    def __init__(self, stack):
        self.stack, self.first, self.keys = stack, {}, {}
        self.till()
        booked = stack.program("gestion@demo.example").book(ROOM_A, f"{st.day(41)}T09:00", f"{st.day(41)}T10:00", name="Zoé")
        self.uid = booked.json()["uid"]

    def till(self):
        """A draft, a quote, a membership and an agreement, so that what is refused is the value and not the row."""
        treasurer, member = counter.open_till(self.stack), self.stack.program("membre@demo.example")
        plan = counter.plan(treasurer)
        joined = counter.add(member, "join", plan=plan)
        agreement = counter.agreement(treasurer, counter.contact(treasurer))
        assert member.book(ROOM_A, f"{st.day(43)}T09:00", f"{st.day(43)}T10:00").status_code == 201
        draft = counter.drafts(treasurer, counter.client_of(treasurer, "Camille Lefebvre"), **{"from": st.day(43), "to": st.day(43)})[0]
        self.first["/o/filature/invoices"] = draft
        self.first["/o/filature/quotes"] = counter.add(treasurer, "quotes", party=counter.contact(treasurer, "La Parenthèse"),
                                                       title="Atelier", valid=st.day(30))
        self.keys = {"agreement": str(agreement), "joined": str(joined)}

    def __call__(self, path):
        path = path.replace("{org}", "filature").replace("/memberships/{id}", f"/memberships/{self.keys['joined']}")
        path = path.replace("{agreement}", self.keys["agreement"])
        if (match := re.fullmatch(r"(/o/filature/[\w/-]+)/\{id\}([/.]\w+)?", path)):
            if match[1] not in self.first:
                answer = self.stack.program(reader_of(path)).get(match[1])
                rows = answer.json().get("rows") if answer.status_code == 200 else None
                self.first[match[1]] = rows[0]["id"] if rows else "1"
            return f"{match[1]}/{self.first[match[1]]}{match[2] or ''}"
        if path.startswith("/bookings/"):
            return path.replace("{uid}", self.uid)
        return re.sub(r"\{(\w+)\}", lambda m: {"slug": st.PLACE, "id": str(ROOM_A)}.get(
            m[1], "00000000-0000-4000-8000-000000000000"), path)


@pytest.fixture(scope="module")
def fill(stack):
    return Filler(stack)


def form_of(browser, route, path):
    """The values of the form that is sent to `path`, as a person finds it: of a new one, or of the row to be changed.
    And whether there is one."""
    page = FORMS.get(route, "").format(day=st.day(42))
    if not page:
        page = f"{path}/edit" if "{id}" in route else f"{path}/new"
    answer = browser.get(page)
    if answer.status_code != 200:
        answer = browser.get(path)
    forms = [f for f in st.Page(answer).forms if f.method == "post" and f.action.endswith(path)]
    return (dict(forms[0].values), True) if forms else ({"csrf": browser.csrf("/me")}, False)


class Form:
    """The form that is sent to `path`, read again after whatever was not refused: that may have changed it."""

    def __init__(self, browser, route, path):
        self.browser, self.method, self.route, self.path = browser, route.split()[0], route, path
        self.base = None

    def send(self, origin, change=None, **more):
        if self.base is None:
            self.base, self.real = form_of(self.browser, self.route, self.path)
        answer = self.browser.request(self.method, self.path, data={**self.base, **(change or {})}, headers={"Origin": origin}, **more)
        if answer.status_code not in (400, 422):
            self.base = None
        return answer


def kept(answer, path, name, value):
    """Is the form still there, and what was typed in its control? True also where there is no control for text."""
    page = st.Page(answer)
    controls = [c for c in page.controls if c.get("name") == name and c["tag"] != "select"
                and c.get("type", "text") not in ("checkbox", "radio", "password", "file")]
    shown = [v.strip() for f in page.forms for n, v in f.values if n == name]
    form = [f for f in page.forms if f.method == "post" and f.action.endswith(path)]
    return bool(form) and (not controls or value.strip() in shown)


def marked(answer):
    """Does the value come out as markup? Asked of the bytes: of a PDF nobody has to guess the letters."""
    return MARK.encode() in answer.content


def report(stack, wrong):
    failures = [line for line in stack.comptoir.log().splitlines() if " status=5" in line or " level=error" in line]
    return f"{len(wrong)} in all, among them\n" + "\n".join([*wrong[:40], *failures[:20]])


def is_text(value):
    return isinstance(value, str) and "\0" not in value and len(value) < 6000 and value.strip() and "\n" not in value


def test_forms(stack, routes, browsers, fill):
    wrong, sent, refused = [], 0, 0
    for method, path, names, _ in routes:
        if method == "GET":
            continue
        route, real = f"{method} {path}", fill(path)
        form = Form(browsers[reader_of(path)], route, real)
        for name in names:
            for what, value in VALUES.items():
                answer = form.send(stack.root, {name: value})
                sent += 1
                refused += answer.status_code == 422
                if answer.status_code >= 500:
                    wrong.append(f"{route} {name}={what}: {answer.status_code} {answer.headers.get('x-request-id')}")
                if marked(answer):
                    wrong.append(f"{route} {name}={what}: comes out as markup")
                if what in ("NUL", "not UTF-8") and answer.status_code != 400:
                    wrong.append(f"{route} {name}={what}: {answer.status_code}")
                if answer.status_code == 422 and form.real and is_text(value) and not kept(answer, real, name, value):
                    wrong.append(f"{route} {name}={what}: what was typed is gone")
    assert not wrong, report(stack, wrong)
    assert sent > 1500 and refused > 500
    assert stack.comptoir.process.poll() is None and "worker.crashed" not in stack.comptoir.log()


def test_files(stack, routes, browsers, fill):
    """As the bytes of a file, and as its name."""
    wrong, sent, refused, fields = [], 0, 0, 0
    for method, path, _, files in routes:
        route = f"{method} {path}"
        form = Form(browsers[reader_of(path)], route, fill(path))
        for name in files:
            fields += 1
            for what, value in VALUES.items():
                content = value if isinstance(value, bytes) else value.encode()
                names = ["liste.csv"] if isinstance(value, bytes) or len(value) > 5000 else ["liste.csv", value]
                for filename in names:
                    answer = form.send(stack.root, files={name: (filename, content, "text/csv")})
                    sent += 1
                    refused += answer.status_code == 422
                    if answer.status_code >= 500:
                        wrong.append(f"{route} {name}={what}: {answer.status_code} {answer.headers.get('x-request-id')}")
                    if marked(answer):
                        wrong.append(f"{route} {name}={what}: comes out as markup")
    assert not wrong, report(stack, wrong)
    assert fields >= 4 and sent > 150 and refused > 100
    assert any(path == "/o/{org}/people/import" and files == ["file"] for _, path, _, files in routes)


def test_paths(stack, routes, browsers, fill):
    wrong, sent = [], 0
    for method, path, _, _ in routes:
        route, browser = f"{method} {path}", browsers[reader_of(path)]
        csrf = {} if method == "GET" else {"csrf": browser.csrf("/me")}
        for name in re.findall(r"\{(\w+)\}", path):
            for what, value in IN_PATHS.items():
                # the others as they should be, this one not
                real = fill(path.replace(f"{{{name}}}", "@@")).replace("@@", urllib.parse.quote(value, safe=""))
                answer = browser.request(method, real, **({"data": csrf} if csrf else {}), headers={"Origin": stack.root})
                sent += 1
                status = answer.status_code
                if status >= 500 or (status < 400 and route not in SAME_ANSWER):
                    wrong.append(f"{route} {name}={what}: {status} {answer.headers.get('x-request-id')}")
                if marked(answer):
                    wrong.append(f"{route} {name}={what}: comes out as markup")
                if "x" in answer.cookies or b"root:" in answer.content:
                    wrong.append(f"{route} {name}={what}: splits the answer, or reads a file")
    assert not wrong, report(stack, wrong)
    assert sent > 2500
    assert stack.comptoir.process.poll() is None and "worker.crashed" not in stack.comptoir.log()
    assert stack.database.value("SELECT COUNT(*) FROM party") > 10


def test_queries(stack, routes, browsers, fill):
    wrong, sent = [], 0
    for method, path, names, _ in routes:
        if method != "GET":
            continue
        browser, real = browsers[reader_of(path)], fill(path)
        for asked in [*([name] for name in names), CORE_PARAMETERS]:
            name = " and ".join(asked)
            for what, value in VALUES.items():
                if len(value) > 7000:
                    continue                                # the web server's own limit
                answer = browser.get(real, params=dict.fromkeys(asked, value))
                sent += 1
                if answer.status_code >= 500:
                    wrong.append(f"{path}?{name}={what}: {answer.status_code}")
                if marked(answer):
                    wrong.append(f"{path}?{name}={what}: comes out as markup")
                if "x" in answer.cookies:
                    wrong.append(f"{path}?{name}={what}: splits the answer")
    assert not wrong and sent > 500, report(stack, wrong)


def test_json_of_the_wrong_type(stack, routes, fill):
    wrong, sent = [], 0
    for method, path, names, _ in routes:
        if method == "GET":
            continue
        program, real = stack.program(reader_of(path)), fill(path)
        for name in names:
            for what, value in WRONG_TYPES.items():
                answer = program.request(method, real, json={name: value})
                sent += 1
                if answer.status_code >= 500:
                    wrong.append(f"{method} {path} {name}={what}: {answer.status_code}")
        for body in (b"{", b"[]", b'"x"', b"\xff", b'{"a":1,"a":2}', b"[" * 3000, b"null", b"{}x"):
            answer = program.request(method, real, data=body, headers={"Content-Type": "application/json"})
            if answer.status_code not in (400, 413):
                wrong.append(f"{method} {path} {body[:9]}: {answer.status_code}")
    assert not wrong and sent > 300, report(stack, wrong)


def test_what_was_stored_comes_out_as_text(stack, routes, browsers, fill):
    """After all that: lists and pages with what did pass as a name."""
    seen = 0
    for method, path, _, _ in routes:
        if method != "GET" or "/delete" in path:
            continue
        answer = browsers[reader_of(path)].get(fill(path))
        assert answer.status_code < 500 and not marked(answer), path
        seen += "&lt;b id=" in answer.text
    assert seen > 3
