# SPDX-License-Identifier: GPL-3.0-or-later
"""A paper that tests/support/paper.c draws, read back by the programs that people read papers with."""
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ.get("COMPTOIR_BUILD", "."))
PROGRAM = BUILD / "tests/support/paper"

pytestmark = [
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not there"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="paper is not built"),
]


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    out = tmp_path_factory.mktemp("paper") / "paper.pdf"
    run(PROGRAM, BUILD / "core/fonts", out)
    return out


def pages(paper):
    return run("pdftotext", "-layout", paper, "-").rstrip("\f").split("\f")


def test_what_it_says_about_itself(paper):
    info = dict(line.split(":", 1) for line in run("pdfinfo", "-isodates", paper).splitlines())
    info = {key: value.strip() for key, value in info.items()}
    assert info["Title"] == "Relevé R-2026-0012 – Łódź"
    assert info["Author"] == "La Filature"
    assert info["Pages"] == "3"
    assert info["Page size"].endswith("(A4)")
    assert info["CreationDate"] == info["ModDate"] == "2026-11-27T11:00:00Z"
    assert re.search(rb"/Lang ?\(fr\)", paper.read_bytes())


def test_text_on_every_page(paper):
    texts = pages(paper)
    assert len(texts) == 3
    for number, text in enumerate(texts, 1):
        assert f"Page {number} / 3" in text
        assert len(re.findall(r"Date +Désignation +Qté +Montant", text)) == 1
        assert "Association La Filature – 12 rue des Cœurs" in text
    first = texts[0]
    for words in "Łódź Coopérative Ελληνικά", "Mme Żaneta Wójcik", "3 place de l’Œuvre", "Relevé R-2026-0012":
        assert words in first
    assert "750,00 €" in texts[-1] and "« Merci de votre confiance »" in texts[-1]


def test_sums_agree_with_the_rows(paper):
    drawn = 0
    for number, text in enumerate(pages(paper)):
        carried = re.findall(r"(À reporter|Report) +([\d,]+) €", text)
        rows = len(re.findall(r"^ *\d\d/11/2026 ", text, re.M))
        before, after = f"{drawn * 12.5:.2f}".replace(".", ","), f"{(drawn + rows) * 12.5:.2f}".replace(".", ",")
        expected = [("Report", before)] if number else []
        drawn += rows
        assert carried == (expected + [("À reporter", after)] if drawn < 60 else expected)
    assert drawn == 60


def test_fonts_are_embedded_and_readable(paper):
    fonts = run("pdffonts", paper).splitlines()[2:]
    assert len(fonts) == 4
    for line in fonts:
        assert re.search(r"OpenSans", line) and re.search(r" yes +yes +(yes|no) +\d+ +0$", line), line


def test_code_is_no_picture(paper):
    """One picture, the letterhead's: the QR code is drawn, so that it is sharp on every printer."""
    assert len(run("pdfimages", "-list", paper).splitlines()) == 3


def test_small_and_the_same_again(paper, tmp_path):
    assert paper.stat().st_size < 60_000
    run(PROGRAM, BUILD / "core/fonts", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == paper.read_bytes()
