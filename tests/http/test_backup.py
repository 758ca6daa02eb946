# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup, wipe, restore: the same pages. A damaged backup touches nothing, an interrupted one leaves nothing."""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

import stack
import webservers

TREASURER, MANAGER, MEMBER = "tresor@demo.example", "gestion@demo.example", "membre@demo.example"
FILE = bytes(range(256)) * 1100                 # two chunks of a file, with every byte


@pytest.fixture(scope="module")
def s(tmp_path_factory):
    with stack.Stack(web="nginx", plugins_load="reservation demo") as running:
        running.backups = tmp_path_factory.mktemp("backups")
        digest = hashlib.sha256(FILE).hexdigest()
        running.database.rows(
            f"INSERT INTO file (sha256, size, type, name) VALUES (UNHEX('{digest}'), {len(FILE)}, 'image/png', 'é;''.png');"
            "INSERT INTO file_chunk (file_id, seq, data) VALUES"
            f" (LAST_INSERT_ID(), 0, UNHEX('{FILE[:262144].hex()}')),"
            f" (LAST_INSERT_ID(), 1, UNHEX('{FILE[262144:].hex()}'));")
        yield running


def backup(s, *more, check=True):
    done = stack.ctl(s.comptoir.config, "backup", str(s.backups), *more, check=check)
    return s.backups / done.stdout.splitlines()[0].rsplit("/", 1)[1] if done.returncode == 0 else done


def wipe(s):
    s.database.rows("DROP DATABASE comptoir", "")
    s.database.rows(stack.users_sql(), "")


def tables(s):
    """Every table: how it is made, and a sum of its rows; but for what jobs write, which go on."""
    columns, found = {}, {}
    for table, column in s.database.rows("SELECT table_name, column_name FROM information_schema.columns"
                                         " WHERE table_schema = 'comptoir' ORDER BY table_name, ordinal_position"):
        columns.setdefault(table, []).append(f"HEX(`{column}`)")
    for moving in ("job", "job_run", "txn_done"):
        columns.pop(moving, None)
    sql = "".join(f"SHOW CREATE TABLE `{t}`; SELECT '{t}', {', '.join(c)} FROM `{t}` ORDER BY {', '.join(c)};"
                  for t, c in columns.items())
    for table, *cells in s.database.rows(sql) if sql else []:
        found.setdefault(table, hashlib.sha256()).update(
            re.sub(r"AUTO_INCREMENT=\d+ ", "", repr(cells)).encode())
    return {table: digest.hexdigest() for table, digest in found.items()}


def pages(s):
    """Every page that a visitor and two people reach by links, and the JSON of each, without what is of the moment."""
    found = {}
    for email in (None, MANAGER, "installation@demo.example"):
        for accept in ("text/html", "application/json"):
            client = s.program(email, accept=accept) if email else s.visitor(accept=accept)
            for path in addresses(s, email):
                answer = client.get(path)
                text = re.sub(r"[0-9a-f]{16}|name=\"csrf\" value=\"[^\"]*\"", "", answer.text)
                found[email, accept, path] = (answer.status_code, answer.headers.get("ETag"), text)
    return found


def pages_with_time_left(s, step=1800):
    """pages() so early in a half-hour, by which pages say what is free now, that the same can be asked again in it."""
    while True:
        started = time.time()
        found = pages(s)
        took, left = time.time() - started, step - time.time() % step
        if started // step == time.time() // step and left > 2 * took + 30:
            return found
        time.sleep(left)


def addresses(s, email):
    client = s.program(email, accept="text/html") if email else s.browser()
    seen, todo = set(), ["/", "/o/filature", "/me", "/admin"]
    while todo and len(seen) < 60:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            todo += sorted({re.sub(r"#.*", "", client.below(link)) for link in stack.Page(answer).links
                            if link.startswith("/") and "lang=" not in link and "login" not in link})
    return sorted(seen)


def test_same_pages_after_wipe_and_restore(s):
    before = pages_with_time_left(s)
    folder, rows = backup(s), tables(s)
    assert len(before) > 100 and len({key[2] for key in before}) > 30
    s.comptoir.stop()
    wipe(s)
    assert s.database.value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'comptoir'") == 0
    said = stack.ctl(s.comptoir.config, "restore", str(folder)).stdout
    assert f"{len(rows) + 3} tables" in said
    assert tables(s) == rows
    assert stack.ctl(s.comptoir.config, "check").returncode == 0
    s.comptoir.start()
    after = pages(s)
    assert {key: value for key, value in after.items() if before.get(key) != value} == {}
    assert after.keys() == before.keys()
    chunks = s.database.rows("SELECT HEX(data) FROM file_chunk c JOIN file f ON f.id = c.file_id"
                             " WHERE f.name = 'é;''.png' ORDER BY seq")
    assert bytes.fromhex("".join(row[0] for row in chunks)) == FILE


