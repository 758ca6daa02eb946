# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: signing in, mailed links, limits, one's own pages, leaving, being forgotten.

The plugin account_plugin.c stands for the page that invites people, and has a limit of its own.
"""
import concurrent.futures
import ctypes
import ctypes.util
import email
import email.policy
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import stack as st                                                      # noqa: E402
import webservers                                                       # noqa: E402
from test_records import compile_plugin                                 # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
GOOD = "trois petits chats verts"
MEMBER, ADMIN, STRANGER = "membre@demo.example", "admin@demo.example", "membre@canal.example"


class Site(st.Stack):
    def __init__(self, web):
        self.plugins = st.short_folder("ct-plug-")
        for built in st.BUILD.glob("plugins/*.so"):
            (self.plugins / built.name).symlink_to(built.resolve())
        compile_plugin(HERE / "account_plugin.c", "inviter", self.plugins, f"-I{st.SOURCE}/core")
        super().__init__(web=web, plugins_load="reservation inviter", paths_plugins=self.plugins)

    # ---- mail

    def letters(self, to):
        """What was mailed to an address, oldest first: (subject, text)."""
        found = []
        for path in self.comptoir.mails():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in message["To"]:
                body = message.get_body(preferencelist=("plain",))
                found.append((message["Subject"], body.get_content().replace("\r\n", "\n")))
        return found

    def letter(self, to, count=1):
        """The last of at least `count` letters to an address."""
        return st.wait_for(lambda: self.letters(to)[count - 1:] or None, 20)[-1]

    def link(self, to, count=1):
        text = self.letter(to, count)[1]
        found = re.search(rf"^{re.escape(self.url)}(/links/[0-9a-f]{{64}})$", text, re.M)
        assert found, text
        return found[1]

    def no_limits(self):
        self.database.rows("DELETE FROM rate_limit")

    def person_row(self, address, **more):
        """A new person with account, as comptoirctl makes one."""
        st.ctl(self.comptoir.config, "user", "add", address, more.get("given", "Zoé"), more.get("family", "Quelqu'une"),
               input=GOOD + "\n")
        return self.person(address)

    def job(self, name):
        return st.ctl(self.comptoir.config, "jobs", "run", name)


@pytest.fixture(scope="module")
def site():
    with Site(webservers.one()) as s:
        yield s


@pytest.fixture(autouse=True)
def fresh(site):
    site.no_limits()


def ask(site, address, path="/login/link", **more):
    return site.visitor().post(path, json={"email": address, **more})


def open_link(site, path, **fields):
    """As a person: GET, then the button of the page."""
    browser = site.browser()
    form = browser.page(path).form(path)
    return browser, browser.submit(form, **fields)


# ---- signing in by password

def medians_agree(site, act, names, least, most):
    """Both take turns, so that the machine's other work hits both alike; and longer where it is busy: what really differs
    does not come together by being measured more often."""
    times = {name: [] for name in names}
    for turn in range(200):
        for name in names if turn % 2 else reversed(names):
            site.no_limits()
            start = time.perf_counter()
            act(name)
            times[name].append(time.perf_counter() - start)
        known, unknown = (statistics.median(times[name][2:] or [1]) for name in names)
        if turn >= 30 and least < known / unknown < most:
            return True
    return print(known, unknown)


def test_unknown_account_same_answer_and_time(site):
    site.person_row("connue@essai.example")
    visitor, texts = site.visitor(), set()

    def act(name):
        answer = visitor.post("/login", data={"email": name, "password": "faux et encore faux"})
        assert answer.status_code == 422
        body = answer.json()
        body.pop("instance")
        texts.add(json.dumps(body, sort_keys=True).replace(name, "NAME"))
    assert medians_agree(site, act, ["connue@essai.example", "inconn@essai.example"], 0.8, 1.25)
    assert len(texts) == 1, texts


def test_asking_for_a_link_same_answer_and_time(site):
    site.person_row("connu2@essai.example")
    texts = set()

    def act(name):
        answer = ask(site, name)
        assert answer.status_code == 202
        texts.add(answer.text.replace(name, "NAME"))
    assert medians_agree(site, act, ["connu2@essai.example", "absent@essai.example"], 0.8, 1.25)
    assert len(texts) == 1
    assert site.letter("connu2@essai.example") and not site.letters("absent@essai.example")


def test_right_password_clears_the_failures(site):
    def wrong():
        return site.visitor().post("/login", data={"email": MEMBER, "password": "faux"}).status_code
    assert [wrong() for _ in range(9)] == [422] * 9
    site.login(MEMBER)
    assert [wrong() for _ in range(9)] == [422] * 9
    assert wrong() == 422 and wrong() == 429
    answer = site.visitor().post("/login", data={"email": MEMBER, "password": st.PASSWORD})
    assert answer.status_code == 429 and "minute" in answer.json()["detail"]


def patient(ask):
    """The status of an answer: two hash at once, and who comes third is told to wait, which counts as no try."""
    for _ in range(400):
        status = ask().status_code
        if status != 503:
            return status
        time.sleep(0.05)
    raise AssertionError("always busy")


def try_sign_in(site, address, password="x"):
    return patient(lambda: site.visitor().post("/login", data={"email": address, "password": password}))


def let_the_window_pass(site):
    site.database.rows("UPDATE rate_limit SET since_utc = since_utc - INTERVAL 16 MINUTE,"
                       " expires_utc = expires_utc - INTERVAL 16 MINUTE, until_utc = until_utc - INTERVAL 16 MINUTE")


def restart(site):
    site.comptoir.stop()
    site.comptoir.start()


def test_limits_by_address_hold_over_workers_and_a_restart(site):
    """Fifty failures of an address, whoever they are for; eight at once, from four workers."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: try_sign_in(site, f"n{n}@essai.example"), range(60)))
    assert statuses.count(422) == 50 and statuses.count(429) == 10, statuses
    restart(site)
    assert try_sign_in(site, "n99@essai.example") == 429
    assert "essai.example" not in str(site.database.rows("SELECT * FROM rate_limit"))
    let_the_window_pass(site)
    assert try_sign_in(site, "n99@essai.example") == 422


def test_limits_by_account_hold_over_workers_and_a_restart(site):
    """Ten of an account: of thirty at once, from four workers, no more than ten are judged."""
    address = "trente@essai.example"
    site.person_row(address)
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        statuses = list(pool.map(lambda n: try_sign_in(site, address.upper() if n % 2 else address), range(30)))
    assert statuses.count(422) == 10 and statuses.count(429) == 20, statuses
    restart(site)
    assert try_sign_in(site, address, GOOD) == 429                      # not even by the right one
    assert try_sign_in(site, MEMBER, st.PASSWORD) == 200                # and nobody else is kept out
    let_the_window_pass(site)
    assert try_sign_in(site, address, GOOD) == 200


def test_right_passwords_are_no_failures(site):
    """Of the address of a house where sixty people sign in; nor is what was told to wait."""
    address = "juste@essai.example"
    site.person_row(address)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: try_sign_in(site, address, GOOD), range(60)))
    assert set(statuses) <= {200, 429}, statuses                        # ten at once on one account may be one too many
    assert statuses.count(200) > 50
    assert site.database.value("SELECT SUM(failures) FROM rate_limit") == 0
    assert [try_sign_in(site, address) for _ in range(10)] == [422] * 10 and try_sign_in(site, address) == 429


def test_proofs_at_once_are_no_more_than_the_limit(site):
    someone = account(site, "preuve@essai.example")
    csrf = someone.csrf("/me")

    def prove(_):
        client = site.browser()
        client.cookies.update(someone.cookies)
        return patient(lambda: client.post("/me/address", data={"csrf": csrf, "email": "autre@essai.example", "current": "faux"}))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(prove, range(20)))
    assert statuses.count(422) == 10 and statuses.count(429) == 10, statuses


def test_a_plugins_limit_is_exact_over_four_workers(site):
    def take(_):
        return site.visitor().post("/inviter/take", json={}).status_code
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(take, range(40)))
    assert statuses.count(200) == 7 and statuses.count(429) == 33, statuses


