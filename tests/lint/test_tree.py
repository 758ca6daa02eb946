# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules say of every file, so that nobody has to look for it by eye."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ['COMPTOIR_SOURCE'])
CODE = ('core', 'cgi-bin', 'plugins', 'sql', 'tests', 'po', 'docs', 'm4', '.ci')
NAMED = re.compile(r'.*\.(c|h|py|sh|sql|css|js|inc|m4|mustache)$|(.*/)?(run|autogen\.sh|configure\.ac|Makefile\.am)$')


def files(pattern, folders=CODE):
    found = [p for folder in folders for p in (SOURCE / folder).rglob('*') if p.is_file()]
    found += [p for p in SOURCE.iterdir() if p.is_file()]
    names = sorted(str(p.relative_to(SOURCE)) for p in found)
    skip = re.compile(r'__pycache__|^m4/(libtool|lt.*)\.m4$|^aclocal\.m4$|/corpus/|\.pytest_cache')
    return [n for n in names if re.fullmatch(pattern, n) and not skip.search(n)]


def text(name):
    return (SOURCE / name).read_text(encoding='utf-8')


def lists():
    return '\n'.join(text(n) for n in files(r'Makefile\.am|.*Makefile\.inc'))


def test_licence_line_first():
    without = [n for n in files(NAMED.pattern) if not n.endswith('.mustache')
               and 'SPDX-License-Identifier: GPL-3.0-or-later' not in '\n'.join(text(n).split('\n')[:2])]
    assert without == []


def test_every_source_is_built():
    named = set(re.findall(r'[\w./-]+', lists()))
    # what lies in tests/http is compiled by the test that needs it
    orphans = [n for n in files(r'(core/|cgi-bin/|plugins/|tests/(?!http/)).*\.c')
               if n not in named and n.removesuffix('.c') not in named]
    assert orphans == []


def test_every_header_and_data_file_is_listed():
    named = set(re.findall(r'[\w./-]+', lists()))
    orphans = [n for n in files(r'(core|plugins)/.*\.(h|mustache|css|js|svg)|sql/.*\.sql|docs/.*|.*\.[158]')
               if n not in named and n != 'docs/Makefile.inc']
    assert orphans == []


def test_lists_name_nothing_that_is_gone():
    named = re.findall(r'^\t([\w-]+/[\w./-]+\.\w+)(?: \\)?$', lists(), re.M)
    assert named and [n for n in named if not (SOURCE / n).exists()] == []


def without_comments(code):
    """Strings stay: what people read is what this is about."""
    return re.sub(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*',
                  lambda m: m[1] or '\n' * m[0].count('\n'), code, flags=re.S)


def test_core_knows_no_booking_and_no_bill():
    words = re.compile(r'^(?!#include <sys/).*(resource|room|booking|invoice|charge)', re.I)
    # org_grant.scope, a word of the core's own table; operators of PostScript
    known = re.compile(r'"bookings"|\b(find|define)resource\b')
    hits = [f'{n}:{i}: {line.strip()}' for n in files(r'core/.*', ('core',))
            for i, line in enumerate((without_comments if n.endswith(('.c', '.h')) else str)(text(n)).split('\n'), 1)
            if words.match(known.sub('', line))]
    assert hits == []


def test_no_floating_point():
    """Millimetres of a drawing aside."""
    hits = [n for n in files(r'(core|plugins|cgi-bin)/.*\.[ch]')
            if not n.startswith(('core/pdf/', 'core/include/comptoir/pdf.h', 'plugins/invoicing/paper',
                                 'plugins/memberships/tax_paper'))
            and re.search(r'\b(float|double)\b', re.sub(r'"(?:\\.|[^"\\\n])*"', '', without_comments(text(n))))]
    assert hits == []


def test_files_and_lines_are_short_enough():
    long_files = [n for n in files(r'(core|plugins|cgi-bin)/.*\.[ch]') if text(n).count('\n') >= 600]
    # A sentence or a query in one piece can be searched for; anything else has no excuse.
    long_lines = [f'{n}:{i}' for n in files(r'(core|plugins|cgi-bin|tests)/.*\.[ch]')
                  for i, line in enumerate(text(n).split('\n'), 1)
                  if len(line.expandtabs(8)) > 120 and '"' not in line]
    assert long_files == [] and long_lines == []


def test_what_writes_finds_its_rows_by_key():
    """MariaDB reads the whole table for UPDATE … WHERE key IN (a set): the set comes first, and is joined."""
    found = [(n, m[1], re.sub(r'"\s*"', '', m[2])) for n in files(r'plugins/.*\.[ch]')
             for m in re.finditer(r'\{ "(\w+)",[^{}]*?\.sql = "((?:UPDATE \w+ SET|DELETE FROM)\b[^{}]*)\}', text(n))]
    slow = [(n, name) for n, name, sql in found if re.search(r'\bIN " KEYS|IN \(SELECT [^)]*JSON_TABLE', sql)]
    assert len(found) > 100 and slow == []


def test_nothing_is_left_to_do():
    marks = re.compile(r'\b(TODO|FIXME|HACK)\b')
    hits = [f'{n}:{i}' for n in files(NAMED.pattern) if n != 'tests/lint/test_tree.py'
            for i, line in enumerate(text(n).split('\n'), 1) if marks.search(line)]
    assert hits == []


def test_no_path_of_a_machine():
    hits = [n for n in files(NAMED.pattern + r'|.*\.(md|conf|ini)') if n != 'tests/lint/test_tree.py'
            and re.search(r'/work/|/home/|deb\.debian\.org|registry\.npmjs', text(n))]
    assert hits == []


def test_shell_scripts():
    if not shutil.which('shellcheck'):
        pytest.skip('shellcheck is not installed')
    scripts = [n for n in files(r'.*') if re.match(r'#!/bin/(ba)?sh', (SOURCE / n).read_bytes()[:12].decode('latin-1'))]
    assert 'autogen.sh' in scripts
    result = subprocess.run(['shellcheck', *scripts], cwd=SOURCE, capture_output=True, text=True)
    assert result.stdout == ''


@pytest.mark.parametrize('header', files(r'(core|plugins/\w+)/include/.*\.h'))
def test_public_header_stands_alone(header, tmp_path):
    unit = tmp_path / 'unit.c'
    name = re.sub(r'.*/include/', '', header)
    unit.write_text(f'#include <{name}>\n#include <{name}>\nint only_a_header;\n')
    includes = [f'-I{p}' for p in [SOURCE / 'core/include', *(SOURCE / 'plugins').glob('*/include')]]
    result = subprocess.run(['cc', '-std=c11', '-Wall', '-Wextra', '-Wundef', '-Werror', '-fsyntax-only',
                             '-D_GNU_SOURCE', *includes, str(unit)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_french_is_complete():
    result = subprocess.run(['make', '-s', 'po-check'], cwd=os.environ['COMPTOIR_BUILD'],
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert '#~ ' not in text('po/fr.po')