def test_what_is_in_a_backup(s):
    folder = backup(s)
    assert sorted(p.name for p in folder.iterdir()) == ["SHA256SUMS", "comptoir.ini", "database.sql", "manifest.json"]
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600} and folder.stat().st_mode & 0o777 == 0o700
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    ini = (folder / "comptoir.ini").read_text()
    assert stack.KEY in ini and stack.OWNER_SECRET not in ini and stack.USER_SECRET not in ini
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["plugins"] == ["demo", "reservation"] and stack.KEY not in json.dumps(manifest)
    assert manifest["tables"]["place"] == s.database.value("SELECT COUNT(*) FROM place")
    assert {m["file"] for m in manifest["migrations"]} >= {"0001_people.sql", "0001_rooms.sql"}


def test_password_of_the_mail_server_stays_out(s):
    config = s.folder / "smtp.ini"
    config.write_text(s.comptoir.config.read_text().replace(
        f"transport = file:{s.folder}/mail",
        "transport = smtps://mail.example:465\nuser = net\npassword = hush-hush").replace(
        "[site]\n", "[site]\nemail = net@mail.example\n"))
    folder = s.backups / stack.ctl(config, "backup", str(s.backups)).stdout.splitlines()[0].rsplit("/", 1)[1]
    ini = (folder / "comptoir.ini").read_text()
    assert "transport = smtps://mail.example:465\nuser = net\n# password is not in the backup\n" in ini
    assert not any("hush-hush" in p.read_text(errors="replace") for p in folder.iterdir())
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def whole(s):
    return backup(s)


@pytest.mark.parametrize("part", ["database.sql", "comptoir.ini", "manifest.json", "SHA256SUMS"])
@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_damaged_backup_touches_nothing(s, part, how, whole, tmp_path):
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    before = tables(s)
    file = folder / part
    text = file.read_bytes()
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(text[:-20] if how == "cut" else text[:10] + bytes([text[10] ^ 1]) + text[11:])
    done = stack.ctl(s.comptoir.config, "restore", str(folder), "--force", check=False)
    assert done.returncode == 1 and folder.name in done.stderr
    assert tables(s) == before


def test_full_database_is_refused(s):
    folder = backup(s)
    before = tables(s)
    done = stack.ctl(s.comptoir.config, "restore", str(folder), check=False)
    assert done.returncode == 1 and "--force" in done.stderr
    assert tables(s) == before
    s.comptoir.stop()
    s.database.rows("DELETE FROM audit LIMIT 3")
    stack.ctl(s.comptoir.config, "restore", str(folder), "--force")
    assert tables(s) == before
    s.comptoir.start()


def reseal(folder):
    sums = "".join(f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n"
                   for n in ("comptoir.ini", "database.sql", "manifest.json"))
    (folder / "SHA256SUMS").write_text(sums)


def test_newer_backup_is_refused_and_older_is_told(s):
    folder = backup(s)
    before = tables(s)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    newer = dict(manifest, version="9.9", migrations=manifest["migrations"] + [
        {"plugin": "core", "file": "9000_wonders.sql", "no": 9000, "statements": 1}])
    path.write_text(json.dumps(newer))
    reseal(folder)
    done = stack.ctl(s.comptoir.config, "restore", str(folder), "--force", check=False)
    assert done.returncode == 1 and "9.9" in done.stderr and "9000_wonders.sql" in done.stderr
    assert tables(s) == before
    shutil.rmtree(folder)


def test_rows_are_counted_after_loading(s):
    """A backup whose manifest promises more than its SQL holds is told."""
    folder = backup(s)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["place"] += 1
    manifest["key"] = "0" * 16
    path.write_text(json.dumps(manifest))
    reseal(folder)
    s.comptoir.stop()
    done = stack.ctl(s.comptoir.config, "restore", str(folder), "--force", check=False)
    assert done.returncode == 1 and "the table place" in done.stderr and "[security] key" in done.stdout
    manifest["tables"]["place"] -= 1
    path.write_text(json.dumps(manifest))
    reseal(folder)
    stack.ctl(s.comptoir.config, "restore", str(folder), "--force")
    s.comptoir.start()
    shutil.rmtree(folder)