def cheap_hash(password):
    """As an older version of Comptoir might have made it: one pass, 8 MiB."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    assert sodium.sodium_init() >= 0
    text = ctypes.create_string_buffer(128)
    assert sodium.crypto_pwhash_str(text, password.encode(), ctypes.c_ulonglong(len(password)), ctypes.c_ulonglong(1),
                                    ctypes.c_size_t(8 << 20)) == 0
    return text.value.decode()


def test_hash_of_other_parameters_is_made_anew(site):
    site.person_row("vieille@essai.example")
    site.database.rows(f"UPDATE account SET password_hash = '{cheap_hash(GOOD)}' WHERE login = 'vieille@essai.example'")
    site.login("vieille@essai.example", GOOD)
    new = site.database.value("SELECT password_hash FROM account WHERE login = 'vieille@essai.example'")
    assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    site.login("vieille@essai.example", GOOD)


def test_signing_in_begins_a_new_session(site):
    someone = site.login(MEMBER)
    before = someone.cookies["comptoir"]
    answer = someone.post("/login", data={"email": MEMBER, "password": st.PASSWORD})
    assert answer.status_code == 200 and someone.cookies["comptoir"] != before
    thief = site.visitor()
    thief.cookies.set("comptoir", before)
    assert thief.get("/me").status_code == 401


# ---- links

def test_sign_in_by_link(site):
    page = site.browser().page("/login", params={"next": "/me/tokens"})
    browser = site.browser()
    answer = browser.post("/login/link", data={**dict(page.form("/login").values), "email": MEMBER})
    assert answer.status_code == 202 and "set-cookie" not in answer.headers
    path = site.link(MEMBER)
    token = path.split("/")[-1]
    assert [t for t, text in dump(site).items() if token in text] in ([], ["outbox"])
    reader = site.browser()
    for _ in range(3):                                                  # a mail scanner looks, and nothing happens
        shown = reader.page(path)
        assert shown.status == 200 and "set-cookie" not in shown.answer.headers
        assert shown.unlabelled() == [] and len(shown.ids) == len(set(shown.ids))
    assert site.database.value("SELECT COUNT(*) FROM account_link WHERE used_utc IS NOT NULL") == 0
    answer = reader.submit(reader.page(path).form(path))
    assert answer.status_code == 303 and answer.headers["location"].endswith("/me/tokens")
    assert reader.get("/me", headers={"Accept": "application/json"}).json()["login"] == MEMBER
    again = site.browser()
    dead = again.page(path)
    assert dead.status == 410
    sent = again.submit(dead.form(path + "/again"))
    assert sent.status_code == 202
    newer = site.link(MEMBER, 2)
    assert newer != path and open_link(site, newer)[1].status_code == 303
    assert site.visitor().post(path, json={}).status_code == 410


def test_one_of_two_at_once_wins(site):
    site.person_row("double@essai.example")
    ask(site, "double@essai.example")
    path = site.link("double@essai.example")
    for _ in range(5):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(lambda _: site.visitor().post(path, json={}).status_code, range(4)))
        assert statuses == [200, 410, 410, 410], statuses
        site.database.rows("UPDATE account_link SET used_utc = NULL ORDER BY id DESC LIMIT 1")


def again_signed_in(client):
    """A client whose session was replaced sends the new one's CSRF token."""
    client.headers["X-CSRF-Token"] = client.csrf("/me")


def test_links_expire_and_unknown_ones_help(site):
    site.person_row("lente@essai.example")
    ask(site, "lente@essai.example")
    path = site.link("lente@essai.example")
    site.database.rows("UPDATE account_link SET expires_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND ORDER BY id DESC LIMIT 1")
    assert site.browser().get(path).status_code == 410
    assert site.visitor().post(path, json={}).status_code == 410
    stranger = site.browser().page("/links/" + "0" * 64)
    assert stranger.status == 410 and stranger.form("/login/link")
    assert site.visitor().post("/links/" + "0" * 64 + "/again", json={}).status_code == 410
    # past 30 days the job takes it away
    site.database.rows("UPDATE account_link SET expires_utc = UTC_TIMESTAMP() - INTERVAL 31 DAY ORDER BY id DESC LIMIT 1")
    before = site.database.value("SELECT COUNT(*) FROM account_link")
    site.job("account.forget")
    assert site.database.value("SELECT COUNT(*) FROM account_link") == before - 1


def test_links_want_the_page_behind_them(site):
    """Another site cannot press the button, nor have mails sent: the forms carry a token of ours."""
    site.person_row("page@essai.example")
    ask(site, "page@essai.example")
    path = site.link("page@essai.example")
    for where, fields in ((path, {}), (path + "/again", {}), ("/login/link", {"email": MEMBER}),
                          ("/login/forgotten", {"email": MEMBER})):
        assert site.browser().post(where, data=fields).status_code == 403, where
        assert site.visitor().post(where, json=fields, headers={"Origin": "https://evil.example"}).status_code == 403, where
    assert site.visitor().post(path, json={}).status_code == 200
    # only a path of ours may follow
    ask(site, "page@essai.example", next="//evil.example/")
    assert open_link(site, site.link("page@essai.example", 2))[1].headers["location"] == "/"


def test_link_requests_are_limited(site):
    statuses = [ask(site, "quelquun@essai.example").status_code for _ in range(7)]
    assert statuses == [202] * 5 + [429] * 2
    assert ask(site, "QUELQUUN@essai.example").status_code == 429
    assert ask(site, "autre@essai.example").status_code == 202
    statuses = [ask(site, f"a{n}@essai.example", "/login/forgotten").status_code for n in range(30)]
    assert statuses.count(202) == 24 and statuses[-1] == 429
    assert ask(site, "nulle part").status_code == 422


def test_forgotten_password(site):
    site.person_row("tete@essai.example", given="Tess", family="Ardennaise")
    elsewhere = site.login("tete@essai.example", GOOD)
    token = elsewhere.post("/me/tokens", json={"label": "essai", "current": GOOD}).json()["token"]
    browser = site.browser()
    answer = browser.submit(browser.page("/login/forgotten").form("/login/forgotten"), email="tete@essai.example")
    assert answer.status_code == 202
    path = site.link("tete@essai.example")
    for bad in ("court", "Ardennaise2026", "motdepasse1", "tete@essai.example", "12345678", "x" * 201, ""):
        _, answer = open_link(site, path, password=bad)
        assert answer.status_code == 422, bad
        assert bad == "" or bad not in answer.text.replace("tete@essai.example", "") or bad == "tete@essai.example"
    other = ask(site, "tete@essai.example") and site.link("tete@essai.example", 2)
    reader, answer = open_link(site, path, password="un autre mot long")
    assert answer.status_code == 303
    assert reader.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 401                      # every other session has ended
    assert site.visitor(token=token).get("/me").status_code == 401      # and what a thief may have made himself
    assert site.database.value("SELECT COUNT(*) FROM audit a JOIN account c ON c.id = a.object_id WHERE a.kind = 'token'"
                               " AND a.action = 'revoke' AND c.login = 'tete@essai.example'") == 1
    assert site.browser().get(other).status_code == 410                 # nor does any other link work
    assert site.visitor().post("/login", data={"email": "tete@essai.example", "password": GOOD}).status_code == 422
    site.login("tete@essai.example", "un autre mot long")
    assert "mot de passe" in site.letter("tete@essai.example", 3)[0].lower()


def test_closed_account_gets_nothing(site):
    site.person_row("close@essai.example")
    ask(site, "close@essai.example")
    path = site.link("close@essai.example")
    site.database.rows("UPDATE account SET active = 0 WHERE login = 'close@essai.example'")
    assert site.visitor().post(path, json={}).status_code == 410
    assert site.visitor().post("/login", data={"email": "close@essai.example", "password": GOOD}).status_code == 422


# ---- invitations

def invite(site, address, role="manager", who=ADMIN, org="filature", **names):
    return site.program(who).post(f"/o/{org}/inviter", json={"email": address, "role": role, **names})


def roles(site, address):
    return site.database.rows("SELECT r.role, o.slug, r.to_d FROM role r JOIN account a ON a.person_id = r.person_id"
                              f" JOIN organisation o ON o.id = r.org_id WHERE a.login = '{address}'")


