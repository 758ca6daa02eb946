# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: each once in the whole cluster, whoever dies. The plugin is slow_job.c, whose job takes four seconds."""
import email
import email.policy
import os
import re
import signal
import subprocess
import time

import pytest

import stack as st
import test_records
import webservers

ADMIN = "installation@demo.example"
STEPS = 8
TEMPLATES = {
    "hello.txt.mustache": "{{title}}\n",
    "hello.html.mustache": "{{<core/mail}}{{$main}}<h2>{{title}}</h2>{{/main}}{{/core/mail}}",
}


class Installation(test_records.Installation):
    """With the slow plugin, whose jobs are not due before tomorrow unless somebody asks."""
    plugin, source, templates = "slow", "slow_job", TEMPLATES

    def before_start(self):
        st.ctl(self.comptoir.config, "jobs")
        self.database.rows("UPDATE job SET next_utc = UTC_TIMESTAMP() + INTERVAL 1 DAY")


@pytest.fixture(scope="module", name="site")
def installation():
    with Installation(web=webservers.one()) as running:
        yield running


@pytest.fixture(autouse=True)
def idle(site):
    site.database.rows("DELETE FROM slow_mark; DELETE FROM job_run WHERE name LIKE 'slow.%';"
                       "UPDATE job SET owner = NULL, until_utc = '2000-01-01', runs = 0, failures = 0, last_error = NULL,"
                       " next_utc = UTC_TIMESTAMP() + INTERVAL 1 DAY WHERE name LIKE 'slow.%'")


