# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole installation for a test: a private MariaDB with the sample network, comptoir.fcgi with four workers, a web
server in front, all on unix sockets and the loopback, and clients that speak to it as people and programs do.

    with stack.Stack(web="nginx", prefix="/reserver") as s:
        hugo = s.login("gestion@demo.example")                  # cookie and CSRF token, JSON
        hugo.get("/places/essai/day", params={"date": stack.day(3)}).json()
        s.database.rows("SELECT COUNT(*) FROM reservation_booking")

`web` is a kind of support/webservers.py. Beside the sample network there is tests/support/rooms.sql, a place whose
rules no test has to guess. Migrations and sample data run once for a build and a day: the database's files are
kept below TMPDIR and copied for each stack.
"""
import datetime
import fcntl
import hashlib
import html.parser
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import zoneinfo

import pymysql
import requests
from pymysql.constants import CLIENT

import webservers

SOURCE = pathlib.Path(os.environ.get("COMPTOIR_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("COMPTOIR_BUILD", "."))
PASSWORD = "demonstration"                      # of every sample account
KEY = "5e" * 32
OWNER_SECRET, USER_SECRET = "owner-of-tables", "user-of-tables"

# What tests/support/rooms.sql makes; each is open from 8 h to 22 h every day.
PLACE = "essai"
ROOM_A, ROOM_B, ROOM_C = 901, 902, 903          # rooms of one kind: 12, 20 and 8 people; 24 € an hour
DESKS = 904                                     # 12 units, free of charge
HALL, HALF_1, HALF_2 = 905, 906, 907            # a hall and its two halves
ON_REQUEST, BUFFERED, MEMBERS = 908, 909, 910   # approval; half an hour after; members only


def wait_for(what, seconds=30, pause=0.05):
    """Waits until `what()` is true and returns its value; fails after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = what()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"waited {seconds} s in vain")


def plain(text):
    """With simple blanks in place of those that do not break."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def short_folder(prefix="ct-"):
    """A folder whose path leaves room for the name of a unix socket, open to whoever the servers run as."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    return folder


def today():
    """The date on the wall of the places, which is not everywhere that of UTC."""
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()


def day(ahead):
    """The date so many days from today(), as text."""
    return (today() + datetime.timedelta(ahead)).isoformat()


_days = iter(())


def restart_days():
    """For a new installation: all its days are free, which begin where the sample network's bookings end."""
    global _days
    _days = iter(range(32, 390))


def fresh_day():
    """A date that no other test books on, in the installation that tests share."""
    return day(next(_days))


restart_days()


class Database:
    """A MariaDB of its own in `folder`; `socket` is where it listens."""

    def __init__(self, folder, options=()):
        self.folder, self.options, self.process = pathlib.Path(folder), list(options), None
        self.socket = str(self.folder / "s")

    def start(self, wait=True):
        command = ["sh", str(SOURCE / "tests/support/mariadb.sh"), "run", str(self.folder), *self.options]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        if wait:
            wait_for(self.answers, 60)

    def connect(self, database="comptoir", user="root", password=""):
        """A session of its own; values come as the server writes them."""
        return pymysql.connect(unix_socket=self.socket, user=user, password=password, database=database or None, charset="utf8mb4",
                               conv={}, autocommit=None, client_flag=CLIENT.MULTI_STATEMENTS)

    def answers(self):
        assert self.process.poll() is None, self.log()
        try:
            self.connect("").close()
        except pymysql.OperationalError:
            return False
        return True

    def rows(self, text, database="comptoir", **who):
        """The rows that SQL gives, as lists of text; NULL is None. One statement or several, in a session of their own."""
        with self.connect(database, **who) as session, session.cursor() as cursor:
            cursor.execute(text)
            rows = list(map(list, cursor.fetchall()))
            while cursor.nextset():
                rows += map(list, cursor.fetchall())
        return [[cell.decode() if isinstance(cell, bytes) else cell for cell in row] for row in rows]

    def value(self, text, database="comptoir"):
        """The one value that SQL gives, as a number where it looks like one."""
        rows = self.rows(text, database)
        cell = rows[0][0] if rows else None
        return int(cell) if cell and re.fullmatch(r"-?\d+", cell) else cell

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


# ---- the sample data, made once