def test_invitation_of_somebody_new(site):
    assert invite(site, "neuve@essai.example", given_name="Nora", family_name="Neuve").status_code == 200
    path = site.link("neuve@essai.example")
    assert "La Filature" in site.letter("neuve@essai.example")[1] and "Paul Castelain" in site.letter("neuve@essai.example")[1]
    assert roles(site, "neuve@essai.example") == []                     # not before she says yes
    pending = site.program(ADMIN).get("/o/filature/inviter").json()["invitations"]
    assert [(i["email"], i["role"]) for i in pending] == [("neuve@essai.example", "manager")]
    assert site.program("gestion@demo.example").get("/o/filature/inviter").status_code == 403
    reader, answer = open_link(site, path, password="trois mots ensemble")
    assert answer.status_code == 303 and answer.headers["location"].endswith("/o/filature")
    assert reader.get("/o/filature").status_code == 200
    assert roles(site, "neuve@essai.example") == [["manager", "filature", None]]
    given = site.database.value("SELECT given_by_id FROM role r JOIN account a ON a.person_id = r.person_id"
                                " WHERE a.login = 'neuve@essai.example'")
    assert given == site.person(ADMIN)
    site.login("neuve@essai.example", "trois mots ensemble")
    assert site.program(ADMIN).get("/o/filature/inviter").json()["invitations"] == []
    # a link is for one role once: it does not come back after it was taken away
    site.database.rows("UPDATE role r JOIN account a ON a.person_id = r.person_id SET r.to_d = r.from_d - INTERVAL 1 DAY"
                       " WHERE a.login = 'neuve@essai.example'")
    assert site.visitor().post(path, json={}).status_code == 410
    # asked in again on the same day, the same role goes on
    assert invite(site, "neuve@essai.example").status_code == 200
    assert open_link(site, site.link("neuve@essai.example", 2))[1].status_code == 303
    assert roles(site, "neuve@essai.example") == [["manager", "filature", None]]


def test_invitation_of_an_account_without_password(site):
    assert invite(site, STRANGER, "opener").status_code == 200
    page = site.browser().page(site.link(STRANGER))
    assert [c["name"] for c in page.controls if c["name"] != "q"] == ["username"]           # she has a password
    assert open_link(site, site.link(STRANGER))[1].status_code == 303
    assert ["opener", "filature", None] in roles(site, STRANGER)
    assert invite(site, "sanspass@essai.example", "member").status_code == 200
    assert open_link(site, site.link("sanspass@essai.example"))[1].status_code == 303
    assert site.database.value("SELECT password_hash IS NULL FROM account WHERE login = 'sanspass@essai.example'") == 1
    ask(site, "sanspass@essai.example")
    assert open_link(site, site.link("sanspass@essai.example", 2))[1].status_code == 303


def test_invitation_is_taken_back_replaced_and_limited(site):
    assert invite(site, "revue@essai.example", "member").status_code == 200
    first = site.link("revue@essai.example")
    assert invite(site, "revue@essai.example", "member").status_code == 200
    second = site.link("revue@essai.example", 2)
    assert site.visitor().post(first, json={}).status_code == 410
    mine = next(i for i in site.program(ADMIN).get("/o/filature/inviter").json()["invitations"]
                if i["email"] == "revue@essai.example")
    other = site.program("admin@canal.example")
    assert other.post(f"/o/canal/inviter/{mine['uid']}/revoke", json={}).status_code == 404
    assert site.program(ADMIN).post(f"/o/filature/inviter/{mine['uid']}/revoke", json={}).status_code == 200
    assert site.visitor().post(second, json={}).status_code == 410
    assert site.visitor().post(second + "/again", json={}).status_code == 410   # nor can it be asked for again
    assert roles(site, "revue@essai.example") == []
    statuses = [invite(site, "revue@essai.example", "member").status_code for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2


def test_invitation_of_who_works_there_no_more(site):
    assert invite(site, "orpheline@essai.example", "admin").status_code == 200
    path = site.link("orpheline@essai.example")
    change = f"UPDATE role SET to_d = %s WHERE role = 'admin' AND person_id = {site.person(ADMIN)}"
    try:
        site.database.rows(change % "from_d - INTERVAL 1 DAY")
        assert site.visitor().post(path, json={}).status_code == 409
        assert roles(site, "orpheline@essai.example") == []
    finally:
        site.database.rows(change % "NULL")
    assert site.visitor().post(path, json={}).status_code == 200


def test_an_expired_invitation_is_not_renewed_by_who_was_invited(site):
    """Nor does an older one come back where a newer one was revoked or the role has ended."""
    assert invite(site, "tardive@essai.example", "member").status_code == 200
    old = site.link("tardive@essai.example")
    def expire():
        site.database.rows("UPDATE account_link l JOIN account a ON a.id = l.account_id SET l.expires_utc = UTC_TIMESTAMP()"
                           " WHERE a.login = 'tardive@essai.example' AND l.used_utc IS NULL")
    expire()
    page = site.browser().page(old)
    assert page.status == 410 and "La Filature" in page.text
    assert not [f for f in page.forms if f.action.endswith("/again") or f.action.endswith("/login/link")]
    assert site.visitor().post(old + "/again", json={}).status_code == 410
    assert len(site.letters("tardive@essai.example")) == 1
    assert invite(site, "tardive@essai.example", "member").status_code == 200
    left = ("SELECT COUNT(*) FROM account_link l JOIN account a ON a.id = l.account_id"
            " WHERE a.login = 'tardive@essai.example' AND l.used_utc IS NULL")
    assert site.database.value(left) == 1                               # the expired one is gone
    site.database.rows("INSERT INTO account_link (token_hash, purpose, account_id, org_id, role, expires_utc) SELECT"
                       " REPEAT('o', 32), 'invitation', account_id, org_id, role, '2026-01-01' FROM account_link l"
                       " JOIN account a ON a.id = l.account_id WHERE a.login = 'tardive@essai.example'")
    mine = next(i for i in site.program(ADMIN).get("/o/filature/inviter").json()["invitations"]
                if i["email"] == "tardive@essai.example")
    assert site.program(ADMIN).post(f"/o/filature/inviter/{mine['uid']}/revoke", json={}).status_code == 200
    assert site.database.value(left) == 0


def test_a_role_that_ends_takes_its_invitations_along(site):
    assert invite(site, "finie@essai.example", "member").status_code == 200
    first = site.link("finie@essai.example")
    admin = site.login(ADMIN)
    person = site.person("finie@essai.example")
    org = site.database.value("SELECT id FROM organisation WHERE slug = 'filature'")
    site.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) VALUES ({person}, {org}, 'member', UTC_DATE())")
    held = site.database.value(f"SELECT id FROM role WHERE person_id = {person}")
    assert admin.post(f"/o/filature/roles/{held}/delete", json={"row_version": 1}).status_code == 200
    assert site.visitor().post(first, json={}).status_code == 410
    assert site.database.value(f"SELECT to_d < UTC_DATE() FROM role WHERE id = {held}") == 1


def test_an_invitation_wants_who_may_give_roles(site):
    """Who was an administrator when she invited and is a manager now gives nothing."""
    assert invite(site, "depassee@essai.example").status_code == 200
    path = site.link("depassee@essai.example")
    paul = site.person(ADMIN)
    site.database.rows(f"UPDATE role SET role = 'manager' WHERE role = 'admin' AND person_id = {paul}")
    try:
        assert site.visitor().post(path, json={}).status_code == 409
        assert roles(site, "depassee@essai.example") == []
    finally:
        site.database.rows(f"UPDATE role SET role = 'admin' WHERE role = 'manager' AND person_id = {paul}")
    assert site.visitor().post(path, json={}).status_code == 200


