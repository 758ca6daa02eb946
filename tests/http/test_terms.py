# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plugin asks of terms and grants (comptoir/terms.h). The plugin is terms_user.c."""
import pathlib

import pytest

import stack as st
import test_records
import webservers

HERE = pathlib.Path(__file__).resolve().parent
ASKS = "/o/filature/asks"


class Installation(st.Stack):
    """The sample network with one more plugin, which has no tables."""

    def _start(self, database_options, through, settings):
        plugins = self.folder / "plugins"
        plugins.mkdir()
        for path in (st.BUILD / "plugins").glob("*.so"):
            (plugins / path.name).symlink_to(path.resolve())
        test_records.compile_plugin(HERE / "terms_user.c", "asks", plugins)
        (self.folder / "data/sql").mkdir(parents=True)
        for folder in ("core", "plugins"):
            (self.folder / "data" / folder).symlink_to(st.SOURCE.resolve() / folder)
        for folder in (st.SOURCE / "sql").iterdir():
            if folder.is_dir():
                (self.folder / "data/sql" / folder.name).symlink_to(folder.resolve())
        (self.folder / "data/sql/asks").mkdir()
        super()._start(database_options, through, dict(settings, plugins_load="reservation asks", paths_plugins=plugins,
                                                       paths_data=self.folder / "data"))


@pytest.fixture(scope="module")
def site():
    with Installation(web=webservers.one()) as s:
        yield s


def org(site, slug):
    return site.database.value(f"SELECT id FROM organisation WHERE slug = '{slug}'")


def test_only_what_was_granted_and_only_then(site):
    member = site.login("membre@demo.example")
    filature, canal, network = (org(site, s) for s in ("filature", "canal", "reseau"))

    def granted(to, scope):
        return member.get(ASKS + "/granted", params={"to": to, "scope": scope}).json()["granted"]

    assert granted(network, "figures") is True                      # the sample network's
    assert granted(network, "bookings") is False and granted(canal, "figures") is False
    assert granted(filature, "accounts") is True                    # its own
    for days, expected in ((("-1", "NULL"), True), (("-1", "0"), True), (("-3", "-1"), False), (("1", "NULL"), False)):
        begin, end = (f"UTC_DATE() + INTERVAL {d} DAY" if d != "NULL" else d for d in days)
        site.database.rows(f"INSERT INTO org_grant (org_id, to_org_id, scope, from_d, to_d, signed_by_id) VALUES ({filature},"
                           f" {canal}, 'accounts', {begin}, {end}, {site.person('admin@demo.example')})")
        assert granted(canal, "accounts") is expected, days
        assert granted(canal, "bookings") is False
        site.database.rows(f"DELETE FROM org_grant WHERE to_org_id = {canal}")


def test_the_terms_in_force(site):
    member = site.login("membre@demo.example")
    here = org(site, "filature")

    def in_force():
        return member.get(ASKS + "/terms", params={"kind": "charter"}).json()

    assert in_force() == {"version": 0, "title": None, "text": None}
    for version, days in ((1, -9), (2, -2), (3, 1)):
        site.database.rows("INSERT INTO terms (org_id, kind, version, title, text, from_d) VALUES"
                           f" ({here}, 'charter', {version}, 'Charte', 'T{version}', UTC_DATE() + INTERVAL {days} DAY)")
    assert in_force() == {"version": 2, "title": "Charte", "text": "T2"}
    site.database.rows(f"UPDATE terms SET archived_at = UTC_TIMESTAMP() WHERE org_id = {here} AND kind = 'charter' AND version = 2")
    assert in_force()["version"] == 1
    site.database.rows(f"UPDATE terms SET archived_at = NULL WHERE org_id = {here}")


def test_what_was_accepted_is_kept_with_its_version(site):
    member = site.login("membre@demo.example")
    for _ in range(2):
        assert member.post(ASKS + "/terms", json={"kind": "rules"}).status_code == 200
    rows = site.database.rows("SELECT t.version, a.subject_kind, a.subject_id FROM terms_acceptance a JOIN terms t"
                              f" ON t.id = a.terms_id WHERE a.party_id = {site.person('membre@demo.example')}")
    assert rows == [["1", "asks.thing", "7"]]
    assert member.post(ASKS + "/terms", json={"kind": "sharing"}).status_code == 404
