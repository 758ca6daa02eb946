# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo, as a stranger meets it: it serves, says who may sign in, and leaves nothing behind."""
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

import pytest
import requests

SOURCE = Path(os.environ['COMPTOIR_SOURCE'])
BUILD = Path(os.environ['COMPTOIR_BUILD'])
START_SECONDS = 120
STOP_SECONDS = 5


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Demo:
    """A running demo; every process of it carries a mark in its environment."""

    def __init__(self, folder, port=None):
        self.folder = folder
        self.port = port or free_port()
        self.mark = f'COMPTOIR_DEMO_MARK={uuid.uuid4()}'
        name, value = self.mark.split('=')
        self.process = subprocess.Popen(
            ['bash', str(SOURCE / 'cgi-bin/demo.sh'), '--build', str(BUILD), '--source', str(SOURCE),
             '--dir', str(folder), '--port', str(self.port)],
            env=os.environ | {name: value}, start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.url = f'http://127.0.0.1:{self.port}'

    def ready(self):
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        return line

    def processes(self):
        found = {}
        for entry in Path('/proc').iterdir():
            try:
                if entry.name.isdigit() and self.mark in (entry / 'environ').read_text(errors='replace'):
                    found[int(entry.name)] = (entry / 'cmdline').read_text(errors='replace').replace('\0', ' ')
            except OSError:
                continue
        return found

    def pid_of(self, word):
        pids = [pid for pid, line in self.processes().items() if word in line]
        assert pids, self.processes()
        return min(pids)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """A test that failed leaves nothing to the next one."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def stop(self, how=signal.SIGTERM):
        started = time.monotonic()
        self.process.send_signal(how)
        status = self.process.wait(STOP_SECONDS * 4)
        return status, time.monotonic() - started

    def nothing_left(self, seconds=1):
        deadline = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == {}

    def accounts(self):
        lines = (self.folder / 'accounts.txt').read_text().splitlines()
        return [line.split('\t') for line in lines]

    def me(self, token):
        headers = {'Authorization': f'Bearer {token}', 'Accept': 'application/json'}
        return requests.get(f'{self.url}/me', headers=headers, timeout=10)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('demo')


@pytest.fixture(scope='module')
def demo(folder):
    with Demo(folder) as demo:
        demo.first_line = demo.ready()
        yield demo


def test_says_that_it_serves(demo):
    assert re.match(rf'ready {demo.url}/(\s|$)', demo.first_line)
    page = requests.get(f'{demo.url}/', timeout=10)
    assert page.status_code == 200 and page.headers['Content-Type'].startswith('text/html')
    assert requests.get(f'{demo.url}/healthz', timeout=10).status_code == 200


def test_static_files_are_served(demo):
    page = requests.get(f'{demo.url}/', timeout=10).text
    sheets = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', page)
    assert sheets
    for sheet in sheets:
        answer = requests.get(requests.compat.urljoin(f'{demo.url}/', sheet), timeout=10)
        assert answer.status_code == 200 and answer.headers['Content-Type'].startswith('text/css')


def test_accounts_have_every_role(demo):
    accounts = demo.accounts()
    assert all(len(a) == 5 and all(a[i] for i in (0, 1, 2, 4)) for a in accounts)
    roles = {a[2] for a in accounts}
    assert roles >= {'member', 'opener', 'manager', 'treasurer', 'admin'}
    assert any('installation' in role for role in roles)


def test_every_account_may_use_its_token(demo):
    for email, _password, _role, _org, token in demo.accounts():
        answer = demo.me(token)
        assert answer.status_code == 200 and email in answer.text


def test_the_till_has_something_to_show(demo):
    """Invoices of three months, in every state, a project, balances carried over, members, tax receipts and two agreements that were used."""
    token = next(a[4] for a in demo.accounts() if a[0] == 'tresor@demo.example')

    def rows(path, name):
        answer = requests.get(f'{demo.url}/o/filature/{path}', timeout=10, params={'limit': 500}, headers={
            'Authorization': f'Bearer {token}', 'Accept': 'application/json'})
        assert answer.status_code == 200, answer.text
        return answer.json()[name]
    invoices = rows('invoices', 'invoices')
    assert {i['state'] for i in invoices} >= {'issued', 'partly_paid', 'paid', 'credited'} and any(i['late'] for i in invoices)
    months = {i['issued_d'] for i in invoices if i['type'] == 'invoice' and i['issued_d'] and i['project'] is None}
    assert len(months) == 3 and any(i['project'] for i in invoices) and any(i['type'] == 'opening' for i in invoices)
    assert rows('opening-balances', 'openings') and rows('tax-receipts', 'receipts')
    assert len(rows('members', 'rows')) > 20 and len(rows('charges', 'charges')) > 50 and rows('payments', 'payments')
    assert [a['used']['cents'] > 0 for a in rows('agreements', 'rows')] == [True, True]
    assert sorted(q['state'] for q in rows('quotes', 'quotes')) == ['accepted', 'draft', 'lapsed', 'refused', 'sent']
    assert len(rows('invoicing/offers', 'rows')) == 4


def test_port_in_use_is_refused_before_anything(demo, tmp_path):
    other = tmp_path / 'other'
    with Demo(other, port=demo.port) as second:
        _, err = second.process.communicate(timeout=10)
    assert second.process.returncode == 1
    assert f'port {demo.port} is in use' in err and not other.exists()


def test_autogen_refuses_the_port_too(demo):
    result = subprocess.run([str(SOURCE / 'autogen.sh'), 'demo', '--no-deps', '--port', str(demo.port)],
                            capture_output=True, text=True, timeout=10)
    assert result.returncode == 1 and f'port {demo.port} is in use' in result.stderr


def test_folder_in_use_is_refused(demo):
    with Demo(demo.folder) as second:
        _, err = second.process.communicate(timeout=10)
    assert second.process.returncode == 1 and 'another demo runs' in err
    assert requests.get(f'{demo.url}/healthz', timeout=10).status_code == 200


@pytest.mark.parametrize('arguments', [['--port', 'x'], ['--port', '70000'], ['--port'], ['--bogus']])
def test_wrong_arguments_are_refused(arguments):
    result = subprocess.run(['bash', str(SOURCE / 'cgi-bin/demo.sh'), '--check', *arguments],
                            capture_output=True, text=True, timeout=10)
    assert result.returncode == 1 and result.stderr.startswith('demo: ')


def test_stops_in_time_and_keeps_its_data(demo):
    before = demo.accounts()
    token = before[0][4]
    status, seconds = demo.stop(signal.SIGTERM)
    assert status == 143, demo.process.stderr.read()
    assert seconds < STOP_SECONDS
    demo.nothing_left(0)
    with Demo(demo.folder) as again:
        again.ready()
        assert again.accounts() == before
        assert again.me(token).status_code == 200
        _, seconds = again.stop(signal.SIGINT)
        assert seconds < STOP_SECONDS
        again.nothing_left(0)


@pytest.mark.parametrize('word', ['comptoir.fcgi', 'mariadbd', 'apache2'])
def test_says_which_server_ended(folder, demo, word):
    if demo.process.poll() is None:
        demo.stop()
    with Demo(folder) as one:
        one.ready()
        os.kill(one.pid_of(word), signal.SIGKILL)
        _, err = one.process.communicate(timeout=4 * STOP_SECONDS)
        name = {'comptoir.fcgi': 'comptoir', 'mariadbd': 'database', 'apache2': 'web'}[word]
        assert one.process.returncode == 1 and f'{name} ended' in err
        one.nothing_left()


def test_killed_it_leaves_nothing(folder, demo):
    if demo.process.poll() is None:
        demo.stop()
    with Demo(folder) as one:
        one.ready()
        one.stop(signal.SIGKILL)
        one.nothing_left(2 * STOP_SECONDS)


@pytest.mark.parametrize('moment', ['database', 'run/db', 'comptoir.ini'])
def test_stopped_while_it_starts(tmp_path, moment):
    with Demo(tmp_path) as one:
        deadline = time.monotonic() + 60
        while not (tmp_path / moment).exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        _, seconds = one.stop()
        assert seconds < STOP_SECONDS
        one.nothing_left(0)
    with Demo(tmp_path) as again:
        assert again.ready().startswith('ready ')
