#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the [[texts]] of templates as a catalogue template, as xgettext does for C.

    find core plugins -name '*.mustache' | po/extract.py >templates.pot

Reads file names from standard input, one a line, or as arguments. White space within a text is
folded as the template engine folds it, so that both ask for the same msgid. A comment that begins with
"TRANSLATORS:" goes along with the next text: {{! TRANSLATORS: a button }}[[Book]]. Texts in comments
are none. What the engine would refuse is refused here too, with file and line.
"""
import re
import sys

TOKEN = re.compile(r'''
      (?P<raw>\{\{\{.*?\}\}\})
    | \{\{!(?P<comment>.*?)\}\}
    | (?P<tag>\{\{.*?\}\})
    | \[\[(?P<text>.*?)\]\]
    | (?P<open>\[\[)
''', re.VERBOSE | re.DOTALL)

HEADER = '''msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
'''


def fold(text):
    return re.sub('[ \t\r\n]+', ' ', text).strip(' ')


def quote(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def texts(name, source):
    """The texts of one template: (line, msgid, comment or None)."""
    comment = None
    for token in TOKEN.finditer(source):
        line = source.count('\n', 0, token.start()) + 1
        if token['comment'] is not None:
            said = fold(token['comment'])
            comment = said if said.startswith('TRANSLATORS:') else None
        if token['open']:
            sys.exit(f'{name}:{line}: "[[" without "]]"')
        if token['text'] is not None:
            msgid = fold(token['text'])
            if not msgid or '[[' in msgid:
                sys.exit(f'{name}:{line}: an empty [[ ]], or "[[" within "[["')
            yield line, msgid, comment
            comment = None


def main():
    names = sys.argv[1:] or sys.stdin.read().split('\n')
    found = {}
    for name in filter(None, names):
        with open(name, encoding='utf-8', newline='') as file:
            for line, msgid, comment in texts(name, file.read()):
                places, comments = found.setdefault(msgid, ([], []))
                places.append(f'{name}:{line}')
                if comment and comment not in comments:
                    comments.append(comment)
    sys.stdout.reconfigure(encoding='utf-8')
    print(HEADER)
    for msgid, (places, comments) in found.items():
        for comment in comments:
            print('#.', comment)
        for place in places:
            print('#:', place)
        print('msgid', quote(msgid))
        print('msgstr ""\n')


if __name__ == '__main__':
    main()
