# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages say what the programs do: every command, option and setting, and no other."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get('COMPTOIR_SOURCE', Path(__file__).parents[2]))
BUILD = Path(os.environ.get('COMPTOIR_BUILD', SOURCE / 'build'))
PAGES = [SOURCE / 'docs/man/comptoir.fcgi.8', SOURCE / 'docs/man/comptoirctl.8', BUILD / 'docs/man/comptoir.ini.5']


def said(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout


def test_each_command_has_its_section():
    listed = re.findall(r'^  (\S+) ', said(BUILD / 'cgi-bin/comptoirctl', '--help'), re.M)
    documented = re.findall(r'^\.SS (\S+)', PAGES[1].read_text(encoding='utf-8'), re.M)
    assert len(listed) > 8 and set(documented) == set(listed)


def test_each_argument_of_a_command_is_there():
    page = PAGES[1].read_text(encoding='utf-8')
    for command in re.findall(r'^  (\S+) ', said(BUILD / 'cgi-bin/comptoirctl', '--help'), re.M):
        usage = said(BUILD / 'cgi-bin/comptoirctl', command, '--help').split('\n', maxsplit=1)[0]
        for option in re.findall(r'--[a-z-]+', usage):
            assert option in page, (command, option)


def test_each_option_of_the_server_is_there():
    options = set(re.findall(r'^  (--[a-z]+)', said(BUILD / 'cgi-bin/comptoir.fcgi', '--help'), re.M))
    page = PAGES[0].read_text(encoding='utf-8').replace('\\-', '-')
    documented = set(re.findall(r'^\.B[IR] (--[a-z]+)', page, re.M)) | {'--version'}
    assert len(options) > 6 and documented == options


def test_each_setting_is_there():
    source = (SOURCE / 'core/config/sections.c').read_text(encoding='utf-8')
    declared = re.findall(r'^\t\{ "([a-z_]+)", CT_', source, re.M)
    tables = (re.search(r'ct_setting settings\[\].*?\n\};', p.read_text(encoding='utf-8'), re.S)
              for p in SOURCE.glob('plugins/*/*.c'))
    of_plugins = [name for table in tables if table for name in re.findall(r'^\t\{ "([a-z_]+)", CT_', table[0], re.M)]
    page = PAGES[2].read_text(encoding='utf-8')
    documented = re.findall(r'^\.B \[\w+\] ([a-z_]+)$', page, re.M)
    assert len(declared) > 25 and len(of_plugins) > 2 and sorted(documented) == sorted(declared + of_plugins)
    assert '@' not in page


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.name)
def test_pages_are_sound(page):
    if not shutil.which('groff'):
        pytest.skip('groff is not installed')
    done = subprocess.run(['groff', '-man', '-Tutf8', '-Kutf8', '-ww', '-z', str(page)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and not done.stderr
