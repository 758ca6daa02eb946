# SPDX-License-Identifier: GPL-3.0-or-later
"""Records: what the core makes of a declared table. The plugin is record_types.c, with a field of every type."""
import concurrent.futures
import csv
import io
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import stack as st                                                      # noqa: E402
import webservers                                                       # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = st.SOURCE.resolve()
THINGS = "/o/filature/things"
KEEPERS = "/o/filature/keepers"
FULL = {
    "name": "Clé de la cour", "code": "C-1", "note": "Elle accroche.\nUn peu.", "copies": 3, "deposit": "12,50",
    "share": "5,5", "weight": "1,25", "since": "2026-11-24", "starts": "2026-11-24T14:00", "opens": "09:30", "lasts": "1 h 30",
    "days": ["1", "3", "7"], "active": False, "state": "used", "place": "1", "email": "Cle@EXAMPLE.org",
    "phone": "06 12 34 56 78", "colour": "#0e5a4f", "pin": "4711-geheim",
}


def compile_plugin(source, name, folder, *more):
    """As anybody would who has the headers and the library."""
    target = folder / f"{name}.so"
    makefile = (st.BUILD / "Makefile").read_text()
    compiler = re.search(r"^CC = (.*)$", makefile, re.M)[1].split()
    sanitizers = re.search(r"^CT_SAN =(.*)$", makefile, re.M)[1].split()
    flags = subprocess.run(["pkg-config", "--cflags", "jansson"], capture_output=True, text=True, check=True)
    done = subprocess.run(
        [*compiler, *sanitizers, "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-missing-field-initializers",
         "-Werror", "-fvisibility=hidden", "-fPIC", "-shared", f"-I{SOURCE}/core/include", *more, *flags.stdout.split(),
         str(source), "-o", str(target), f"-L{st.BUILD}/core/.libs", "-lcomptoir",
         f"-Wl,-rpath,{st.BUILD.resolve()}/core/.libs"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


class Installation(st.Stack):
    """The core with one plugin that is compiled here from SOURCE.c and SOURCE.sql, and an empty sample network."""
    plugin, source, templates = "types", "record_types", {}

    def _start(self, database_options, through, settings):
        data, plugins, helpers = (self.folder / name for name in ("data", "plugins", "helpers"))
        for folder in (data / "sql", data / "plugins", plugins, helpers):
            folder.mkdir(parents=True)
        (helpers / "comptoir-image").symlink_to((st.BUILD / "core/comptoir-image").resolve())
        (data / "core").symlink_to(SOURCE / "core")
        (data / "sql/core").symlink_to(SOURCE / "sql/core")
        (data / "sql" / self.plugin).mkdir()
        shutil.copy(HERE / f"{self.source}.sql", data / "sql" / self.plugin / "0001_things.sql")
        for name, text in self.templates.items():
            (data / "plugins" / self.plugin / "templates").mkdir(parents=True, exist_ok=True)
            (data / "plugins" / self.plugin / "templates" / name).write_text(text)
        compile_plugin(HERE / f"{self.source}.c", self.plugin, plugins)
        self.database = st.Database(self.folder / "db", database_options)
        self.database.start()
        self.database.rows(st.users_sql(), "")
        port = webservers.free_port()
        self.root = self.url = f"http://127.0.0.1:{port}"
        self.comptoir = st.Comptoir(self.folder, self.database.socket, self.url, plugins_load=self.plugin,
                                    paths_plugins=plugins, paths_data=data, paths_helpers=helpers, **settings)
        st.ctl(self.comptoir.config, "migrate")
        accounts = self.folder / "accounts"
        st.ctl(self.comptoir.config, "demo-data", "--accounts", str(accounts))
        self.accounts = {line.split("\t")[0]: dict(zip(("password", "role", "org", "token"), line.split("\t")[1:]))
                         for line in accounts.read_text().splitlines()}
        st.ctl(self.comptoir.config, "check")
        self.before_start()
        self.comptoir.start()
        self.web = webservers.start(self.kind, socket=self.comptoir.socket, port=port)

    def before_start(self):
        """What a test has to set first."""


@pytest.fixture(scope="module")
def site():
    with Installation(web=webservers.one()) as s:
        yield s


@pytest.fixture(autouse=True)
def no_rows(site):
    site.database.rows("DELETE FROM types_stored; DELETE FROM types_thing; DELETE FROM types_keeper")


@pytest.fixture(scope="module")
def manager(site):
    return site.login("gestion@demo.example")


@pytest.fixture(scope="module")
def admin(site):
    return site.login("admin@demo.example")


@pytest.fixture(scope="module")
def member(site):
    return site.login("membre@demo.example")


@pytest.fixture(scope="module")
def treasurer(site):
    return site.login("tresor@demo.example")


def add(client, path=THINGS, **values):
    answer = client.post(path, json=values)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(f"{path}/{answer.json()['id']}")
    return answer.json()


def names(client, **params):
    answer = client.get(THINGS, params=params)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["rows"]]


def insert(site, n, columns="", values=""):
    """Rows by SQL; `values` may use seq."""
    site.database.rows(f"INSERT INTO types_thing (org_id, name, active, state{columns}) SELECT o.id,"
                       f" CONCAT('Chose ', LPAD(seq, 5, '0')), 1, 'new'{values} FROM seq_1_to_{n}"
                       " JOIN organisation o WHERE o.slug = 'filature'")


# ---- a row's life by form

def test_from_empty_list_to_page(site, manager):
    empty = manager.page(KEEPERS)
    assert empty.status == 200 and "Who keeps things." in empty.text
    assert KEEPERS + "/new" in empty.links
    form = manager.page(KEEPERS + "/new").form(KEEPERS)
    answer = manager.submit(form, label="  Awa Diallo ")
    assert answer.status_code == 303
    page = manager.page(answer.headers["Location"].removeprefix(site.url))
    assert page.headings[0] == "Awa Diallo"
    assert [row["label"] for row in manager.get(KEEPERS).json()["rows"]] == ["Awa Diallo"]
    assert "Awa Diallo" in manager.page(KEEPERS).text


def test_every_type_through_json(site, manager):
    keeper = add(manager, KEEPERS, label="Awa")
    owner = site.database.value("SELECT id FROM organisation WHERE slug = 'canal'")
    row = add(manager, **FULL, keeper=int(keeper["id"]), owner=str(owner))
    assert manager.get(f"{THINGS}/{row['id']}").json() == {**row, "shown": int(row["id"])}
    assert manager.get(f"{THINGS}/{row['uid']}").json() == {**row, "shown": int(row["id"])}
    assert manager.get(THINGS).json()["rows"] == [row]
    expected = {
        "name": "Clé de la cour", "code": "C-1", "note": "Elle accroche.\nUn peu.", "copies": 3,
        "deposit": {"cents": 1250, "currency": "EUR"}, "share_bp": 550, "weight": 12500, "since_d": "2026-11-24",
        "starts": "2026-11-24T14:00:00+01:00", "starts_local": "2026-11-24T14:00", "opens": "09:30", "lasts": 90, "days": [1, 3, 7],
        "active": False, "state": "used", "place_id": "1", "place_label": "La Filature", "keeper_id": keeper["id"],
        "keeper_label": "Awa", "second_id": None, "second_label": None, "owner_id": str(owner),
        "email": "Cle@example.org", "phone": "+33612345678", "colour": "#0e5a4f", "used": 0, "row_version": 1,
        "archived_at": None,
    }
    assert {k: row[k] for k in expected} == expected
    assert "pin" not in row and "cost" not in row
    assert site.database.rows("SELECT deposit_cents, share_bp, weight, opens, lasts, days, pin FROM types_thing") == [
        ["1250", "550", "12500", "570", "90", "69", "4711-geheim"]]


def test_form_sent_back_unchanged_changes_nothing(site, manager):
    keeper = add(manager, KEEPERS, label="Awa")
    row = add(manager, **FULL, keeper=keeper["id"])
    page = manager.page(f"{THINGS}/{row['id']}/edit")
    form = page.form(f"{THINGS}/{row['id']}")
    assert page.unlabelled() == []
    assert form.value("keeper") == keeper["id"] and form.value("pin") == ""
    assert form.value("used") is None and form.value("cost") is None
    before = site.database.rows("SELECT * FROM types_thing")[0]
    assert manager.submit(form).status_code == 303
    after = site.database.rows("SELECT * FROM types_thing")[0]
    assert [(b, a) for b, a in zip(before, after) if b != a] == [("1", "2")]         # row_version
    assert site.database.rows("SELECT before_json, after_json FROM audit WHERE kind = 'thing' ORDER BY id DESC"
                              " LIMIT 1") == [["{}", "{}"]]


def test_empty_fields_and_boxes(site, manager):
    row = add(manager, **FULL)
    form = manager.page(f"{THINGS}/{row['id']}/edit").form(f"{THINGS}/{row['id']}")
    form.values = [(k, v) for k, v in form.values if k not in ("days", "active")]
    cleared = {k: "" for k in ("code", "note", "copies", "deposit", "share", "since", "starts", "opens", "place",
                               "email", "phone", "colour")}
    assert manager.submit(form, **cleared).status_code == 303
    row = manager.get(f"{THINGS}/{row['id']}").json()
    assert row["days"] == [] and row["active"] is False
    assert [row[k] for k in ("code", "note", "deposit", "share_bp", "since_d", "starts", "opens", "place_id", "email",
                             "phone", "colour")] == [None] * 11
    assert row["copies"] == 1                           # of a column that must not be NULL: what it starts with


def test_wrong_fields_come_back_with_what_was_typed(manager):
    form = manager.page(THINGS + "/new").form(THINGS)
    assert form.value("copies") == "1" and form.value("state") == "new" and form.value("active") == "1"
    typed = {"name": "", "copies": "hundert", "deposit": "12,505", "since": "31/02/2026", "place": "999",
             "note": "Bleibt <stehen>", "email": "nix"}
    answer = manager.submit(form, **typed)
    assert answer.status_code == 422
    again = st.Page(answer)
    assert {k: again.form(THINGS).value(k) for k in typed if k != "place"} == {k: v for k, v in typed.items()
                                                                              if k != "place"}
    assert {f"f-{k}-error" for k in ("name", "copies", "deposit", "since", "place", "email")} <= set(again.ids)
    errors = manager.post(THINGS, json=typed).json()["errors"]
    assert set(errors) == {"name", "copies", "deposit", "since", "place", "email"}


def test_json_without_a_member_keeps_it(manager):
    row = add(manager, **FULL)
    url = f"{THINGS}/{row['id']}"
    answer = manager.post(url, json={"row_version": 1, "copies": 4, "email": None})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {**row, "copies": 4, "email": None, "row_version": 2}
    assert manager.post(url, json={"copies": 5}).json()["errors"].keys() == {"row_version"}
    assert manager.post(url, json={"row_version": 2, "name": None}).json()["errors"].keys() == {"name"}
    new = add(manager, name="Neu")
    assert (new["copies"], new["state"], new["active"]) == (1, "new", True)         # as a form begins


def test_a_value_that_only_one_may_have(manager):
    add(manager, name="Eins", code="A")
    answer = manager.post(THINGS, json={"name": "Zwei", "code": "a"})       # the collation's judgement
    assert answer.status_code == 422 and answer.json()["errors"].keys() == {"code"}
    two = add(manager, name="Zwei", code="B")
    answer = manager.post(f"{THINGS}/{two['id']}", json={"code": "A", "row_version": 1})
    assert answer.status_code == 422 and answer.json()["errors"].keys() == {"code"}


# ---- what a plugin does around it

def test_hooks_refuse_and_roll_back(site, manager):
    answer = manager.post(THINGS, json={"name": "both", "code": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"name": "not this name", "code": "no code with this name"}
    row = add(manager, name="Gut")
    assert site.database.rows("SELECT thing_id, name FROM types_stored") == [[row["id"], "Gut"]]
    for url, more in ((THINGS, {}), (f"{THINGS}/{row['id']}", {"row_version": 1})):
        answer = manager.post(url, json={"name": "after", **more})
        assert answer.status_code == 409 and answer.json()["detail"] == "not after all"
    assert site.database.value("SELECT COUNT(*) FROM types_thing") == 1
    assert site.database.value("SELECT COUNT(*) FROM types_stored") == 1
    assert manager.get(f"{THINGS}/{row['id']}").json()["shown"] == int(row["id"])
    answer = manager.post(f"{THINGS}/{row['id']}", json={"copies": 2, "row_version": 1})
    assert answer.status_code == 200                    # the hook reads the name though it was not sent
    assert site.database.value("SELECT COUNT(*) FROM types_stored WHERE name = 'Gut'") == 2


# ---- the list

def test_search(manager):
    for name, note in (("Clé de la cour", "fer"), ("Badge 100 %", "plastique"), ("Badge 100", "100_2"), ("Café", "0-2")):
        add(manager, name=name, note=note)
    assert names(manager, q="cle") == ["Clé de la cour"]
    assert sorted(names(manager, q="100 ")) == ["Badge 100", "Badge 100 %"]     # blanks around it do not count
    assert names(manager, q="100 %") == ["Badge 100 %"]
    assert names(manager, q="0_2") == ["Badge 100"]
    assert names(manager, q="\\") == [] and names(manager, q="' OR 1=1 --") == []
    assert names(manager, q="PLASTIQUE") == ["Badge 100 %"]
    page = manager.page(THINGS + "?q=rien")
    assert "rien" in page.text and page.form(THINGS).value("q") == "rien"


@pytest.mark.parametrize("sort", ["name", "copies", "deposit", "since", "starts", "active", "state", "used"])
def test_pages_show_each_row_once(site, manager, sort):
    insert(site, 60, ", copies, deposit_cents, since_d, starts_local, used", ", 1 + seq MOD 3, NULLIF(seq MOD 7, 3) * 100,"
           " IF(seq MOD 5 = 0, NULL, '2026-01-01' + INTERVAL seq MOD 4 DAY),"
           " IF(seq MOD 9 = 0, NULL, '2026-01-01 08:00:01' + INTERVAL seq MOD 11 HOUR), seq * seq MOD 13")
    site.database.rows("UPDATE types_thing SET name = CONCAT('É ', name) WHERE id MOD 4 = 0")
    for order in (sort, "-" + sort):
        whole = manager.get(THINGS, params={"sort": order, "limit": 500}).json()
        assert len(whole["rows"]) == 60 and whole["next"] is None
        seen, after = [], None
        while True:
            params = {"sort": order, "limit": 7, **({"after": after} if after else {})}
            view = manager.get(THINGS, params=params).json()
            seen += view["rows"]
            after = view["next"]
            if not after:
                break
        assert seen == whole["rows"]
    ids = [int(row["id"]) for row in whole["rows"]]
    column = {"deposit": "deposit_cents", "since": "since_d", "starts": "starts_local"}.get(sort, sort)
    assert ids == [int(i) for i, in site.database.rows(f"SELECT id FROM types_thing ORDER BY {column} DESC, id DESC")]


def test_pages_go_back_too(site, manager):
    insert(site, 20)
    first = manager.page(THINGS + "?sort=name&limit=8")
    assert "/o/filature/things?sort=name&limit=8&before=" not in "".join(first.links)
    second = manager.page(next(h for h in first.links if "after=" in h))
    third = manager.page(next(h for h in second.links if "after=" in h))
    back = manager.page(next(h for h in third.links if "before=" in h))
    start = manager.page(next(h for h in back.links if "before=" in h))
    rows = [re.findall(r"Chose \d{5}", page.text) for page in (first, second, third, back, start)]
    assert [len(set(r)) for r in rows] == [8, 8, 4, 8, 8]
    assert rows[3] == rows[1] and rows[4] == rows[0]
    assert not any("before=" in h for h in start.links if h.startswith(THINGS + "?") and "lang=" not in h)


def test_list_refuses_and_bounds(site, manager):
    insert(site, 600)
    assert len(manager.get(THINGS).json()["rows"]) == 50
    assert len(manager.get(THINGS, params={"limit": 9999}).json()["rows"]) == 500
    assert "total" not in manager.get(THINGS).json()
    assert manager.get(THINGS, params={"total": 1, "q": "0001"}).json()["total"] == 11
    assert "600" in manager.page(THINGS + "?total=1").text
    for params in ({"sort": "nix"}, {"sort": "place"}, {"sort": "pin"}, {"sort": "note"}, {"sort": "id; DROP"},
                   {"after": "x"}, {"after": "3.x"}, {"after": "-1"}):
        assert manager.get(THINGS, params=params).status_code == 400, params
    assert manager.get(THINGS, params={"limit": "0"}).status_code == 422
    assert manager.get(THINGS + "?sort=name&sort=name").status_code == 400


def test_csv_has_all_rows(site, manager):
    empty = manager.get(THINGS + ".csv").content.decode("utf-8-sig")
    assert empty.startswith("id;uid;row_version;") and ";place_id;place_label;" in empty and empty.count("\n") == 1
    insert(site, 1203, ", deposit_cents, note", ", 1250, '=1+1;\"'")
    answer = manager.get(THINGS + ".csv?sort=name&limit=3")
    assert answer.headers["Content-Type"].startswith("text/csv") and "things.csv" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert ";".join(rows[0]) + "\r\n" == empty
    assert [r["name"] for r in rows] == [f"Chose {n:05}" for n in range(1, 1204)]
    assert rows[0]["deposit"] == "12,50" and "pin" not in rows[0] and not any(k.endswith("_ui") for k in rows[0])
    assert not rows[0]["note"].startswith("=")          # no formula
    assert manager.get(THINGS, headers={"Accept": "text/csv"}, params={"q": "00007"}).text.count("\n") == 2


def test_references_cost_one_query_a_kind(site, manager):
    """Rows, labels of places, labels of keepers (in two columns), labels of owners: as many queries for 3 as for 40."""
    ids = [add(manager, KEEPERS, label=f"K{n}")["id"] for n in range(5)]
    insert(site, 40, ", place_id, keeper_id, second_id, owner_id",
           f", 1, {ids[0]} + seq MOD 5, {ids[0]} + seq MOD 3, 2")
    counts = []
    for limit in (3, 40):
        assert len(manager.get(THINGS, params={"limit": limit}).json()["rows"]) == limit
        counts.append(site.comptoir.queries(lambda limit=limit: manager.get(THINGS, params={"limit": limit})))
    assert counts[0] == counts[1] and counts[0] <= 6
    rows = manager.get(THINGS).json()["rows"]
    assert {r["keeper_label"] for r in rows} == {"K0", "K1", "K2", "K3", "K4"}


def test_last_page_costs_what_the_first_does(site, manager):
    insert(site, 5000)
    site.database.rows("ANALYZE TABLE types_thing")

    def reads(**params):
        def total():
            return sum(int(n) for _, n in site.database.rows("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
        base = total()
        idle = total() - base
        before = total()
        assert len(manager.get(THINGS, params={"sort": "name", **params}).json()["rows"]) == 50
        return total() - before - idle
    last = site.database.value("SELECT CONCAT(id, '.', name) FROM types_thing WHERE name = 'Chose 04940'")
    reads()
    first, deep = reads(), reads(after=last)
    assert first < 400 and deep < first + 100, (first, deep)


# ---- two at once

def test_a_lost_race_shows_both_and_keeps_what_was_typed(site, manager, admin):
    row = add(manager, name="Clé", copies=2, note="alt")
    url = f"{THINGS}/{row['id']}"
    form = manager.page(url + "/edit").form(url)
    assert admin.post(url, json={"copies": 4, "row_version": 1}).status_code == 200
    answer = manager.submit(form, name="Clé neuve", note="neu")
    assert answer.status_code == 409
    page = st.Page(answer)
    assert "Paul Castelain" in page.text and "Clé neuve" in page.text and "neu" in page.text
    assert manager.get(url).json()["copies"] == 4       # nothing was stored
    assert manager.submit(page.form(url)).status_code == 303
    now = manager.get(url).json()
    assert (now["name"], now["note"], now["copies"], now["row_version"]) == ("Clé neuve", "neu", 2, 3)
    answer = manager.post(url, json={"copies": 9, "row_version": 1})
    assert answer.status_code == 409
    assert answer.json()["yours"]["copies"] == 9 and answer.json()["theirs"]["copies"] == 2
    assert answer.json()["theirs"]["row_version"] == 3


def test_of_many_at_once_one_is_first(site, manager):
    row = add(manager, name="Clé", copies=1)
    program = [site.program("gestion@demo.example") for _ in range(8)]

    def change(n):
        return program[n].post(f"{THINGS}/{row['id']}", json={"copies": n + 2, "row_version": 1}).status_code
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(change, range(8)))
    assert codes == [200] + [409] * 7
    assert manager.get(f"{THINGS}/{row['id']}").json()["row_version"] == 2


# ---- deleting

def delete(client, path, row_version=1):
    return client.post(f"{path}/delete", json={"row_version": row_version})


def test_what_is_needed_stays(manager):
    keeper = add(manager, KEEPERS, label="Awa")
    for n in range(3):
        add(manager, name=f"Clé {n}", **{"keeper": keeper["id"]} if n else {"second": keeper["id"]})
    url = f"{KEEPERS}/{keeper['id']}"
    page = manager.page(url + "/delete")
    assert not [f for f in page.forms if f.action.endswith("/delete")]
    view = manager.get(url + "/delete").json()
    assert len(view["needed_by"]) == 2 and all("Things" in text for text in view["needed_by"])
    answer = delete(manager, url)
    assert answer.status_code == 409 and answer.json()["needed_by"] == view["needed_by"]
    assert manager.get(url).status_code == 200


def test_delete_with_confirmation(site, manager):
    keeper = add(manager, KEEPERS, label="Awa")
    url = f"{KEEPERS}/{keeper['id']}"
    assert manager.post(url + "/delete", json={}).status_code == 422
    assert delete(manager, url, 7).status_code == 409
    answer = manager.submit(manager.page(url + "/delete").form(url + "/delete"))
    assert answer.status_code == 303 and answer.headers["Location"] == site.url + KEEPERS or \
        answer.headers["Location"] == KEEPERS
    assert manager.get(url).status_code == 404
    assert site.database.rows("SELECT action, before_json FROM audit WHERE kind = 'keeper' ORDER BY id DESC LIMIT 1") \
        == [["delete", '{"label":"Awa"}']]


def test_what_the_past_names_is_archived(site, manager):
    keeper = add(manager, KEEPERS, label="Awa")
    thing = add(manager, name="Alt", keeper=keeper["id"])       # types_stored names it by a foreign key
    answer = delete(manager, f"{THINGS}/{thing['id']}")
    assert answer.json() == {"id": thing["id"], "archived": True}
    assert names(manager) == [] and names(manager, archived=1) == ["Alt"]
    gone = manager.get(f"{THINGS}/{thing['id']}").json()
    assert gone["archived_at"] and gone["row_version"] == 2 and gone["keeper_label"] == "Awa"
    assert delete(manager, f"{THINGS}/{thing['id']}", 2).status_code == 410
    assert delete(manager, f"{KEEPERS}/{keeper['id']}").json()["archived"] is True
    assert [r["label"] for r in manager.get(KEEPERS).json()["rows"]] == []


def test_of_many_who_delete_at_once_one_does(site, manager):
    thing = add(manager, name="Alt")
    program = [site.program("gestion@demo.example") for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(lambda p: delete(p, f"{THINGS}/{thing['id']}").status_code, program))
    assert codes[0] == 200 and set(codes[1:]) <= {409, 410}, codes
    assert site.database.value("SELECT COUNT(*) FROM audit WHERE action = 'archive' AND kind = 'thing'"
                               f" AND object_id = {thing['id']}") == 1


def test_choices(site, manager):
    awa, lou = (add(manager, KEEPERS, label=label) for label in ("Awa", "Lou"))
    site.database.rows(f"INSERT INTO types_keeper (org_id, label) SELECT id, 'Fremd' FROM organisation WHERE slug = 'canal'")
    thing = add(manager, name="Clé", keeper=awa["id"])
    site.database.rows(f"UPDATE types_keeper SET archived_at = NOW() WHERE id = {awa['id']}")
    url = f"{THINGS}/{thing['id']}"
    text = manager.get(url + "/edit", headers={"Accept": "text/html"}).text
    select = re.search(r'<select id="f-keeper".*?</select>', text, re.S)[0]
    assert re.findall(r'<option value="(\d*)"( selected)?>([^<]*)', select)[1:] == [
        (lou["id"], "", "Lou"), (awa["id"], " selected", "Awa")]
    assert "Fremd" not in text
    assert re.search(r'<input type="text" id="f-owner"', text)
    assert manager.submit(manager.page(url + "/edit").form(url)).status_code == 303
    site.database.rows("INSERT INTO types_keeper (org_id, label) SELECT o.id, seq FROM organisation o JOIN seq_1_to_500"
                       " WHERE o.slug = 'filature'")
    text = manager.get(url + "/edit", headers={"Accept": "text/html"}).text
    assert re.search(r'<input type="text" id="f-keeper" name="keeper" value="Awa · %s"' % awa["id"], text)


# ---- who sees what

def test_another_organisations_rows_are_not_there(site, manager):
    stranger = site.login("gestion@canal.example")
    row = add(manager, name="Clé")
    for path in (f"/o/canal/things/{row['id']}", f"/o/canal/things/{row['uid']}", f"/o/canal/things/{row['id']}/edit",
                 f"/o/canal/things/{row['id']}/delete"):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(f"/o/canal/things/{row['id']}", json={"name": "x", "row_version": 1}).status_code == 404
    assert delete(stranger, f"/o/canal/things/{row['id']}").status_code == 404
    assert stranger.get("/o/canal/things").json()["rows"] == []
    assert stranger.get(THINGS).status_code == 403
    assert stranger.post(f"{THINGS}/{row['id']}", json={"name": "x", "row_version": 1}).status_code == 403
    keeper = add(manager, KEEPERS, label="Awa")
    answer = stranger.post("/o/canal/things", json={"name": "x", "keeper": keeper["id"]})
    assert answer.status_code == 422 and answer.json()["errors"].keys() == {"keeper"}
    assert site.database.value("SELECT name FROM types_thing") == "Clé"


def test_who_may_what(site, manager, member):
    row = add(manager, name="Clé")
    url = f"{THINGS}/{row['id']}"
    visitor = site.visitor()
    assert visitor.get(THINGS).status_code == 401 and visitor.get(url).status_code == 401
    page = member.page(url)
    assert page.status == 200 and not any(h.endswith(("/edit", "/delete")) for h in page.links)
    assert "Lou" not in page.text and "history-h" not in page.ids
    for path in (THINGS + "/new", url + "/edit", url + "/delete"):
        assert member.get(path).status_code == 403
    assert member.post(THINGS, json={"name": "x"}).status_code == 403
    assert member.post(url, json={"name": "x", "row_version": 1}).status_code == 403
    assert THINGS + "/new" not in member.page(THINGS).links
    for path in ("abc", "0", "9" * 30, "1.5", "%20", "00000000-0000-0000-0000-000000000000"):
        assert member.get(f"{THINGS}/{path}").status_code == 404, path


def test_fields_that_not_everybody_sees(site, manager, treasurer, admin):
    row = add(admin, name="Clé", cost="99,90")
    url = f"{THINGS}/{row['id']}"
    assert row["cost"]["cents"] == 9990
    assert treasurer.get(url).json()["cost"]["cents"] == 9990 and "99,90" in treasurer.page(url).text
    assert "cost" not in manager.get(url).json() and "cost" not in manager.get(THINGS).json()["rows"][0]
    assert "cost" not in manager.get(THINGS + ".csv").text and "99,90" not in manager.page(THINGS).text
    assert "cost" in treasurer.get(THINGS + ".csv").text
    assert manager.get(THINGS, params={"sort": "cost"}).status_code == 400
    assert "f-cost" not in manager.page(url + "/edit").ids and "f-cost" in admin.page(url + "/edit").ids
    answer = manager.post(url, json={"cost": "1", "copies": 2, "row_version": 1})
    assert answer.status_code == 200 and "cost" not in answer.json()
    assert admin.get(url).json()["cost"]["cents"] == 9990
    assert admin.post(url, json={"cost": "5", "row_version": 2}).status_code == 200
    assert "5,00" in admin.page(url).text and "5,00" not in manager.page(url).text           # nor in the history


def test_secrets_are_never_shown(site, manager):
    row = add(manager, **FULL)
    url = f"{THINGS}/{row['id']}"
    answer = manager.post(url, json={"copies": 4, "row_version": 1})
    assert site.database.value("SELECT pin FROM types_thing") == "4711-geheim"      # kept
    assert manager.post(url, json={"pin": "0815-neu", "row_version": 2}).status_code == 200
    assert site.database.value("SELECT pin FROM types_thing") == "0815-neu"
    everything = "".join(manager.get(u, headers={"Accept": a}).text for a in ("text/html", "application/json", "text/csv")
                         for u in (url, url + "/edit", THINGS, url + "/delete")) + answer.text
    refused = manager.submit(manager.page(url + "/edit").form(url), pin="9999-typed", copies="x")
    lost = manager.submit(manager.page(url + "/edit").form(url), pin="9999-typed", row_version="1")
    assert (refused.status_code, lost.status_code) == (422, 409)
    everything += refused.text + lost.text + site.comptoir.log()
    everything += str(site.database.rows("SELECT before_json, after_json FROM audit WHERE kind = 'thing'"))
    for secret in ("4711-geheim", "0815-neu", "9999-typed"):
        assert secret not in everything
    assert "Door code" in manager.page(url).text        # that it changed is in the history


def test_history(site, manager, admin):
    awa, lou = (add(manager, KEEPERS, label=label) for label in ("Awa", "Lou"))
    row = add(manager, name="Clé", keeper=awa["id"], deposit="12,50")
    url = f"{THINGS}/{row['id']}"
    admin.post(url, json={"keeper": lou["id"], "deposit": "1 234,5", "days": [2], "row_version": 1})
    text = re.sub(r"\s+", " ", re.search(r'<ol class="history">.*?</ol>',
                                         manager.get(url, headers={"Accept": "text/html"}).text, re.S)[0])
    assert text.count("<b>") == 2 and text.index("Paul Castelain") < text.rindex("<b>")
    assert "Kept by : <del>Awa</del> → <ins>Lou</ins>" in text
    assert "12,50" in text and re.search("1.234,50", text) and "mardi" in text
    assert text.count("<del>") == 3
    assert site.database.rows("SELECT org_id, action FROM audit WHERE kind = 'thing' AND plugin = 'types'"
                              f" AND object_id = {row['id']} ORDER BY id") == [["2", "create"], ["2", "change"]]


# ---- the skeleton

def test_new_plugin_builds_and_passes_check(site, tmp_path):
    """comptoirctl new-plugin in a copy of what it reads; the new one and the skeleton live side by side."""
    tree = st.short_folder()
    config, data = tree / "comptoir.ini", tree / "data"
    try:
        for folder in ("plugins/skeleton", "sql/skeleton", "sql/core"):
            shutil.copytree(SOURCE / folder, data / folder)
        (data / "core").symlink_to(SOURCE / "core")
        made = st.ctl("/nowhere", "new-plugin", "aurora2", cwd=data).stdout
        assert "CT_PLUGIN([aurora2])" in made and "include plugins/aurora2/Makefile.inc" in made
        again = st.ctl("/nowhere", "new-plugin", "aurora2", cwd=data, check=False)
        assert again.returncode == 1 and "exists" in again.stderr
        assert st.ctl("/nowhere", "new-plugin", "Aurora", cwd=data, check=False).returncode == 2
        for path in [p for p in data.rglob("*") if p.is_file() and "aurora2" in str(p)]:
            assert "skeleton" not in path.read_text().lower(), path
        assert "if PLUGIN_AURORA2" in (data / "plugins/aurora2/Makefile.inc").read_text()
        (tree / "plugins").mkdir()
        for name in ("skeleton", "aurora2"):
            compile_plugin(data / f"plugins/{name}/{name}.c", name, tree / "plugins")
        config.write_text(st.configuration(site.database.socket, tree, site.url, plugins_load="skeleton aurora2",
                                           paths_plugins=tree / "plugins", paths_data=data))
        pending = st.ctl(config, "check", check=False)
        assert pending.returncode == 1 and "migrate" in pending.stderr
        st.ctl(config, "migrate")
        assert re.search(r"\d+ plugins, \d+ routes", st.ctl(config, "check").stdout)
        assert "aurora2" in st.ctl(config, "plugins").stdout
    finally:
        shutil.rmtree(tree)


def test_skeleton_is_small():
    assert (SOURCE / "plugins/skeleton/skeleton.c").read_text().count("\n") < 150


def test_manual_quotes_what_is_there():
    """Each block of docs/plugins.md stands, as it is, in one of the files that it is about."""
    manual = (SOURCE / "docs/plugins.md").read_text()
    files = [SOURCE / name for name in sorted(set(re.findall(r"`((?:core|plugins|sql)/[\w/]+\.(?:c|h|sql))`", manual)))
             if (SOURCE / name).exists()]
    texts = [path.read_text() for path in files]
    blocks = re.findall(r"^```\w+\n(.*?)^```$", manual, re.S | re.M)
    assert len(files) >= 4 and len(blocks) >= 15
    assert [block for block in blocks if not any(block in text for text in texts)] == []