def _fingerprint():
    digest = hashlib.sha256(today().isoformat().encode())
    for path in sorted([*(SOURCE / "sql").rglob("*.sql*"), SOURCE / "tests/support/rooms.sql"]):
        digest.update(path.read_bytes())
    for path in [BUILD / "cgi-bin/comptoirctl", *sorted((BUILD / "plugins").glob("*.so"))]:
        digest.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}".encode())
    return digest.hexdigest()[:16]


def users_sql():
    text = (SOURCE / "sql/users.sql.in").read_text()
    for name, value in (("DATABASE", "comptoir"), ("HOST", "localhost"), ("OWNER", "comptoir_owner"),
                        ("OWNER_PASSWORD", OWNER_SECRET), ("USER", "comptoir"), ("PASSWORD", USER_SECRET)):
        text = text.replace(f"@{name}@", value)
    return text


def ctl(config, *arguments, check=True, **options):
    """Runs comptoirctl with a configuration."""
    done = subprocess.run([str(BUILD / "cgi-bin/comptoirctl"), "--config", str(config), *arguments],
                          capture_output=True, text=True, check=False, **options)
    assert not check or done.returncode == 0, done.stderr + done.stdout
    return done


def _make(target, plugins, base=None):
    """Migrates for the plugins: from nothing, with the sample network; or on top of what is kept in `base`."""
    work = short_folder("ct-new-")
    database = Database(work / "db")
    try:
        if base:
            (work / "db").mkdir()
            copy_tree(base / "data", work / "db/data")
        database.start()
        config = work / "comptoir.ini"
        config.write_text(configuration(database.socket, work, "http://127.0.0.1:9", plugins_load=plugins))
        if not base:
            database.rows(users_sql(), "")
        ctl(config, "migrate")
        if not base:
            ctl(config, "demo-data", "--accounts", str(work / "accounts.txt"))
            database.rows((SOURCE / "tests/support/rooms.sql").read_text())
        database.stop()
        new = pathlib.Path(tempfile.mkdtemp(prefix="new-", dir=target.parent))
        new.chmod(0o755)
        copy_tree(work / "db/data", new / "data")
        shutil.copy((base or work) / "accounts.txt", new / "accounts.txt")
        new.rename(target)
    finally:
        database.stop()
        shutil.rmtree(work, ignore_errors=True)


def read_accounts(path):
    """{e-mail: {password, role, org, token}} of what demo-data wrote."""
    return {line.split("\t")[0]: dict(zip(("password", "role", "org", "token"), line.split("\t")[1:]))
            for line in path.read_text().splitlines()}


def copy_tree(source, target):
    """With owners, and without filling the holes of sparse files."""
    subprocess.run(["cp", "-a", "--sparse=always", str(source), str(target)], check=True)


def snapshot(plugins="reservation"):
    """A folder with data/ (a MariaDB that was shut down) and accounts.txt, for this build and day, with the tables of the plugins."""
    name = hashlib.sha256(str(BUILD.resolve()).encode()).hexdigest()[:12]
    folder = pathlib.Path(tempfile.gettempdir()) / f"comptoir-stack-{os.geteuid()}" / name
    day_s = _fingerprint()
    base, more = folder / day_s, sorted(set(plugins.split()) - {"reservation"})
    target = folder / "-".join([day_s, *more])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:                # files of tests run side by side: the first one makes it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not base.exists():
            for old in filter(pathlib.Path.is_dir, folder.glob("*")):
                shutil.rmtree(old, ignore_errors=True)
            _make(base, "reservation")
        if not target.exists():
            _make(target, plugins, base)
    return target


# ---- Comptoir

def configuration(database, folder, url, **settings):
    """The text of comptoir.ini. `settings` add or replace: server_workers=2 is [server] workers = 2."""
    sections = {
        "site": {"url": url, "name": "Réseau d'essai"},
        "server": {"listen": f"unix:{folder}/web", "workers": 4},
        "database": {"socket": database, "name": "comptoir", "user": "comptoir", "password": USER_SECRET,
                     "owner_user": "comptoir_owner", "owner_password": OWNER_SECRET},
        "paths": {"plugins": BUILD / "plugins", "data": SOURCE, "locale": BUILD / "po", "fonts": BUILD / "core/fonts",
                  "helpers": BUILD / "core"},
        "plugins": {"load": "reservation"},
        "reservation": {"guest_bookings": 100000},      # all tests come from one address
        "mail": {"transport": f"file:{folder}/mail"},
        "security": {"key": KEY},
    }
    if os.geteuid() == 0:
        sections["server"].update(user="nobody", group="nogroup")
    for name, value in settings.items():
        section, _, key = name.partition("_")
        sections.setdefault(section, {})[key] = value
    if "reservation" not in sections["plugins"]["load"].split():
        sections.pop("reservation", None)
    return "".join(f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items() if v is not None) + "\n"
                   for section, keys in sections.items())