def test_keep_removes_the_oldest(s, tmp_path):
    for name in ("comptoir-20200101-000000", "comptoir-20200102-000000", "comptoir-20200103-000000", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "database.sql").write_text("")
    (tmp_path / "comptoir-20200101-000000" / "mine.txt").write_text("not of a backup")
    stack.ctl(s.comptoir.config, "backup", str(tmp_path), "--keep", "2")
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left[:3] == ["comptoir-20200101-000000", "comptoir-20200103-000000", left[2]] and left[3:] == ["other"]
    assert [p.name for p in (tmp_path / "comptoir-20200101-000000").iterdir()] == ["mine.txt"]


def test_interrupted_backup_leaves_nothing_under_its_name(s, tmp_path):
    """A mariadb-dump that hangs in the middle of a row; comptoirctl is killed meanwhile."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mariadb-dump").write_text("#!/bin/sh\nprintf 'CREATE TABLE `a` (\\n'\nsleep 2\nexit 1\n")
    (programs / "mariadb-dump").chmod(0o755)
    target = tmp_path / "target"
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(s.comptoir.config), "backup", str(target)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        stack.wait_for(lambda: target.exists() and list(target.rglob("database.sql")))
        second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert second.returncode == 1 and "another backup" in second.stderr
        process.send_signal(signal.SIGKILL)
    assert [p.name[0] for p in target.iterdir()] == ["."]
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "mariadb-dump failed" in failed.stderr
    assert list(target.iterdir()) == []
    stack.ctl(s.comptoir.config, "backup", str(target))
    assert len(list(target.iterdir())) == 1


def test_no_password_on_a_command_line(s, tmp_path):
    """What mariadb-dump is started with, as a list of processes shows it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mariadb-dump").write_text(f"#!/bin/sh\necho \"$@\" >{tmp_path}/arguments\nenv >>{tmp_path}/arguments\n"
                                           "exec /usr/bin/mariadb-dump \"$@\"\n")
    (programs / "mariadb-dump").chmod(0o755)
    stack.ctl(s.comptoir.config, "backup", str(tmp_path / "target"),
              env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"})
    said = (tmp_path / "arguments").read_text()
    assert "--single-transaction" in said and stack.OWNER_SECRET not in said


def test_without_the_program_it_says_which_package(s, tmp_path):
    done = stack.ctl(s.comptoir.config, "backup", str(tmp_path / "target"), check=False, env={**os.environ, "PATH": "/none"})
    assert done.returncode == 1 and "mariadb-client" in done.stderr


def test_without_the_program_nothing_is_dropped(s, whole):
    before = tables(s)
    done = stack.ctl(s.comptoir.config, "restore", str(whole), "--force", check=False, env={**os.environ, "PATH": "/none"})
    assert done.returncode == 1 and "mariadb-client" in done.stderr and "in part" not in done.stderr
    assert tables(s) == before


def test_words_that_are_none_are_found_after_a_restore(s):
    """“Will” is a word that MariaDB leaves out by itself, and a person's name (docs/adr/0021)."""
    def found():
        return "Will Stopmot" in manager.get("/search", params={"q": "Will"}).text

    manager = s.program(MANAGER)
    assert manager.post("/o/filature/people", json={"kind": "person", "given_name": "Will", "family_name": "Stopmot"}
                        ).status_code == 201
    assert found()
    s.comptoir.stop()
    stack.ctl(s.comptoir.config, "restore", str(backup(s)), "--force")
    s.comptoir.start()
    assert found()


def test_consistent_while_people_book(s):
    """The dump is of one moment: a booking is in it with its occupancy and its trace, or not at all."""
    assert webservers.available("nginx")
    client = s.program(MANAGER)
    stop = time.monotonic() + 3
    folder = None
    with subprocess.Popen([str(stack.BUILD / "cgi-bin/comptoirctl"), "--config", str(s.comptoir.config), "backup",
                           str(s.backups)], stdout=subprocess.PIPE, text=True) as process:
        day, booked = stack.fresh_day(), 0
        while process.poll() is None and time.monotonic() < stop and booked < 13:
            answer = client.book(stack.ROOM_A, f"{day}T{8 + booked:02}:00", f"{day}T{9 + booked:02}:00", title="essai")
            assert answer.status_code in (201, 200), answer.text
            booked += 1
        folder = s.backups / process.communicate()[0].splitlines()[0].rsplit("/", 1)[1]
    assert booked > 2
    s.comptoir.stop()
    stack.ctl(s.comptoir.config, "restore", str(folder), "--force")
    assert s.halves() == [] and s.overlaps() == []
    s.comptoir.start()