def test_an_invitation_signs_nobody_in_who_has_a_password(site):
    someone = account(site, "dejala@essai.example")
    assert invite(site, "dejala@essai.example", "member").status_code == 200
    browser, answer = open_link(site, site.link("dejala@essai.example"))
    assert answer.status_code == 303 and answer.headers["location"].endswith("/login?next=/o/filature")
    assert browser.get("/me").status_code in (303, 401)
    assert ["member", "filature", None] in roles(site, "dejala@essai.example")
    # signed in she goes straight there, and stays signed in
    assert invite(site, "dejala@essai.example", "opener").status_code == 200
    path = site.link("dejala@essai.example", 2)
    answer = someone.submit(someone.page(path).form(path))
    assert answer.status_code == 303 and answer.headers["location"].endswith("/o/filature")
    assert someone.get("/me").status_code == 200
    # a change of password or address ends invitations as all links
    assert invite(site, "dejala@essai.example", "treasurer").status_code == 200
    path = site.link("dejala@essai.example", 3)
    form = someone.page("/me/password").form("/me/password")
    assert someone.submit(form, current=GOOD, password="un nouveau mot").status_code == 303
    again_signed_in(someone)
    assert site.visitor().post(path, json={}).status_code == 410
    assert "vient d’être changé" in site.letter("dejala@essai.example", 4)[1]
    assert invite(site, "dejala@essai.example", "treasurer").status_code == 200
    path = site.link("dejala@essai.example", 5)
    form = someone.page("/me/address").form("/me/address")
    assert someone.submit(form, email="ailleurs@essai.example", current="un nouveau mot").status_code == 202
    assert open_link(site, site.link("ailleurs@essai.example"))[1].status_code == 303
    assert site.visitor().post(path, json={}).status_code == 410
    # the first password, set with one invitation, leaves the others as they are
    assert invite(site, "aussi@essai.example", "member").status_code == 200
    one = site.link("aussi@essai.example")
    assert invite(site, "aussi@essai.example", "opener").status_code == 200
    two = site.link("aussi@essai.example", 2)
    assert open_link(site, one, password="trois mots ensemble")[1].headers["location"].endswith("/o/filature")
    assert open_link(site, two)[1].headers["location"].endswith("/login?next=/o/filature")
    assert len(roles(site, "aussi@essai.example")) == 2


def test_an_invitation_tells_nothing_of_accounts(site):
    site.person_row("fermee@essai.example")
    site.database.rows("UPDATE account SET active = 0 WHERE login = 'fermee@essai.example'")
    before = site.database.value("SELECT MAX(id) FROM audit")
    addresses = ("fermee@essai.example", "inconnue@essai.example", STRANGER)
    answers = [invite(site, address, "opener") for address in addresses]
    assert [a.status_code for a in answers] == [200] * 3 and len({a.text for a in answers}) == 1
    org = site.database.value("SELECT id FROM organisation WHERE slug = 'filature'")
    rows = site.database.rows(f"SELECT kind, action, object_id FROM audit WHERE id > {before} AND org_id = {org} ORDER BY id")
    links = site.database.rows("SELECT id FROM account_link ORDER BY id DESC LIMIT 3")
    assert rows == [["invitation", "create", key] for key, in reversed(links)]
    assert site.database.value(f"SELECT COUNT(*) FROM audit WHERE id > {before} AND org_id IS NULL AND kind = 'account'"
                               " AND action = 'create'") == 1
    pending = site.program(ADMIN).get("/o/filature/inviter").json()["invitations"]
    assert set(addresses) <= {i["email"] for i in pending}
    assert site.letter("inconnue@essai.example") and not site.letters("fermee@essai.example")


def test_nobody_invites_herself(site):
    """By her account, whatever address she gave for herself."""
    mail = site.database.value(f"SELECT email FROM party WHERE id = {site.person(ADMIN)}")
    site.database.rows(f"UPDATE party SET email = 'autre@essai.example' WHERE id = {site.person(ADMIN)}")
    try:
        answer = site.login(ADMIN).post("/o/filature/roles/invite", json={
            "email": ADMIN.upper(), "family_name": "Moi", "role": "treasurer"})
        assert answer.status_code == 422 and "email" in answer.json()["errors"], answer.text
        assert site.program(ADMIN).post("/o/filature/inviter", json={"email": ADMIN, "role": "member"}).status_code == 422
    finally:
        site.database.rows(f"UPDATE party SET email = '{mail}' WHERE id = {site.person(ADMIN)}")


# ---- one's own account

def account(site, address, **more):
    site.person_row(address, **more)
    return site.login(address, GOOD, accept="text/html")


def data(client, path="/me"):
    return client.get(path, headers={"Accept": "application/json"}).json()


def test_pages_are_hers_alone_and_labelled(site):
    someone = site.login(MEMBER, accept="text/html")
    for path in ("/me", "/me/profile", "/me/address", "/me/password", "/me/tokens", "/me/data", "/me/delete"):
        assert site.visitor().get(path).status_code == 401, path
        page = someone.page(path)
        assert page.status == 200 and page.unlabelled() == [] and len(page.ids) == len(set(page.ids)), path
    for path in ("/me/sessions/abc/revoke", "/me/sessions/0x1/revoke", "/me/tokens/abc/revoke", "/me/tokens/1/revoke"):
        assert site.login(MEMBER).post(path).status_code in (200, 404), path
    for path in ("/me/profile", "/me/address", "/me/password", "/me/delete", "/me/prove", "/me/sessions/revoke"):
        assert site.visitor().post(path, json={}).status_code == 401, path
        assert someone.post(path, data={"csrf": "0" * 64}, headers={"X-CSRF-Token": ""}).status_code == 403, path
        if path != "/me/sessions/revoke":
            assert site.program(MEMBER).post(path, json={
                "family_name": "X", "lang": "fr", "email": "x@essai.example", "password": GOOD,
                "current": st.PASSWORD}).status_code == 403, path
    assert site.database.value(f"SELECT family_name FROM party WHERE id = {site.person(MEMBER)}") == "Lefebvre"


def test_profile(site):
    someone = account(site, "profil@essai.example")
    form = someone.page("/me/profile").form("/me/profile")
    assert form.value("family_name") == "Quelqu'une" and form.value("lang") == "fr"
    bad = someone.submit(form, family_name="", phone="12", street="3 rue Basse", lang="fr")
    page = st.Page(bad)
    assert bad.status_code == 422 and page.form("/me/profile").value("street") == "3 rue Basse"
    assert someone.submit(form, street="3 rue Basse").status_code == 422             # a street without its town
    answer = someone.submit(form, given_name="Zélie", family_name="d’Arc", phone="06 12 34 56 78", street="3 rue Basse",
                            postcode="59000", town="Lille", lang="en", email="zelie@essai.example")
    assert answer.status_code == 303
    me = data(someone)
    assert (me["name"], me["phone"], me["email"], me["login"]) == ("Zélie d’Arc", "+33612345678", "zelie@essai.example",
                                                                    "profil@essai.example")
    assert '<html lang="en"' in someone.get("/me").text and "3 rue Basse, 59000 Lille" in someone.get("/me").text
    person = site.person("profil@essai.example")
    assert site.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'party' AND object_id = {person}"
                               " AND action = 'change' AND after_json LIKE '%Zélie%'") == 1
    someone.submit(someone.page("/me/profile").form("/me/profile"), street="", postcode="", town="", lang="fr")
    assert site.database.value(f"SELECT COUNT(*) FROM address WHERE party_id = {person}") == 0
    ask(site, "profil@essai.example")
    assert "Bonjour" in site.letter("profil@essai.example")[1]


def test_password_change(site):
    someone = account(site, "secret@essai.example")
    elsewhere = site.login("secret@essai.example", GOOD)
    ask(site, "secret@essai.example")
    link = site.link("secret@essai.example")
    form = someone.page("/me/password").form("/me/password")
    assert someone.submit(form, current="faux", password="un nouveau mot").status_code == 422
    assert someone.submit(form, current="", password="un nouveau mot").status_code == 422
    assert someone.submit(form, current=GOOD, password="court").status_code == 422
    assert someone.submit(form, current=GOOD, password="un nouveau mot").status_code == 303
    assert someone.get("/me").status_code == 200 and elsewhere.get("/me").status_code == 401
    assert site.browser().get(link).status_code == 410
    again_signed_in(someone)
    site.login("secret@essai.example", "un nouveau mot")
    assert site.letter("secret@essai.example", 2)
    statuses = {someone.submit(someone.page("/me/password").form("/me/password"), current="faux",
                               password="encore un autre").status_code for _ in range(11)}
    assert statuses == {422, 429}


