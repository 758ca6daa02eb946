# SPDX-License-Identifier: GPL-3.0-or-later
"""What the linker made, and what an installation leaves."""
import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ['COMPTOIR_SOURCE'])
BUILD = Path(os.environ['COMPTOIR_BUILD'])
PLUGINS = sorted(p.stem for p in (BUILD / 'plugins').glob('*.so'))


def run(*argv, **options):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **options).stdout


def sanitized():
    return re.search(r'^CT_SAN = \S', (BUILD / 'Makefile').read_text(), re.M)


def test_supervisor_needs_libc_only():
    if sanitized():
        pytest.skip('a build with sanitizers needs their libraries')
    needed = re.findall(r'NEEDED.*\[(.*)\]', run('readelf', '-d', str(BUILD / 'cgi-bin/comptoir.fcgi')))
    assert needed == ['libc.so.6']


def test_there_are_plugins():
    assert 'skeleton' in PLUGINS and 'reservation' in PLUGINS


@pytest.mark.parametrize('plugin', PLUGINS)
def test_plugin_exports_its_table_only(plugin):
    symbols = run('nm', '-D', '--defined-only', str(BUILD / f'plugins/{plugin}.so')).split('\n')
    names = [line.split()[2] for line in symbols if line and not re.match(r'__|_init$|_fini$', line.split()[2])]
    assert names == [f'ct_plugin_{plugin}']


def test_core_exports_its_own_names_only():
    symbols = run('nm', '-D', '--defined-only', str(BUILD / 'core/.libs/libcomptoir.so')).split('\n')
    names = {line.split()[2] for line in symbols if line}
    assert 'ct_transaction' in names
    assert [n for n in names if not n.startswith('ct_') and not n.startswith('__')] == []


def test_programs_are_hardened():
    for program in ('cgi-bin/comptoir.fcgi', 'core/.libs/comptoir-generation', 'core/comptoir-image', 'cgi-bin/.libs/comptoirctl'):
        header = run('readelf', '-hld', str(BUILD / program))
        assert 'DYN (Position-Independent Executable file)' in header, program
        assert 'GNU_RELRO' in header and re.search(r'BIND_NOW|FLAGS_1.*NOW', header), program


def test_install_and_uninstall(tmp_path):
    run('make', '-s', 'install', f'DESTDIR={tmp_path}', cwd=BUILD)
    there = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob('*') if not p.is_dir()}
    for pattern in (r'.*/bin/comptoirctl', r'.*/cgi-bin/comptoir\.fcgi', r'.*/comptoir-generation',
                    r'.*/comptoir-image',
                    r'.*/comptoir/plugins/reservation\.so', r'.*/include/comptoir/plugin\.h',
                    r'.*/comptoir/core/templates/layout\.mustache', r'.*/comptoir/sql/core/0001_\w+\.sql',
                    r'.*/comptoir/plugins/skeleton/templates/.*', r'.*/locale/fr/LC_MESSAGES/comptoir\.mo',
                    r'.*/man[18]/comptoirctl\.[18]'):
        assert any(re.fullmatch(pattern, name) for name in there), pattern
    run('make', '-s', 'uninstall', f'DESTDIR={tmp_path}', cwd=BUILD)
    assert [p for p in tmp_path.rglob('*') if not p.is_dir()] == []
