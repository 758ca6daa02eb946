# SPDX-License-Identifier: GPL-3.0-or-later
"""Set-up from nothing, as an administrator does it in an evening: a database server with its root user, a web server
with a site that must go on, `comptoirctl setup`, and the first guest's booking."""
import email
import email.policy
import os
import pty
import re
import subprocess

import pytest
import requests

import stack
import webservers

PREFIX = "/reserver"
ADMIN = "camille@lieu.example"
QUESTIONS = ["Public address", "Name of the network", "E-mail address that mails come from", "How mails are sent",
             "Database", "E-mail of the first administrator", "First name and family name", "First organisation"]


class Site:
    """A machine before Comptoir: MariaDB, and nginx with a page of its own."""

    def __init__(self):
        self.folder = stack.short_folder("ct-set-")
        self.database = stack.Database(self.folder / "db")
        self.config = self.folder / "etc/comptoir.ini"
        self.port = webservers.free_port()
        self.url = f"http://127.0.0.1:{self.port}{PREFIX}"
        self.comptoir = self.nginx = None
        self.answers = self.folder / "answers.ini"
        self.write_answers()
        (self.folder / "www").mkdir()
        (self.folder / "www/index.html").write_text("the site that was there")
        (self.folder / "mail").mkdir()
        (self.folder / "mail").chmod(0o777)

    def write_answers(self, **changed):
        answers = {"url": self.url + "/", "name": "Les lieux de la Lys", "email": "bonjour@lieu.example",
                   "mail": f"file:{self.folder}/mail", "database": f"socket:{self.database.socket} lys",
                   "admin_email": ADMIN, "admin_name": "Camille Lefebvre", "organisation": "filature La Filature"}
        answers.update(changed)
        server = f"listen = unix:{self.folder}/web\nworkers = 2\n"
        if os.geteuid() == 0:
            server += "user = nobody\ngroup = nogroup\n"
        self.answers.write_text(
            "".join(f"{key} = {value}\n" for key, value in answers.items() if value is not None) +
            f"\n[server]\n{server}\n[paths]\nplugins = {stack.BUILD}/plugins\ndata = {stack.SOURCE}\n"
            f"locale = {stack.BUILD}/po\n")

    def setup(self, *arguments, check=True, **options):
        done = subprocess.run([str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(self.config), "setup",
                               *arguments], capture_output=True, text=True, check=False, timeout=120,
                              **({"stdin": subprocess.DEVNULL} | options if "input" not in options else options))
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start_nginx(self, include=""):
        temporary = "".join(f"\t{name}_temp_path {self.folder}/{name};\n"
                            for name in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi"))
        (self.folder / "nginx.conf").write_text(
            ("user root;\n" if os.geteuid() == 0 else "") +
            f"daemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{ }}\nhttp {{\n{temporary}\taccess_log off;\n\tserver {{\n\t\tlisten 127.0.0.1:{self.port};\n"
            f"\t\troot {self.folder}/www;\n{include}\t}}\n}}\n")
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait()
        self.nginx = subprocess.Popen([webservers.program("nginx"), "-p", str(self.folder), "-e",
                                       f"{self.folder}/error.log", "-c", f"{self.folder}/nginx.conf"])
        stack.wait_for(self.old_page)

    def old_page(self):
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/index.html", timeout=5).text == "the site that was there"
        except requests.ConnectionError:
            return False

    def start_comptoir(self):
        log = open(self.folder / "log", "ab")
        self.comptoir = subprocess.Popen([str(stack.BUILD / "cgi-bin/comptoir.fcgi"), "--config", str(self.config)],
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                         env=stack.Comptoir.environment())
        stack.wait_for((self.folder / "web").exists)

    def stop(self):
        for process in (self.nginx, self.comptoir):
            if process and process.poll() is None:
                process.terminate()
                process.wait(40)
        self.database.stop()
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)


@pytest.fixture(scope="module")
def site():
    if not webservers.available("nginx"):
        pytest.skip("nginx is not installed")
    made = Site()
    try:
        made.database.start()
        made.start_nginx()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def done(site):
    return site.setup("--answers", str(site.answers))


def rows_of(site):
    """The whole database, less what only says when."""
    dump = subprocess.run(["mariadb-dump", "--no-defaults", f"--socket={site.database.socket}", "--user=root",
                           "--skip-dump-date", "--hex-blob", "lys"], capture_output=True, text=True, check=True).stdout
    users = site.database.rows("SELECT user, host, authentication_string FROM mysql.user", "")
    return dump, users


# ---- before: what is refused, and explained