def test_without_password_a_fresh_link_proves_it(site):
    assert invite(site, "lien@essai.example", "member", given_name="Line").status_code == 200
    someone, _ = open_link(site, site.link("lien@essai.example"))
    page = someone.page("/me/password")
    assert page.form("/me/password")                                    # she has just opened a link
    site.database.rows("UPDATE session SET created_utc = created_utc - INTERVAL 20 MINUTE")
    page = someone.page("/me/password")
    assert not [f for f in page.forms if f.action.endswith("/me/password")]
    csrf = page.form("/me/prove").value("csrf")
    assert someone.post("/me/password", data={"csrf": csrf, "password": "un nouveau mot"}).status_code == 409
    assert someone.submit(page.form("/me/prove")).status_code == 202
    someone, answer = open_link(site, site.link("lien@essai.example", 2))
    assert answer.headers["location"].endswith("/me/password")
    assert someone.submit(someone.page("/me/password").form("/me/password"), password="un nouveau mot").status_code == 303
    site.login("lien@essai.example", "un nouveau mot")


def test_change_of_address(site):
    someone = account(site, "avant@essai.example")
    form = someone.page("/me/address").form("/me/address")
    assert someone.submit(form, email="apres@essai.example", current="faux").status_code == 422
    assert someone.submit(form, email="apres@essai.example", current=GOOD).status_code == 202
    path = site.link("apres@essai.example")
    assert data(someone)["login"] == "avant@essai.example"              # until it is proved
    answer = open_link(site, path)[1]
    assert answer.status_code == 303 and answer.headers["location"] == "/login" and "set-cookie" not in answer.headers
    assert (data(someone)["login"], data(someone)["email"]) == ("apres@essai.example",) * 2
    assert site.letter("avant@essai.example")                           # the old one is told
    site.login("apres@essai.example", GOOD)
    # an address that has an account: the same answer, and its owner is told
    assert someone.submit(form, email=MEMBER, current=GOOD).status_code == 202
    told = st.wait_for(lambda: [t for subject, t in site.letters(MEMBER) if "a déjà un compte" in subject], 20)
    assert len(told) == 1 and "/links/" not in told[0]
    # a link that a thief asked for dies with the password, and cannot be asked for again
    someone.submit(form, email="voleur@essai.example", current=GOOD)
    path = site.link("voleur@essai.example")
    someone.submit(someone.page("/me/password").form("/me/password"), current=GOOD, password="un nouveau mot")
    assert site.visitor().post(path, json={}).status_code == 410
    assert site.visitor().post(path + "/again", json={}).status_code == 410


def test_sessions(site):
    someone = account(site, "partout@essai.example")
    phone, desk, other = (site.login("partout@essai.example", GOOD) for _ in range(3))
    listed = data(someone)["sessions"]
    assert len(listed) == 4 and [s["current"] for s in listed].count(True) == 1 and all(s["user_agent"] for s in listed)
    stranger = site.login(STRANGER)
    mine = data(phone)["sessions"]
    target = next(s["id"] for s in mine if s["current"])
    stranger.post(f"/me/sessions/{target}/revoke")
    assert phone.get("/me").status_code == 200
    csrf = someone.csrf("/me")
    for like in (f"{target}x", f"{target}.0", f"%20{target}", f"0x{int(target):x}", f"+{target}"):  # a number in SQL only
        someone.post(f"/me/sessions/{like}/revoke", data={"csrf": csrf})
    assert phone.get("/me").status_code == 200
    assert someone.post(f"/me/sessions/{target}/revoke", data={"csrf": csrf}).status_code == 303
    assert phone.get("/me").status_code == 401 and desk.get("/me").status_code == 200
    assert someone.post("/me/sessions/revoke", data={"csrf": csrf}).status_code == 303
    assert [c.get("/me").status_code for c in (desk, other, someone)] == [401, 401, 200]
    # in use it goes on; unused for [security] session_days it ends
    site.database.rows("UPDATE session SET seen_utc = seen_utc - INTERVAL 1 HOUR, expires_utc = expires_utc - INTERVAL 20 DAY")
    answer = someone.get("/me")
    assert answer.status_code == 200 and "Max-Age=2592000" in answer.headers["set-cookie"]
    assert site.database.value("SELECT MAX(expires_utc) > UTC_TIMESTAMP() + INTERVAL 29 DAY FROM session") == 1
    site.database.rows("UPDATE session SET expires_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND")
    assert someone.get("/me").status_code in (401, 303)


def test_tokens_expire_and_may_be_read_only(site):
    someone = site.login(MEMBER)
    proof = {"current": st.PASSWORD}
    assert someone.post("/me/tokens", json={"label": "x", "days": 731, **proof}).status_code == 422
    made = someone.post("/me/tokens", json={"label": "deux ans", "days": 730, **proof}).json()["token"]
    looking = someone.post("/me/tokens", json={"label": "calendrier", "read_only": True, **proof}).json()["token"]
    reader = site.visitor(token=looking)
    assert reader.get("/me").status_code == 200
    uid = next(t["uid"] for t in data(someone)["tokens"] if t["label"] == "calendrier")
    assert reader.post(f"/me/tokens/{uid}/revoke", json={}).status_code == 403
    assert reader.post("/bookings", json={"resource": 901, "start": st.day(8) + "T09:00", "end": st.day(8) + "T10:00"}
                       ).status_code == 403
    assert site.database.value("SELECT COUNT(*) FROM token WHERE last_used_utc IS NOT NULL AND label = 'calendrier'") == 1
    # not even one that may write ends others, or sessions: that is done by hand
    writer, session = site.visitor(token=made), data(someone)["sessions"][0]["id"]
    for path in (f"/me/tokens/{uid}/revoke", f"/me/sessions/{session}/revoke", "/me/sessions/revoke"):
        assert writer.post(path, json={}).status_code == 403, path
    assert reader.get("/me").status_code == 200 and someone.get("/me").status_code == 200
    site.database.rows("UPDATE token SET expires_utc = UTC_TIMESTAMP() WHERE label = 'deux ans'")
    assert site.visitor(token=made).get("/me").status_code == 401
    assert site.database.value("SELECT COUNT(*) FROM token WHERE expires_utc IS NULL") == 0


def test_a_new_token_wants_a_proof(site):
    """Whoever finds a browser open makes no key for a year: the password, or for who has none a fresh link."""
    someone = account(site, "cle@essai.example")
    form = someone.page("/me/tokens").form("/me/tokens")
    assert form.value("current") == ""
    for wrong in ("", "faux"):
        refused = someone.submit(form, label="clé", current=wrong)
        shown = st.Page(refused).form("/me/tokens")
        assert refused.status_code == 422 and shown.value("label") == "clé" and shown.value("current") == ""
    assert site.login("cle@essai.example", GOOD).post("/me/tokens", json={"label": "clé"}).json()["errors"].keys() == {"current"}
    assert data(someone)["tokens"] == []
    assert someone.submit(form, label="clé", current=GOOD).status_code == 201
    assert [t["label"] for t in data(someone)["tokens"]] == ["clé"]
    # without a password
    site.database.rows("UPDATE account SET password_hash = NULL WHERE login = 'cle@essai.example'")
    form = someone.page("/me/tokens").form("/me/tokens")
    assert form.value("current") is None                                # she has just signed in
    site.database.rows("UPDATE session SET created_utc = created_utc - INTERVAL 20 MINUTE")
    page = someone.page("/me/tokens")
    assert not [f for f in page.forms if f.action.endswith("/me/tokens")] and page.form("/me/prove").value("next") == "/me/tokens"
    assert someone.submit(form, label="autre").status_code == 409
    assert [t["label"] for t in data(someone)["tokens"]] == ["clé"]


