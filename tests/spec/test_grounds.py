# SPDX-License-Identifier: GPL-3.0-or-later
"""The grounds of having no VAT: on each day exactly one text of each, and the manual says which, in both languages."""
import re

import pytest

import stack as st

ROW = re.compile(r"\('(franchise|non_profit)', '([0-9-]+)', (NULL|'[0-9-]+'), \d+, '\w+', '([^']+)'\)")
ROWS = [row.groups() for path in sorted((st.SOURCE / "sql/invoicing").glob("*.sql")) for row in ROW.finditer(path.read_text())]


@pytest.mark.parametrize("manual", ["invoicing.md", "invoicing.fr.md"])
def test_the_manual_says_what_is_printed(manual):
    text = (st.SOURCE / "plugins/invoicing" / manual).read_text()
    assert len(ROWS) >= 3 and [words for _, _, _, words in ROWS if words not in text] == []


@pytest.mark.parametrize("day", ["2026-12-31", "2027-01-01", "2028-06-30", "2028-07-01", "2040-01-01"])
def test_one_text_a_day(day):
    holds = [code for code, first, last, _ in ROWS if first <= day and (last == "NULL" or day <= last.strip("'"))]
    assert sorted(holds) == ["franchise", "non_profit"]