@pytest.mark.parametrize("key,value,why", [
    ("url", "lieu", "looks like https://"), ("url", "https://lieu.example/?a=1", "no ? and no #"),
    ("url", "ftp://lieu.example", "looks like https://"),
    ("name", "", "cannot stay empty"),
    ("name", "x" * 161, "160"),
    ("email", "bonjour", "not an e-mail address"), ("email", None, '"email" is missing'),
    ("mail", "sendmail", "smtp://"), ("mail", "file:mails", "file:/FOLDER"), ("mail", "smtp://", "smtp://"),
    ("mail", "smtp://user@mail.example", "USER:PASSWORD"), ("mail", "http://mail.example", "smtp://"),
    ("database", "Lieux-Lys", "small letters"), ("database", "host:db.example lys", "its administrator"),
    ("database", "host:db.example lys owner", "NAME:PASSWORD"), ("database", "pipe:x lys", "socket:/PATH"),
    ("database", "socket:/nowhere/s lys", "does not let us in as root"),
    ("database", "socket:/s lys a:b c:d e", "one word too many"),
    ("admin_email", "camille@", "not an e-mail address"), ("admin_name", "Camille", "family name"),
    ("organisation", "filature", "its short name"), ("organisation", "La_Filature x", "hyphens"),
    ("organisation", "reseau Le réseau", "network's own"), ("wrong_key", "x", "no question is called"),
])
def test_wrong_answer_is_explained_and_changes_nothing(site, key, value, why):
    site.write_answers(**{key: value})
    refused = site.setup("--answers", str(site.answers), check=False)
    site.write_answers()
    assert refused.returncode == 1 and why in refused.stderr, refused.stderr
    assert not site.config.exists()
    assert site.database.rows("SHOW DATABASES LIKE 'lys'", "") == []


def test_text_that_ini_cannot_hold(site):
    refused = site.setup("--answers", str(site.answers), "name=Lieux ; et plus", check=False)
    assert refused.returncode == 1 and "cannot stand in comptoir.ini" in refused.stderr
    assert not site.config.exists() and list(site.config.parent.glob("*")) == []


@pytest.mark.parametrize("arguments", [["--bogus"], ["name"], ["--answers"]])
def test_called_wrongly(site, arguments):
    assert site.setup(*arguments, check=False).returncode == 2


def test_missing_answers_file(site):
    refused = site.setup("--answers", "/nowhere/answers", check=False)
    assert refused.returncode == 1 and "/nowhere/answers" in refused.stderr


# ---- set up

def test_writes_the_configuration(site, done):
    text = site.config.read_text()
    assert site.config.stat().st_mode & 0o777 == 0o640
    assert "name = Les lieux de la Lys\n" in text and re.search(r"^key = [0-9a-f]{64}$", text, re.M)
    assert re.search(r"^#session_days = 30$", text, re.M) and "\nworkers = 2\n" in text
    secrets = re.findall(r"^(?:owner_)?password = ([0-9a-f]{64})$", text, re.M)
    assert len(set(secrets)) == 2
    assert not any(secret in done.stdout + done.stderr for secret in secrets)


def test_users_have_their_rights_only(site, done):
    grants = {user: " ".join(row[0] for row in site.database.rows(f"SHOW GRANTS FOR '{user}'@'localhost'", ""))
              for user in ("lys", "lys_owner")}
    assert "CREATE" in grants["lys_owner"] and not re.search(r"\bCREATE\b|\bDROP\b|ALL PRIV", grants["lys"])
    assert "`lys`.*" in grants["lys"] and "GRANT OPTION" not in grants["lys_owner"]


def test_second_run_changes_nothing(site, done):
    nginx = site.config.parent / "comptoir.nginx.conf"
    nginx.write_text(nginx.read_text() + "# changed by hand\n")
    before, rows = site.config.read_bytes(), rows_of(site)
    again = site.setup("--answers", str(site.answers))
    assert "nothing to do" in again.stdout and "/links/" not in again.stdout
    assert site.config.read_bytes() == before and rows_of(site) == rows
    assert "nothing to do" in site.setup("--yes").stdout
    assert nginx.read_text().endswith("# changed by hand\n")


def test_repairs_what_is_missing(site, done):
    text = site.config.read_bytes()
    site.database.rows("DROP DATABASE lys; DROP USER 'lys'@'localhost'", "")
    site.config.chmod(0o644)
    again = site.setup("--answers", str(site.answers))
    assert "made again" in again.stdout and "0640" in again.stdout and site.config.read_bytes() == text
    assert site.config.stat().st_mode & 0o777 == 0o640
    assert site.database.value("SELECT login FROM account", "lys") == ADMIN
    done.stdout = again.stdout