def test_what_others_let_me_see(site):
    """Who works for an organisation reads on her page which grants it has, and nobody else does."""
    sophie = site.login("coordination@reseau.example", accept="text/html")
    grants = data(sophie)["grants"]
    assert [(g["owner"], g["organisation"], g["scope"], g["to_d"]) for g in grants] == [
        ("La Filature", "Le Comptoir des lieux", "figures", None)]
    text = " ".join(sophie.page("/me").text.split())
    assert "Ce que d’autres me laissent voir" in text and "La Filature" in text
    for email in (ADMIN, MEMBER, STRANGER, "contact@lys-lez.example", "installation@demo.example"):
        assert data(site.login(email))["grants"] == [], email
    insert = ("INSERT INTO org_grant (org_id, to_org_id, scope, from_d, to_d, signed_by_id) SELECT c.id, f.id, '%s', %s, %s,"
              f" {site.person('admin@canal.example')} FROM organisation c JOIN organisation f ON f.slug = 'filature'"
              " WHERE c.slug = 'canal'")
    site.database.rows(insert % ("bookings", "UTC_DATE()", "UTC_DATE() + INTERVAL 9 DAY") + ";"
                       + insert % ("accounts", "UTC_DATE() - INTERVAL 9 DAY", "UTC_DATE() - INTERVAL 1 DAY"))
    try:
        for email in (ADMIN, "gestion@demo.example", "tresor@demo.example"):
            assert [(g["owner"], g["scope"]) for g in data(site.login(email))["grants"]] == [("Le Grand Canal", "bookings")], email
        for email in (MEMBER, "ouvreuse@demo.example", "admin@canal.example"):
            assert data(site.login(email))["grants"] == [], email
        # her role there has ended
        site.database.rows(f"UPDATE role SET to_d = UTC_DATE() - INTERVAL 1 DAY WHERE person_id = {site.person('tresor@demo.example')}")
        assert data(site.login("tresor@demo.example"))["grants"] == []
    finally:
        site.database.rows(f"UPDATE role SET to_d = NULL WHERE person_id = {site.person('tresor@demo.example')};"
                           "DELETE g FROM org_grant g JOIN organisation o ON o.id = g.org_id WHERE o.slug = 'canal'")


# ---- one's data

def test_export_has_all_of_hers_and_nobody_elses(site):
    someone = account(site, "export@essai.example", given="Élise", family="Exportée")
    person = site.person("export@essai.example")
    booked = someone.post("/bookings", json={"resource": 902, "start": f"{st.day(9)}T09:00", "end": f"{st.day(9)}T10:00",
                                             "title": "essai: à moi", "note": "note à moi"},
                          headers={"Accept": "application/json"})
    assert booked.status_code == 201, booked.text
    stranger = site.login(STRANGER)
    assert stranger.post("/bookings", json={"resource": 903, "start": f"{st.day(9)}T09:00", "end": f"{st.day(9)}T10:00",
                                            "title": "essai: à autrui", "note": "note d'autrui"}).status_code == 201
    site.database.rows("INSERT INTO org_contact (org_id, party_id, note) SELECT o.id, %d, 'arrive à vélo' FROM organisation o"
                       " WHERE o.slug = 'filature'" % person)
    site.database.rows("INSERT INTO address (party_id, town) VALUES (%d, 'Hellemmes')" % person)
    token = someone.post("/me/tokens", json={"label": "essai d'export", "current": GOOD}, headers={"Accept": "application/json"}).json()
    answer = someone.get("/me/data.json")
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    all_of_it = answer.json()
    assert all_of_it["person"]["family_name"] == "Exportée" and all_of_it["account"]["login"] == "export@essai.example"
    assert [b["title"] for b in all_of_it["bookings"]] == ["essai: à moi"] and all_of_it["bookings"][0]["note"] == "note à moi"
    assert all_of_it["known_by"][0]["note"] == "arrive à vélo" and all_of_it["addresses"][0]["town"] == "Hellemmes"
    assert [t["label"] for t in all_of_it["tokens"]] == ["essai d'export"] and len(all_of_it["sessions"]) == 1
    assert {"create"} <= {a["action"] for a in all_of_it["acts"]} and all_of_it["mails"]
    text = answer.text
    assert token["token"] not in text and "argon2" not in text and "hash" not in text.replace("has_", "")
    others = site.database.rows(f"SELECT name, COALESCE(email, name) FROM party WHERE kind = 'person' AND id <> {person}")
    assert len(others) > 10
    assert [word for row in others for word in row if word in text] == []
    assert "autrui" not in text
    keys = re.findall(r'"(\w*_id|id)":', text)
    assert keys == []


# ---- leaving

WORDS = ("Partante", "Pauline", "partante@essai.example", "612345670", "rue du Départ", "sonne deux fois", "note privée")


def dump(site):
    """Every text of every table, by table."""
    columns = site.database.rows("SELECT table_name, GROUP_CONCAT('`', column_name, '`') FROM information_schema.columns"
                                 " WHERE table_schema = 'comptoir' AND data_type IN"
                                 " ('char', 'varchar', 'text', 'mediumtext', 'longtext') GROUP BY table_name")
    return {t: "\n".join("\t".join(cell or "" for cell in row) for row in site.database.rows(f"SELECT {c} FROM `{t}`"))
            for t, c in columns}


def traces(site, words):
    return {(t, w) for t, text in dump(site).items() for w in words if w in text}


def fill_a_life(site, address, someone, ahead):
    person = site.person(address)
    form = someone.page("/me/profile").form("/me/profile")
    assert someone.submit(form, phone="06 12 34 56 70", street="1 rue du Départ", town="Lille", email=address,
                          lang="fr").status_code == 303
    booked = someone.post("/bookings", json={"resource": 902, "start": f"{ahead}T09:00", "end": f"{ahead}T11:00",
                                             "title": "Anniversaire de Pauline", "note": "note privée", "attendance": 7},
                          headers={"Accept": "application/json"}).json()
    site.database.rows(f"INSERT INTO org_contact (org_id, party_id, note) SELECT o.id, {person}, 'sonne deux fois'"
                       " FROM organisation o WHERE o.slug = 'filature'")
    someone.post("/me/tokens", json={"label": "à elle", "current": GOOD})
    for typed in (address, address.upper()):
        assert ask(site, typed).status_code == 202
    site.letter(address, 2)
    st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')") == 0, 30)
    return person, booked["uid"]


def make_past(site, uid, months):
    site.database.rows(
        "DELETE o FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id JOIN reservation_booking b"
        f" ON b.id = i.booking_id WHERE b.uid = '{uid}'; UPDATE reservation_booking SET status = 'done',"
        f" start_utc = UTC_TIMESTAMP() - INTERVAL {months} MONTH - INTERVAL 2 HOUR,"
        f" end_utc = UTC_TIMESTAMP() - INTERVAL {months} MONTH, created_utc = end_utc - INTERVAL 3 DAY,"
        f" changed_utc = created_utc WHERE uid = '{uid}'")


def test_delete_my_account(site):
    address = "partante@essai.example"
    someone = account(site, address, given="Pauline", family="Partante")
    elsewhere = site.login(address, GOOD)
    person, uid = fill_a_life(site, address, someone, st.day(11))
    assert len({w for _, w in traces(site, WORDS)}) == len(WORDS)
    # first what is due
    page = someone.page("/me/delete")
    assert "1 réservation à venir" in page.text and not [f for f in page.forms if f.action.endswith("/me/delete")]
    csrf = someone.csrf("/me")
    refused = someone.post("/me/delete", data={"csrf": csrf, "current": GOOD})
    assert refused.status_code == 409 and "à venir" in refused.text
    make_past(site, uid, 1)
    page = someone.page("/me/delete")
    assert "dix ans" in page.text
    assert someone.submit(page.form("/me/delete"), current="faux").status_code == 422
    assert someone.submit(page.form("/me/delete"), current="").status_code == 422
    assert site.database.value(f"SELECT name FROM party WHERE id = {person}") == "Pauline Partante"
    gone = someone.submit(page.form("/me/delete"), current=GOOD)
    assert gone.status_code == 200 and "Pauline" not in gone.text
    # what goes
    assert elsewhere.get("/me").status_code == 401 and someone.get("/me").status_code in (401, 303)
    assert site.letter(address)
    # the goodbye is nobody's here: once it is sent the list of mails knows neither to where nor what it said
    assert st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE state <> 'sent' AND recipient IS NOT NULL") == 0)
    assert traces(site, WORDS) == set()
    assert site.database.value(f"SELECT COUNT(*) FROM outbox WHERE party_id = {person}") == 0
    assert site.database.value(f"SELECT COUNT(*) FROM account WHERE person_id = {person}") == 0
    # what stays
    row = site.database.rows(f"SELECT name, email, phone, archived_at IS NOT NULL, forgotten_utc IS NOT NULL FROM party"
                             f" WHERE id = {person}")
    assert row == [["Personne anonyme", None, None, "1", "1"]]
    row = site.database.rows(f"SELECT person_id, attendance, status, total_cents > 0, title, note FROM reservation_booking"
                             f" WHERE uid = '{uid}'")
    assert row == [[str(person), "7", "done", "1", None, None]]
    assert site.database.value(f"SELECT COUNT(*) FROM reservation_price_line l JOIN reservation_booking b ON b.id ="
                               f" l.booking_id WHERE b.uid = '{uid}'") > 0
    assert site.database.value(f"SELECT COUNT(*) FROM audit WHERE person_id = {person}") > 1
    # the address is free again
    account(site, address)