class Comptoir:
    """comptoir.fcgi on the socket `folder`/web; the strict mode in which a key missing in a view is an error."""

    def __init__(self, folder, database, url, **settings):
        self.folder = pathlib.Path(folder)
        self.socket = str(self.folder / "web")
        self.config = self.folder / "comptoir.ini"
        self.mail = self.folder / "mail"
        self.mail.mkdir(exist_ok=True)
        self.mail.chmod(0o777)
        self.config.write_text(configuration(database, self.folder, url, **settings))
        self.config.chmod(0o644)
        self.process = None

    @staticmethod
    def environment():
        clean = {k: v for k, v in os.environ.items() if k not in ("LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET")}
        return {**clean, "COMPTOIR_GENERATION": str(BUILD / "core/comptoir-generation"), "COMPTOIR_STRICT": "1"}

    def start(self):
        pid = self.folder / "pid"
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [str(BUILD / "cgi-bin/comptoir.fcgi"), "--config", str(self.config), "--pid", str(pid)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment())
        wait_for(lambda: pid.exists() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.log()

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def requests(self, route=None):
        """The log lines of requests as dictionaries, oldest first."""
        lines = [dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)
                 for line in self.log().splitlines() if " event=request " in line]
        return [line for line in lines if route in (None, line.get("route"))]

    def logged(self, answer):
        """The log line of an answer."""
        ours = answer.headers["X-Request-Id"]
        return wait_for(lambda: [line for line in self.requests() if line["request"] == ours])[0]

    def queries(self, ask):
        """How many queries the request that `ask` sends costs: the fewest of workers that answered it before.

        A worker's first answer also asks what it keeps from then on.
        """
        lines = [self.logged(ask()) for _ in range(9)]
        again = [line for n, line in enumerate(lines) if line["pid"] in {earlier["pid"] for earlier in lines[:n]}]
        assert again, "nine answers, each of another worker"
        return min(int(line["queries"]) for line in again)

    def mails(self):
        """As they were sent; those of one tick of the file system's clock as they were written (their names are v1 UUIDs)."""
        return sorted(self.mail.glob("*.eml"), key=lambda p: (p.stat().st_mtime_ns, p.stem.split("-")[2::-1]))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Stack:
    """The three together, started by the constructor. `database_socket`: through a proxy that listens there."""

    def __init__(self, web="nginx", prefix="", database_options=(), through=None, **settings):
        self.folder = short_folder()
        self.prefix, self.kind = prefix, web
        self.database = self.comptoir = self.web = None
        try:
            self._start(database_options, through, settings)
        except BaseException:
            self.stop()
            raise

    def _start(self, database_options, through, settings):
        made = snapshot(" ".join(self._built(settings)))
        (self.folder / "db").mkdir()
        copy_tree(made / "data", self.folder / "db/data")
        self.accounts = read_accounts(made / "accounts.txt")
        self.database = Database(self.folder / "db", database_options)
        self._start_database()
        self._serve(through, settings)

    @staticmethod
    def _built(settings):
        """The plugins that it loads, less those that a test has made: their tables are there from the beginning."""
        return [name for name in settings.get("plugins_load", "").split() if (BUILD / f"plugins/{name}.so").exists()]

    def _serve(self, through, settings):
        port = webservers.free_port()
        self.root = f"http://127.0.0.1:{port}"
        self.url = self.root + self.prefix
        self.comptoir = Comptoir(self.folder, through or self.database.socket, self.url, **settings)
        self._prepare(settings)
        cgi = self.kind.endswith("-cgi")
        if not cgi:
            self.comptoir.start()
        self.web = webservers.start(self.kind, socket=None if cgi else self.comptoir.socket, prefix=self.prefix,
                                    cgi=BUILD / "cgi-bin/comptoir.fcgi", config=self.comptoir.config, port=port,
                                    environment={"COMPTOIR_GENERATION": str(BUILD / "core/comptoir-generation"),
                                                 "COMPTOIR_STRICT": "1"})

    def _prepare(self, settings):
        if len(self._built(settings)) < len(settings.get("plugins_load", "").split()):
            ctl(self.comptoir.config, "migrate")

    def _start_database(self):
        self.database.start()

    def stop(self):
        for part in (self.web, self.comptoir, self.database):
            if part:
                part.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- who asks

    def visitor(self, **options):
        return Client(self.url, **options)

    def browser(self, **options):
        """A visitor whose answers are HTML, as a browser without scripts has them."""
        return Client(self.url, accept="text/html,application/xhtml+xml", **options)

    def program(self, email, **options):
        """By the API token of a sample account."""
        return Client(self.url, token=self.accounts[email]["token"], **options)

    def login(self, email, password=PASSWORD, **options):
        """By e-mail and password; keeps cookie and CSRF token."""
        client = Client(self.url, **options)
        answer = client.post("/login", data={"email": email, "password": password},
                             headers={"Accept": "application/json"})
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
        client.headers["X-CSRF-Token"] = client.csrf("/me")
        return client

    def link(self, absolute):
        """The path of an absolute link that Comptoir made, below the prefix."""
        assert absolute.startswith(self.url + "/"), (absolute, self.url)
        return absolute[len(self.url):]

    def metric(self, name):
        text = self.visitor().get("/metrics").text
        found = re.search(rf"^{re.escape(name)} (\d+)$", text, re.M)
        assert found, f"no {name} in\n{text}"
        return int(found[1])

    def person(self, email):
        return self.database.value(f"SELECT person_id FROM account WHERE login = '{email}'")

    def overlaps(self):
        """By brute force: pairs of rows that give one unit to two at once, and leaves of a whole twice."""
        return self.database.rows(
            "SELECT a.id, b.id FROM reservation_occupancy a JOIN reservation_occupancy b"
            " ON a.resource_id = b.resource_id AND a.unit_no = b.unit_no AND a.id < b.id"
            " AND a.start_utc < b.end_utc AND b.start_utc < a.end_utc LIMIT 20")

    def halves(self):
        """Bookings that hold time and lack a part of themselves, and time that no living booking holds."""
        return self.database.rows(
            "SELECT b.id, 'no item' FROM reservation_booking b LEFT JOIN reservation_item i ON i.booking_id = b.id"
            " WHERE i.id IS NULL"
            " UNION ALL SELECT b.id, 'no time' FROM reservation_booking b JOIN reservation_item i ON i.booking_id = b.id"
            " LEFT JOIN reservation_occupancy o ON o.item_id = i.id"
            " WHERE o.id IS NULL AND b.status IN ('confirmed', 'pending', 'hold', 'option')"
            " UNION ALL SELECT o.id, 'time of nobody' FROM reservation_occupancy o"
            " LEFT JOIN reservation_item i ON i.id = o.item_id LEFT JOIN reservation_booking b ON b.id = i.booking_id"
            " WHERE o.cause IN ('booking', 'hold') AND (b.id IS NULL"
            " OR b.status NOT IN ('confirmed', 'pending', 'hold', 'option', 'done', 'no_show'))"
            " UNION ALL SELECT b.id, 'no trace' FROM reservation_booking b LEFT JOIN audit a"
            " ON a.kind = 'booking' AND a.object_id = b.id WHERE a.id IS NULL AND b.source IN ('web', 'api')"
            " AND b.created_utc > UTC_TIMESTAMP() - INTERVAL 1 HOUR AND b.title LIKE 'essai%' LIMIT 20")


