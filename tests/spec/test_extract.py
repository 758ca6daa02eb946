# SPDX-License-Identifier: GPL-3.0-or-later
"""po/extract.py: the texts of templates, folded as the engine folds them (tests/unit/test_mustache.c)."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get('COMPTOIR_SOURCE', Path(__file__).parents[2]))
HEADER_LINES = 6


def extract(folder, **templates):
    for name, text in templates.items():
        (folder / f'{name}.mustache').write_bytes(text.encode())
    names = '\n'.join(f'{name}.mustache' for name in templates)
    return subprocess.run([sys.executable, SOURCE / 'po/extract.py'], cwd=folder, text=True, input=names,
                          encoding='utf-8', capture_output=True, check=False)


def entries(result):
    assert result.returncode == 0, result.stderr
    return '\n'.join(result.stdout.split('\n')[HEADER_LINES:]).strip()


def test_texts_with_places_and_comments(tmp_path):
    result = extract(
        tmp_path,
        a='<p title="[[ Book\r\n\t a  room ]]">\n{{! TRANSLATORS: a button }}[[Réserver]]</p>\n',
        b='[[Book a room]]{{! [[not this]]\n [[nor this]] }}{{{x_html}}}\n[[say "{{name}}" \\ ]]')
    assert entries(result) == '''
#: a.mustache:1
#: b.mustache:1
msgid "Book a room"
msgstr ""

#. TRANSLATORS: a button
#: a.mustache:3
msgid "Réserver"
msgstr ""

#: b.mustache:3
msgid "say \\"{{name}}\\" \\\\"
msgstr ""'''.strip()


def test_brackets_that_are_none(tmp_path):
    assert 'msgid "a]b [c"' in entries(extract(tmp_path, a='[x] [[a]b [c]]]'))


@pytest.mark.parametrize('text', ['a\n[[ ]]', 'a\n[[b', 'a\n[[b [[c]]'])
def test_what_the_engine_refuses(tmp_path, text):
    result = extract(tmp_path, a=text)
    assert result.returncode != 0
    assert 'a.mustache:2: ' in result.stderr


@pytest.mark.skipif(not shutil.which('msgcat'), reason='msgcat (gettext) is not there')
def test_gettext_reads_it(tmp_path):
    result = extract(tmp_path, a='[[é "{{x}}" \\n % %s]]')
    joined = subprocess.run(['msgcat', '--no-wrap', '-'], input=result.stdout, text=True, encoding='utf-8',
                            capture_output=True, check=True)
    assert 'msgid "é \\"{{x}}\\" \\\\n % %s"' in joined.stdout