def test_what_she_booked_as_a_guest_goes_with_the_account(site):
    """By the address that is proved to be hers; whoever typed another one, or has not proved hers, is somebody else."""
    address, other = "hote@essai.example", "hote2@essai.example"
    someone = account(site, address, given="Hortense", family="Hôte")
    guest = {"resource": 902, "title": "essai: fête", "note": "gâteau", "name": "Hortense H.", "phone": "06 12 34 56 75"}

    def book(ahead, email):
        answer = site.visitor().post("/bookings", json={**guest, "start": f"{st.day(ahead)}T09:00",
                                                        "end": f"{st.day(ahead)}T10:00", "email": email})
        assert answer.status_code in (201, 202), answer.text
        return answer.json()["uid"]

    def row(uid):
        return site.database.rows("SELECT contact_name, contact_email, contact_phone, title, note, status FROM reservation_booking"
                                  f" WHERE uid = '{uid}'")[0]
    mine, yours = book(14, address.upper()), book(15, other)
    proved = f"UPDATE account SET verified_utc = %s WHERE login = '{address}'"
    site.database.rows(proved % "NULL")
    assert "sans vous connecter" not in someone.page("/me/delete").text
    site.database.rows(proved % "UTC_TIMESTAMP()")
    page = someone.page("/me/delete")
    assert "1 réservation à venir sans vous connecter" in " ".join(page.text.split())
    assert not [f for f in page.forms if f.action.endswith("/me/delete")]
    csrf = someone.csrf("/me")
    assert someone.post("/me/delete", data={"csrf": csrf, "current": GOOD}).status_code == 409
    make_past(site, mine, 2)
    make_past(site, yours, 2)
    person = site.person(address)
    assert site.database.value(f"SELECT COUNT(*) FROM account WHERE person_id = {person}") == 1
    answer = someone.submit(someone.page("/me/delete").form("/me/delete"), current=GOOD)
    assert answer.status_code == 200, answer.text[:500]
    assert row(mine) == [None, None, None, None, None, "done"]
    assert row(yours) == ["Hortense H.", other, "+33612345675", "essai: fête", "gâteau", "done"]


def test_a_guest_s_visit_counts_as_an_act(site):
    """Nobody who came last month as a guest, by her own address, is forgotten as one who has not come for years."""
    address = "passage@essai.example"
    site.person_row(address)
    person = site.person(address)
    answer = site.visitor().post("/bookings", json={"resource": 902, "start": f"{st.day(16)}T09:00", "end": f"{st.day(16)}T10:00",
                                                    "name": "Passage", "email": address})
    make_past(site, answer.json()["uid"], 1)
    age(site, person, 40)
    site.database.rows(f"UPDATE account SET verified_utc = UTC_TIMESTAMP() WHERE person_id = {person}")
    site.job("account.forget")
    assert state(site, person)[:2] == ["0", "0"]
    site.database.rows(f"UPDATE account SET verified_utc = NULL WHERE person_id = {person}")
    age(site, person, 40)
    site.job("account.forget")
    assert state(site, person)[:2] == ["0", "1"]


def test_the_last_admin_cannot_leave(site):
    alone = site.login("admin@canal.example", accept="text/html")
    page = alone.page("/me/delete")
    assert "Le Grand Canal" in page.text and not [f for f in page.forms if f.action.endswith("/me/delete")]
    assert alone.post("/me/delete", data={"csrf": alone.csrf("/me"), "current": st.PASSWORD}).status_code == 409
    # an administrator who goes tomorrow is none to stay, here as where roles are ended
    site.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d, to_d) SELECT {site.person(STRANGER)}, id, 'admin',"
                       " UTC_DATE(), UTC_DATE() + INTERVAL 1 DAY FROM organisation WHERE slug = 'canal'")
    try:
        assert alone.post("/me/delete", data={"csrf": alone.csrf("/me"), "current": st.PASSWORD}).status_code == 409
    finally:
        site.database.rows(f"DELETE FROM role WHERE person_id = {site.person(STRANGER)} AND role = 'admin'")
    marie = site.login("installation@demo.example", accept="text/html")
    assert marie.post("/me/delete", data={"csrf": marie.csrf("/me"), "current": st.PASSWORD}).status_code == 409
    assert site.database.value("SELECT COUNT(*) FROM account WHERE login IN ('admin@canal.example',"
                               " 'installation@demo.example')") == 2


def test_two_admins_cannot_both_leave_at_once(site):
    """The guard: the row of the organisation."""
    clients = []
    for name in ("deux1@essai.example", "deux2@essai.example"):
        person = site.person_row(name)
        site.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) SELECT {person}, id, 'admin',"
                           " UTC_DATE() FROM organisation WHERE slug = 'reseau'")
        client = site.login(name, GOOD, accept="text/html")
        clients.append((client, client.csrf("/me")))
    site.database.rows("UPDATE role r JOIN organisation o ON o.id = r.org_id JOIN account a ON a.person_id = r.person_id"
                       " SET r.to_d = r.from_d - INTERVAL 1 DAY WHERE o.slug = 'reseau' AND r.role = 'admin'"
                       " AND a.login NOT LIKE 'deux%'")
    try:
        def leave(pair):
            for _ in range(100):
                status = pair[0].post("/me/delete", data={"csrf": pair[1], "current": GOOD}).status_code
                if status != 503:
                    return status
                time.sleep(0.05)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, clients)) == [200, 409]
        assert site.database.value("SELECT COUNT(*) FROM role r JOIN account a ON a.person_id = r.person_id"
                                   " WHERE a.login LIKE 'deux%' AND r.to_d IS NULL") == 1
    finally:
        site.database.rows("UPDATE role r JOIN organisation o ON o.id = r.org_id SET r.to_d = NULL"
                           " WHERE o.slug = 'reseau' AND r.role = 'admin'")


# ---- being forgotten

def age(site, person, months, days=0):
    """As if her last act was so long ago, and the job had her on its list for today."""
    past = f"UTC_TIMESTAMP() - INTERVAL {months} MONTH - INTERVAL {days} DAY"
    site.database.rows(
        f"UPDATE party SET created_utc = {past}, forget_check_utc = '2000-01-01' WHERE id = {person};"
        f"UPDATE account SET created_utc = {past}, seen_utc = {past} WHERE person_id = {person};"
        f"UPDATE session s JOIN account a ON a.id = s.account_id SET s.seen_utc = {past} WHERE a.person_id = {person};"
        f"UPDATE token t JOIN account a ON a.id = t.account_id SET t.last_used_utc = {past} WHERE a.person_id = {person};"
        f"UPDATE audit SET at_utc = {past} WHERE person_id = {person};"
        f"UPDATE role SET from_d = DATE({past}) - INTERVAL 1 DAY, to_d = DATE({past}) WHERE person_id = {person}")


def state(site, person):
    return site.database.rows(f"SELECT forgotten_utc IS NOT NULL, forget_warned_utc IS NOT NULL, name FROM party"
                              f" WHERE id = {person}")[0]