def test_other_installation_is_not_taken_over(site, done, tmp_path):
    other = tmp_path / "other.ini"
    before = rows_of(site)
    refused = subprocess.run([str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(other), "setup", "--answers",
                              str(site.answers)], capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "holds an installation already" in refused.stderr
    assert not other.exists() and rows_of(site) == before


def test_from_the_link_to_the_first_guest(site, done):
    """The link opens, a password is chosen; the first place, the first room, the first booking by a guest."""
    site.start_comptoir()
    said = re.search(r"include (\S+);", done.stdout)[1]
    site.start_nginx(f"\t\tinclude {said};\n")
    link = re.search(rf"^\s*({re.escape(site.url)}/\S+)$", done.stdout, re.M)[1]
    admin = stack.Client(site.url, accept="text/html")
    page = stack.Page(admin.get(link))
    assert page.status == 200, page.text
    form = [f for f in page.forms if f.method == "post" and "password" in dict(f.values)][0]
    chosen = admin.submit(form, password="une phrase assez longue")
    assert chosen.status_code == 303, stack.Page(chosen).text
    assert stack.Page(stack.Client(site.url, accept="text/html").get(link)).status in (404, 410)
    signed_in = stack.Client(site.url)
    answer = signed_in.post("/login", data={"email": ADMIN, "password": "une phrase assez longue"})
    assert answer.status_code == 200, answer.text
    signed_in.headers["X-CSRF-Token"] = signed_in.csrf("/me")
    first_room(site, signed_in)
    book_as_guest(site)
    assert site.old_page()


def made(admin, path, **fields):
    answer = admin.post(f"/o/filature/{path}", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def first_room(site, admin):
    """Place, opening hours, kind, rules, price and room, each by its form's fields."""
    place = made(admin, "places", name="La Filature", slug="la-filature", town="Lille", postcode="59000",
                 zone="Europe/Paris", state="open")
    made(admin, "openings", place=place, weekdays="1,2,3,4,5,6,7", opens="08:00", closes="22:00")
    kind = made(admin, "kinds", label_one="salle", label_many="salles")
    made(admin, "tariffs", label="Gratuit", place=place, mode="gratis", amounts="no_vat")
    site.room = made(admin, "resources", name="Salle Lys", place=place, kind=kind, capacity=12)


def book_as_guest(site):
    guest = stack.Client(site.url)
    day = stack.day(8)
    asked = guest.book(site.room, f"{day}T10:00", f"{day}T12:00", name="Zoé Invitée", email="zoe@exemple.example")
    assert asked.status_code == 202 and asked.json()["status"] == "hold", asked.text
    mail = stack.wait_for(lambda: list((site.folder / "mail").glob("*.eml")), 30)[0].read_bytes()
    text = email.message_from_bytes(mail, policy=email.policy.default).get_body(("plain",)).get_content()
    link = re.search(rf"{re.escape(site.url)}/\S+", text)[0]
    browser = stack.Client(site.url, accept="text/html")
    form = next(f for f in browser.page(link).forms if "/bookings/" in f.action)
    assert browser.submit(form).status_code == 303
    assert site.database.rows("SELECT status FROM reservation_booking", "lys") == [["confirmed"]]


# ---- at the terminal

def converse(command, answers, environment=None):
    """Runs a command on a terminal, answers each prompt with the next line, and gives all that was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment or os.environ)
    shown, answers = "", list(answers)
    while True:
        try:
            text = os.read(fd, 4096).decode(errors="replace")
        except OSError:
            break
        if not text:
            break
        shown += text
        if shown.endswith("> ") and answers:
            os.write(fd, (answers.pop(0) + "\n").encode())
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return status, shown.replace("\r\n", "\n")


@pytest.fixture
def terminal(site, tmp_path):
    config = tmp_path / "etc/comptoir.ini"
    environment = {**os.environ, "COMPTOIR_PATHS_PLUGINS": f"{stack.BUILD}/plugins",
                   "COMPTOIR_PATHS_DATA": str(stack.SOURCE), "COMPTOIR_PATHS_LOCALE": f"{stack.BUILD}/po"}
    return config, [str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(config), "setup"], environment


def test_eight_questions_at_the_terminal(site, terminal):
    config, command, environment = terminal
    status, shown = converse(command, [
        "lieu", "https://lieu.example/reserver/", "Les lieux", "bonjour@lieu.example", "pigeon",
        "smtps://net:p@ss:w@mail.example:465", "host:elsewhere.example autre", "host:elsewhere.example autre x:",
        f"socket:{site.database.socket} autre", "nobody", "awa@lieu.example", "Awa", "Awa Diop", ""], environment)
    assert status == 0, shown
    assert [q for q in QUESTIONS if q in shown] == QUESTIONS
    assert re.findall(r"^(\d)/8 ", shown, re.M) == list("12345678")
    for why in ("looks like https://", "smtp://", "its administrator", "NAME:PASSWORD", "not an e-mail address", "family name"):
        assert why in shown
    text = config.read_text()
    assert "transport = smtps://mail.example:465\n" in text and "password = p@ss:w\n" in text and "user = net\n" in text
    assert "#host = \n" in text
    assert site.database.rows("SELECT slug FROM organisation", "autre") == [["reseau"]]
    assert "location /reserver {" in (config.parent / "comptoir.nginx.conf").read_text()


def test_answers_that_end_change_nothing(site, terminal):
    config, command, environment = terminal
    status, shown = converse(command, ["https://lieu.example/", "Les lieux", "\x04"], environment)
    assert status == 1 and "nothing was changed" in shown and not config.exists()


def test_one_database_user_that_was_given(site, terminal, tmp_path):
    """As on shared hosting: a database and one user, and nobody is root."""
    config, command, environment = terminal
    site.database.rows("CREATE DATABASE gift; CREATE USER 'g'@'localhost' IDENTIFIED BY 'pa\"s\\\\s#1';"
                       " GRANT ALL ON gift.* TO 'g'@'localhost'", "")
    pairs = [f"{k}={v}" for k, v in {
        "url": "https://lieu.example", "name": "Lieux", "email": "b@lieu.example", "mail": "file:/tmp/m",
        "database": f"socket:{site.database.socket} gift g:pa\"s\\s#1", "admin_email": "a@lieu.example",
        "admin_name": "A B"}.items()]
    done = subprocess.run([*command, "--yes", *pairs], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert site.database.value("SELECT COUNT(*) FROM account", "gift") == 1
    backup = subprocess.run([*command[:-1], "backup", str(tmp_path / "b")], env=environment, capture_output=True,
                            text=True, check=False)
    assert backup.returncode == 0, backup.stderr
    folder = next((tmp_path / "b").iterdir())
    restore_elsewhere(site, folder, tmp_path / "new/comptoir.ini", environment)


def restore_elsewhere(site, folder, config, environment):
    """Another machine: the configuration of the backup sets up an empty database with passwords of its own."""
    command = [str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(config)]
    site.database.rows("DROP DATABASE gift; DROP USER 'g'@'localhost'", "")
    made = subprocess.run([*command, "setup", "--answers", str(folder / "comptoir.ini"), "--database-only"],
                          env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    restored = subprocess.run([*command, "restore", str(folder)], env=environment, capture_output=True, text=True,
                              check=False)
    assert restored.returncode == 0 and "warning" not in restored.stdout, restored.stdout + restored.stderr
    assert site.database.value("SELECT login FROM account", "gift") == "a@lieu.example"
    assert (re.search("^key = .*$", config.read_text(), re.M)[0]
            == re.search("^key = .*$", (folder / "comptoir.ini").read_text(), re.M)[0])


def test_binary_log_is_warned_about(site, terminal):
    config, command, environment = terminal
    folder = stack.short_folder("ct-bin-")
    database = stack.Database(folder, ["--log-bin", "--server-id=1"])
    try:
        database.start()
        done = subprocess.run([*command, "--yes", "url=https://lieu.example", "name=Lieux", "email=b@lieu.example",
                               f"database=socket:{database.socket} lys", "admin_email=a@lieu.example", "admin_name=A B"],
                              env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "log_bin_trust_function_creators = 1" in done.stdout and config.exists()
    finally:
        database.stop()
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_force_keeps_the_key_and_the_old_file(site, terminal):
    config, command, environment = terminal
    pairs = ["url=https://lieu.example", "name=Lieux", "email=b@lieu.example", "admin_email=a@lieu.example",
             f"database=socket:{site.database.socket} encore", "admin_name=A B"]
    for more in ([], ["--force", "name=Autrement"]):
        done = subprocess.run([*command, "--yes", *pairs, *more], env=environment, capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    old = (config.parent / "comptoir.ini.old").read_text()
    key, name = (re.compile(rf"^{word} = (.*)$", re.M) for word in ("key", "name"))
    assert key.search(old)[1] == key.search(config.read_text())[1]
    assert name.search(config.read_text())[1] == "Autrement" and name.search(old)[1] == "Lieux"
    assert site.database.value("SELECT COUNT(*) FROM account", "encore") == 1