# ---- clients

class Client(requests.Session):
    """A session whose addresses are below the site's; it follows no redirect unless asked to."""

    def __init__(self, url, token=None, accept="application/json"):
        super().__init__()
        self.url, self.trust_env = url, False
        self.headers.update({"Accept": accept, "Accept-Language": "fr"})
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, path, **options):
        options.setdefault("timeout", 90)
        options["allow_redirects"] = bool(options.get("allow_redirects")) and method not in ("POST", "PUT")
        return super().request(method, path if "://" in path else self.url + path, **options)

    def page(self, path, **options):
        """A GET as HTML, parsed."""
        answer = self.get(path, headers={"Accept": "text/html"}, **options)
        return Page(answer)

    def csrf(self, path="/login"):
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path, headers={"Accept": "text/html"}).text)
        assert found, f"no CSRF token in {path}"
        return found[1]

    def book(self, resource, start, end, **more):
        """POST /bookings as JSON; `start` is a date and `end` another, or both hold their hours."""
        return self.post("/bookings", json={"resource": resource, "start": start, "end": end, **more})

    def submit(self, form, button=None, **changes):
        """Sends a form of a Page as a browser would, with `changes` typed into it."""
        values = [(k, changes.pop(k) if k in changes else v) for k, v in form.values]
        values += [*changes.items(), *([button] if button else [])]
        send = self.get if form.method == "get" else self.post
        return send(self.below(form.action), **{"params" if form.method == "get" else "data": values},
                    headers={"Accept": "text/html", "Origin": re.match(r"https?://[^/]+", self.url)[0]})

    def below(self, path):
        """A path from a page, which has the site's prefix, without it."""
        prefix = re.sub(r"https?://[^/]+", "", self.url)
        assert path.startswith(prefix + "/") or path == prefix, (path, prefix)
        return path[len(prefix):]