def test_forgotten_after_36_months(site):
    address = "oubli@essai.example"
    words = ("Oubliée", "Odile", address, "612345670", "rue du Départ", "sonne deux fois", "note privée")
    someone = account(site, address, given="Odile", family="Oubliée")
    person, uid = fill_a_life(site, address, someone, st.day(12))
    site.job("account.forget")
    assert state(site, person)[:2] == ["0", "0"]                        # a booking is to come
    make_past(site, uid, 40)
    age(site, person, 34)
    site.job("account.forget")
    assert state(site, person)[:2] == ["0", "0"]
    again = site.database.value(f"SELECT DATEDIFF(forget_check_utc, UTC_TIMESTAMP()) FROM party WHERE id = {person}")
    assert 25 <= again <= 31, again
    # a month before the end a mail says so
    age(site, person, 35, 5)
    site.job("account.forget")
    assert state(site, person)[:2] == ["0", "1"]
    text = st.wait_for(lambda: [t for _, t in site.letters(address) if "effaçons" in t], 20)[0]
    assert "longtemps" in text and "/login" in text
    # she comes back: the warning is void
    site.login(address, GOOD)
    site.database.rows(f"UPDATE party SET forget_check_utc = '2000-01-01' WHERE id = {person}")
    site.job("account.forget")
    assert state(site, person)[0] == "0"
    # 36 months are over, but the mail is not 30 days old yet
    age(site, person, 36, 10)
    site.database.rows(f"UPDATE party SET forget_warned_utc = UTC_TIMESTAMP() - INTERVAL 29 DAY WHERE id = {person}")
    site.job("account.forget")
    assert state(site, person)[0] == "0" and traces(site, words)
    site.database.rows(f"UPDATE party SET forget_warned_utc = UTC_TIMESTAMP() - INTERVAL 31 DAY,"
                       f" forget_check_utc = '2000-01-01' WHERE id = {person}")
    st.wait_for(lambda: site.database.value("SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')") == 0, 30)
    site.job("account.forget")
    assert state(site, person) == ["1", "1", "Personne anonyme"]
    assert traces(site, words) == set()
    row = site.database.rows(f"SELECT person_id, attendance, total_cents > 0 FROM reservation_booking WHERE uid = '{uid}'")
    assert row == [[str(person), "7", "1"]]
    assert site.database.value(f"SELECT COUNT(*) FROM audit WHERE person_id = {person}") > 0
    assert site.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'party' AND object_id = {person} AND"
                               " (before_json IS NOT NULL OR after_json IS NOT NULL)") == 0
    # once is enough, and everybody else is as she was
    before = site.database.value(f"SELECT row_version FROM party WHERE id = {person}")
    site.job("account.forget")
    assert site.database.value(f"SELECT row_version FROM party WHERE id = {person}") == before
    assert site.database.value("SELECT COUNT(*) FROM party WHERE forgotten_utc IS NOT NULL AND id IN"
                               " (SELECT person_id FROM account)") == 0


def make_contact(site, months, **columns):
    names = {"kind": "person", "family_name": "Contact", **columns}
    site.database.rows(f"INSERT INTO party ({', '.join(names)}, created_utc) VALUES ("
                       + ", ".join(f"'{v}'" for v in names.values()) + f", UTC_TIMESTAMP() - INTERVAL {months} MONTH)")
    return site.database.value("SELECT MAX(id) FROM party")


def test_contacts_without_account(site):
    silent = make_contact(site, 37, phone="+33612345671")
    mailed = make_contact(site, 37, email="fiche@essai.example", given_name="Fanny")
    young = make_contact(site, 35)
    member = make_contact(site, 60, given_name="Adhérente")
    site.database.rows(f"INSERT INTO role (person_id, org_id, role, from_d) SELECT {member}, id, 'member', '2020-01-01'"
                       " FROM organisation WHERE slug = 'filature'")
    merged = make_contact(site, 1, family_name="Doublon")
    site.database.rows(f"UPDATE party SET merged_into_id = {silent}, archived_at = UTC_TIMESTAMP() WHERE id = {merged}")
    site.job("account.forget")
    assert state(site, silent)[0] == "1" and state(site, merged) == ["1", "0", "Personne anonyme"]
    assert state(site, mailed) == ["0", "1", "Fanny Contact"] and site.letter("fiche@essai.example")
    assert state(site, young)[:2] == ["0", "0"] and state(site, member)[:2] == ["0", "0"]
    assert site.database.value("SELECT COUNT(*) FROM party WHERE kind = 'organisation' AND forgotten_utc IS NOT NULL") == 0


def test_many_in_batches_and_two_jobs_at_once(site):
    """Two that really run at once: the lease is broken while the first is at work. Nobody is mailed or forgotten twice."""
    site.database.rows("INSERT INTO party (kind, family_name, email, created_utc) SELECT 'person', CONCAT('Lot ', seq),"
                       " IF(seq % 2, CONCAT('lot', seq, '@essai.example'), NULL), UTC_TIMESTAMP() - INTERVAL 40 MONTH"
                       " FROM seq_1_to_500")
    command = [str(st.BUILD / "cgi-bin/comptoirctl"), "--config", str(site.comptoir.config), "jobs", "run", "account.forget"]
    running = []
    for _ in range(3):
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
        time.sleep(0.15)
        site.database.rows("UPDATE job SET until_utc = '2000-01-01' WHERE name = 'account.forget'")
    errors = [p.communicate(timeout=60)[1] for p in running]
    assert [p.returncode for p in running] == [0, 0, 0], errors
    assert site.database.value("SELECT COUNT(*) FROM party WHERE family_name LIKE 'Lot %' AND email IS NULL") == 0
    assert site.database.value("SELECT COUNT(*) FROM party WHERE family_name LIKE 'Lot %' AND forget_warned_utc IS NOT NULL") == 250
    mailed = site.database.rows("SELECT COUNT(*) FROM outbox o JOIN party p ON p.id = o.party_id"
                                " WHERE p.family_name LIKE 'Lot %' GROUP BY p.id")
    assert mailed == [["1"]] * 250
    twice = site.database.rows("SELECT object_id FROM audit WHERE kind = 'party' AND action = 'forget'"
                               " GROUP BY object_id HAVING COUNT(*) > 1")
    assert twice == []
    site.database.rows("DELETE o FROM outbox o JOIN party p ON p.id = o.party_id WHERE p.family_name LIKE 'Lot %'")


def test_guests_are_forgotten_too(site):
    guest = {"resource": 903, "start": f"{st.day(13)}T09:00", "end": f"{st.day(13)}T10:00", "title": "Fête de Gaston",
             "name": "Gaston Passant", "email": "gaston@essai.example", "phone": "06 12 34 56 72", "attendance": 5}
    answers = [site.visitor().post("/bookings", json={**guest, "resource": room}) for room in (903, 901)]
    assert [a.status_code for a in answers] == [202, 202] or [a.status_code for a in answers] == [201, 201], answers[0].text
    old, young = (a.json()["uid"] for a in answers)
    make_past(site, old, 37)
    make_past(site, young, 35)
    site.job("reservation.forget")
    def row(uid):
        return site.database.rows(f"SELECT contact_name, contact_email, contact_phone, title, attendance FROM"
                                  f" reservation_booking WHERE uid = '{uid}'")[0]
    assert row(old) == [None, None, None, None, "5"]
    assert row(young)[:2] == ["Gaston Passant", "gaston@essai.example"]

    # what was looked at once is not read again, however long the history
    def reads():
        count = "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'"
        before = site.database.value(count)
        site.job("reservation.forget")
        return site.database.value(count) - before
    few = min(reads() for _ in range(3))
    site.database.rows("INSERT INTO reservation_booking (uid, org_id, place_id, start_local, end_local, zone, start_utc,"
                       " end_utc, status, title, contact_name) SELECT UUID(), org_id, place_id, start_local, end_local, zone,"
                       " start_utc, end_utc, status, 'essai: long', IF(seq % 2, 'Gaston', NULL) FROM reservation_booking b"
                       f" JOIN seq_1_to_4000 s WHERE b.uid = '{old}'")
    site.job("reservation.forget")
    assert site.database.value("SELECT COUNT(*) FROM reservation_booking WHERE contact_name = 'Gaston'") == 0
    assert site.database.value("SELECT COUNT(*) FROM reservation_booking WHERE title = 'essai: long'") == 2000
    assert min(reads() for _ in range(3)) < few + 500
    site.database.rows("DELETE FROM reservation_booking WHERE title = 'essai: long' OR (title IS NULL AND attendance IS NULL"
                       f" AND start_utc = (SELECT start_utc FROM reservation_booking WHERE uid = '{old}'))")
