# SPDX-License-Identifier: GPL-3.0-or-later
"""po/fr.po: complete by msgcmp (make po-check); here the French itself, as far as rules can say it."""
import ast
import os
import re
from pathlib import Path

SOURCE = Path(os.environ.get('COMPTOIR_SOURCE', Path(__file__).parents[2]))
BLANK, NARROW = '\u00a0', '\u202f'


def entries():
    """(msgids, msgstrs) of each living entry but the header."""
    found, current, where = [], {}, None
    for line in (SOURCE / 'po/fr.po').read_text(encoding='utf-8').split('\n') + ['']:
        if line.startswith('#'):
            assert 'fuzzy' not in line, line
        elif not line:
            if current and current['msgid']:
                found.append(([v for k, v in current.items() if k.startswith('msgid')],
                              [v for k, v in current.items() if k.startswith('msgstr')]))
            current = {}
        else:
            word, _, rest = line.partition(' ')
            if word.startswith('msg'):
                where, current[word] = word, ''
            current[where] += ast.literal_eval(rest if word.startswith('msg') else line)
    return found


ENTRIES = entries()


def wrong(rule):
    return [text for _, texts in ENTRIES for text in texts if re.search(rule, text)]


def test_nothing_is_missing():
    assert len(ENTRIES) > 500 and not [ids for ids, texts in ENTRIES if not all(texts)]


def test_apostrophes_are_round():
    assert not wrong(r"\w'\w")


def test_no_break_spaces_where_french_has_them():
    signs = r'[:;?!»]'
    assert not wrong(rf' {signs}(?!//)') and not wrong('« ')
    assert not wrong(rf'[^\W\d_]{signs}(?=\s|$)')
    assert not wrong(f'«{NARROW}') and not wrong(f'{NARROW}»') and not wrong('«[^\u00a0]')


def test_places_to_fill_in_are_kept():
    for ids, texts in ENTRIES:
        for text in texts:
            expected = ids[-1] if len(ids) > 1 else ids[0]
            for form in (r'\{\{[\w.]+\}\}', r'%[-.\d*]*(?:ll|z)?[a-z]'):
                assert sorted(re.findall(form, text)) == sorted(re.findall(form, expected)), (expected, text)


def test_words_that_nobody_says():
    assert not wrong(r'(?i)\bressources?\b|\boccurrences?\b|\bvalider\b|\bsoumettre\b|\badhérente?s?\b')


def test_nobody_is_a_man_by_default():
    assert not wrong(r"(?i)\bconnecté\b|\butilisateurs\b|\bêtes \w+é\b|\badministrateurs?\b|\bde tous\b(?! les)")