class Form:
    def __init__(self, attributes):
        self.id, self.action = attributes.get("id"), attributes.get("action", "")
        self.method = attributes.get("method", "get").lower()
        self.values, self.buttons = [], []

    def value(self, name):
        return dict(self.values).get(name)


class Page(html.parser.HTMLParser):
    """What a test wants to know of a page of HTML: its forms, links, headings and words."""

    def __init__(self, answer):
        super().__init__(convert_charrefs=True)
        self.answer, self.status = answer, answer.status_code
        self.forms, self.links, self.ids, self.headings, self.labels, self.controls = [], [], [], [], set(), []
        self.text = ""
        self._open, self._select, self._heading, self._outside, self._area = None, None, None, [], None
        self.feed(answer.text)
        self.close()
        for owner, name, value in self._outside:
            for form in self.forms:
                if form.id == owner:
                    form.values.append((name, value))

    def _add(self, a, value):
        if not a.get("name") or "disabled" in a:
            return
        if a.get("form"):
            self._outside.append((a["form"], a["name"], value))
        elif self._open:
            self._open.values.append((a["name"], value))

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if a.get("id"):
            self.ids.append(a["id"])
        if tag == "form":
            self._open = Form(a)
            self.forms.append(self._open)
        elif tag == "a" and a.get("href"):
            self.links.append(a["href"])
        elif tag == "label" and a.get("for"):
            self.labels.add(a["for"])
        elif tag in ("h1", "h2", "h3"):
            self._heading = ""
        elif tag == "button" and self._open and a.get("type", "submit") == "submit":
            self._open.buttons.append((a.get("name"), a.get("value")))
        self._control(tag, a)

    def _control(self, tag, a):
        a["tag"] = tag
        if tag == "input":
            kind = a.get("type", "text")
            if kind not in ("hidden", "submit", "button"):
                self.controls.append(a)
            if kind not in ("checkbox", "radio", "submit", "file") or "checked" in a:
                self._add(a, a.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.controls.append(a)
            self._select = [a, None, None]
        elif tag == "option" and self._select:
            if self._select[1] is None:
                self._select[1] = a.get("value", "")
            if "selected" in a:
                self._select[2] = a.get("value", "")
        elif tag == "textarea":
            self.controls.append(a)
            self._area = [a, ""]

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            a, first, chosen = self._select
            self._add(a, chosen if chosen is not None else first or "")
            self._select = None
        elif tag == "textarea" and self._area:
            self._add(self._area[0], self._area[1].removeprefix("\n"))
            self._area = None
        elif tag in ("h1", "h2", "h3") and self._heading is not None:
            self.headings.append(" ".join(self._heading.split()))
            self._heading = None

    def handle_data(self, data):
        self.text += data
        if self._heading is not None:
            self._heading += data
        if self._area:
            self._area[1] += data

    def form(self, action, n=0):
        """The n-th form with this action (which has the prefix), or that ends so."""
        found = [f for f in self.forms if f.action == action or f.action.endswith(action)]
        assert len(found) > n, f"no form {action}: {[f.action for f in self.forms]}; {self.headings}"
        return found[n]

    def unlabelled(self):
        """Controls that a screen reader cannot name."""
        return [a for a in self.controls if a.get("id") not in self.labels
                and not a.get("aria-label") and not a.get("aria-labelledby")]