def begin(site, job="slow.work"):
    return subprocess.Popen([str(st.BUILD / "cgi-bin/comptoirctl"), "--config", str(site.comptoir.config), "jobs", "run",
                             job], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def marks(site):
    return site.database.rows("SELECT step, pid FROM slow_mark ORDER BY id")


def lease(site):
    return site.database.rows("SELECT owner, until_utc FROM job WHERE name = 'slow.work'")[0]


def test_of_two_at_once_one_runs(site):
    both = [begin(site), begin(site)]
    said = sorted(x.communicate(timeout=60)[0].strip() for x in both)
    assert said == ["done", "it runs elsewhere at the moment"]
    assert [int(x[0]) for x in marks(site)] == list(range(STEPS)) and len({x[1] for x in marks(site)}) == 1
    assert site.database.rows("SELECT runs, failures, owner FROM job WHERE name = 'slow.work'") == [["1", "0", None]]
    runs = site.database.rows("SELECT ended_utc IS NOT NULL, error FROM job_run WHERE name = 'slow.work'")
    assert runs == [["1", None]]


def test_the_server_and_the_command_do_not_run_it_twice(site):
    assert site.program(ADMIN).post("/admin/jobs/slow.work/run", json={}).status_code == 202
    st.wait_for(lambda: marks(site))
    assert "elsewhere" in begin(site).communicate(timeout=60)[0]
    st.wait_for(lambda: lease(site)[0] is None)
    assert len(marks(site)) == STEPS


def test_the_lease_is_renewed_while_it_runs(site):
    running = begin(site)
    st.wait_for(lambda: len(marks(site)) > 1)
    first = lease(site)
    st.wait_for(lambda: len(marks(site)) > 4)
    second = lease(site)
    assert first[0] == second[0] and second[1] > first[1]
    running.communicate(timeout=60)


def test_who_lost_the_lease_writes_no_more(site):
    running = begin(site)
    st.wait_for(lambda: len(marks(site)) > 1)
    site.database.rows("UPDATE job SET owner = 'another/1/abcdef01' WHERE name = 'slow.work'")
    done = len(marks(site))
    running.communicate(timeout=60)
    assert len(marks(site)) <= done + 1 < STEPS
    assert lease(site)[0] == "another/1/abcdef01"            # and does not end what is not its own
    assert "taken over" in site.database.rows("SELECT error FROM job_run WHERE name = 'slow.work'")[0][0]


def test_after_a_kill_it_runs_again_when_the_lease_has_ended(site):
    running = begin(site)
    st.wait_for(lambda: len(marks(site)) > 1)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    killed = {x[1] for x in marks(site)}
    assert "elsewhere" in begin(site).communicate(timeout=60)[0]         # the lease is still good
    site.database.rows("UPDATE job SET until_utc = UTC_TIMESTAMP(6) WHERE name = 'slow.work'")
    admin = site.program(ADMIN)
    assert admin.get("/admin/jobs/slow.work").json()["runs"][0]["state"] == "lost"
    assert begin(site).communicate(timeout=60)[0].strip() == "done"
    rest = [x for x in marks(site) if x[1] not in killed]
    assert [int(x[0]) for x in rest] == list(range(STEPS))
    assert [x["state"] for x in admin.get("/admin/jobs/slow.work").json()["runs"]] == ["done", "lost"]


def job_process(site):
    """The server's process that runs jobs: the one of its children that the marks are of."""
    st.wait_for(lambda: marks(site))
    return int(marks(site)[-1][1])


def test_a_killed_job_process_is_replaced_and_the_job_is_done(site):
    admin = site.program(ADMIN)
    admin.post("/admin/jobs/slow.work/run", json={})
    os.kill(job_process(site), signal.SIGKILL)
    time.sleep(1)
    before = len(marks(site))
    assert before < STEPS and lease(site)[0]
    site.database.rows("UPDATE job SET until_utc = UTC_TIMESTAMP(6) WHERE name = 'slow.work'")
    st.wait_for(lambda: len(marks(site)) == before + STEPS, 30)
    st.wait_for(lambda: lease(site)[0] is None)
    assert site.database.value("SELECT runs FROM job WHERE name = 'slow.work'") == 1


def test_failures_are_seen(site):
    admin = site.program(ADMIN)
    assert begin(site, "slow.fail").wait(60) == 0
    shown = {x["name"]: x for x in admin.get("/admin/jobs").json()["jobs"]}
    failed = shown["slow.fail"]
    assert (failed["runs"], failed["failures"], failed["running"], failed["seconds"]) == (1, 1, False, 86400)
    assert "moon" in failed["error"] and {"slow.work", "system.purge", "job.purge"} <= set(shown)
    assert admin.get("/admin/jobs/slow.fail").json()["runs"][0]["state"] == "failed"
    assert any("moon" in (row["sub"] or "") for panel in admin.get("/admin").json()["panels"] for row in panel["rows"])
    line = re.search(r"^slow\.fail\t.*$", st.ctl(site.comptoir.config, "jobs").stdout, re.M)[0].split("\t")
    assert line[1] == "waiting" and line[5:7] == ["1", "1"] and "moon" in line[7]


def test_run_now_is_asked_for_and_traced(site):
    browser = site.browser()
    browser.cookies = site.login(ADMIN).cookies
    page = browser.page("/admin/jobs")
    assert page.unlabelled() == []
    answer = browser.submit(page.form("/admin/jobs/slow.fail/run"))
    assert answer.status_code == 303
    assert "démarre dans un instant" in browser.page("/admin/jobs").text
    st.wait_for(lambda: site.database.value("SELECT failures FROM job WHERE name = 'slow.fail'"))
    assert site.database.value("SELECT COUNT(*) FROM audit WHERE kind = 'job' AND after_json LIKE '%slow.fail%'")
    admin = site.program(ADMIN)
    assert admin.post("/admin/jobs/slow.none/run", json={}).status_code == 404
    assert admin.get("/admin/jobs/slow.none").status_code == 404
    site.database.rows("INSERT IGNORE INTO job (name, next_utc) VALUES ('gone.work', UTC_TIMESTAMP() + INTERVAL 1 DAY)")
    assert admin.post("/admin/jobs/gone.work/run", json={}).status_code == 409


def test_a_row_that_kills_its_process_is_given_up(site):
    def now():
        return site.database.rows("SELECT state, tries, last_error FROM outbox WHERE topic = 'slow.crash'")[0]

    site.database.rows("DELETE FROM outbox; INSERT INTO outbox (kind, topic, plugin, payload) VALUES"
                       " ('hook', 'slow.crash', 'slow', '{}')")
    st.wait_for(lambda: now()[1] == "1")
    assert now()[0] == "sending"
    site.database.rows("UPDATE outbox SET next_utc = UTC_TIMESTAMP() WHERE topic = 'slow.crash'")
    st.wait_for(lambda: now()[1] == "2", 30)
    site.database.rows("UPDATE outbox SET next_utc = UTC_TIMESTAMP(), tries = 100 WHERE topic = 'slow.crash'")
    st.wait_for(lambda: now()[0] == "dead", 30)
    assert "chaque essai" in now()[2].lower()
    site.database.rows("DELETE FROM outbox")


def test_old_runs_go(site):
    site.database.rows("INSERT INTO job_run (name, owner, started_utc) VALUES"
                       " ('slow.work', 'x', UTC_TIMESTAMP() - INTERVAL 31 DAY), ('slow.work', 'x', UTC_TIMESTAMP())")
    st.ctl(site.comptoir.config, "jobs", "run", "job.purge")
    assert site.database.value("SELECT COUNT(*) FROM job_run WHERE name = 'slow.work'") == 1


def test_the_mails_of_who_is_merged(site):
    site.database.rows(
        "DELETE FROM outbox; INSERT INTO outbox (kind, topic, plugin, party_id, recipient, payload, state, purge_utc)"
        " VALUES ('mail', 't', 'p', 8, 'c@d.example', '{}', 'sent', '2100-01-01'),"
        " ('mail', 't', 'p', 9, 'e@f.example', '{}', 'sent', '2100-01-01')")
    site.database.rows("INSERT INTO slow_mark (step, pid) VALUES (8, 0)")
    st.ctl(site.comptoir.config, "jobs", "run", "slow.merge")
    assert site.database.rows("SELECT party_id, recipient FROM outbox ORDER BY id") == [
        ["1", "c@d.example"], ["9", "e@f.example"]]
    site.database.rows("DELETE FROM outbox")


def read_mail(site, to):
    def find():
        for path in site.comptoir.mails():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in message["to"]:
                return message
        return None
    return st.wait_for(find)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_plugin_writes_a_mail(site, lang):
    """By ct_mail, with two files, in the name of a place, and with an HTML of its own."""
    place = site.database.rows("SELECT id, org_id FROM place WHERE slug = 'la-filature'")[0]
    site.database.rows(f"INSERT INTO slow_mark (step, pid) VALUES ({place[0]}, {int(lang == 'en')})")
    st.ctl(site.comptoir.config, "jobs", "run", "slow.mail")
    message = read_mail(site, f"zoe-{lang}@exemple.example")
    sender, answer = message["from"].addresses[0], message["reply-to"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("La Filature", "comptoir@127.0.0.1")
    assert (answer.display_name, answer.addr_spec) == ("La Filature", "accueil@filature.example")
    text, html = (message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    assert "Essai & <essai>" in text and "Because we test." in text and "12 rue du Faubourg, 59000 Lille" in text
    assert ("03 20 00 01 12" if lang == "fr" else "+33 320 00 01 12") in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "<h2>Essai &amp; &lt;essai&gt;</h2>" in html and "Because we test." in html and f'<html lang="{lang}">' in html
    assert "#8a3b12" in html                                             # the organisation's colour
    files = list(message.iter_attachments())
    assert [(f.get_filename(), f.get_content_type()) for f in files] == [("octets.bin", "application/octet-stream"),
                                                                         ("été.txt", "text/plain")]
    assert files[0].get_payload(decode=True) == bytes(range(256)) and files[1].get_content().strip() == "été"


def test_files_that_are_too_large_are_refused(site):
    site.database.rows("INSERT INTO slow_mark (step, pid) VALUES (1, 2)")
    st.ctl(site.comptoir.config, "jobs", "run", "slow.mail")
    assert "trop lourds" in site.database.value("SELECT last_error FROM job WHERE name = 'slow.mail'")
    assert not site.database.value("SELECT COUNT(*) FROM outbox WHERE recipient LIKE 'large%'")
