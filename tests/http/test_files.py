# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored files: sent by forms and programs, checked by what is in them, served whole and in parts to whom may read them."""
import functools
import hashlib
import os
import pathlib
import random
import re
import signal
import struct
import sys
import threading
import time
import zlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import stack as st                                                      # noqa: E402
import webservers                                                       # noqa: E402
from test_records import Installation                                   # noqa: E402

THINGS = "/o/filature/things"
HTML = {"Accept": "text/html"}
CHUNK = 256 << 10
MOST = 20 << 20


# ---- files to send

def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, rows, kind=2, bits=8):
    """`rows`: an iterable of the bytes of each line. Kind 2 is RGB, 6 RGBA, 0 grey."""
    pack = zlib.compressobj(1)
    body = b"".join([*(pack.compress(b"\0" + row) for row in rows), pack.flush()])
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)) +
            png_chunk(b"tEXt", b"Comment\0taken at home") + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b""))


@functools.lru_cache
def photo(width=900, height=300):
    """Noise over colours, which a JPEG holds better than a PNG: red at the left, green at the right."""
    chance = random.Random(width)
    base = [(220 - x * 220 // width, x * 190 // width, 20) for x in range(width)]
    return png(width, height, (bytes((c + n) & 255 for pixel, n in zip(base, chance.randbytes(width)) for c in pixel
                                     for n in (n & 31,)) for _ in range(height)))


def glass():
    return png(100, 50, (b"\xff\0\0\x80" * 100 for _ in range(50)), 6)


def bomb():
    return png(30000, 30000, (bytes(3750) for _ in range(30000)), 0, 1)


def pdf(size):
    head, tail = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\n%%EOF\n"
    return head + random.Random(size).randbytes(size - len(head) - len(tail)) + tail


def size_of(picture):
    """Width and height of a PNG or JPEG."""
    if picture.startswith(b"\x89PNG"):
        return struct.unpack(">II", picture[16:24])
    at = 2
    while picture[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack(">H", picture[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", picture[at + 5:at + 9])
    return width, height


# ---- an installation

@pytest.fixture(scope="module", params=webservers.EVERY)
def site(request):
    """Behind each web server: bodies, ranges and validators are what one may change."""
    if not webservers.available(request.param):
        pytest.skip(f"{request.param} is not installed")
    with Installation(web=request.param) as s:
        yield s


@pytest.fixture(autouse=True)
def no_worker_lost(site, request):
    """Whatever is sent, the processes that serve stay the same."""
    before = workers(site)
    yield
    assert "memory" in request.node.name or (workers(site) == before and len(before) == 5)
    assert site.metric("comptoir_crashes_total") == 0


def workers(site):
    """The pids of what serves: children of the generation, without the job process's own helpers."""
    return sorted(pid for pid, parent, name in processes() if name == "comptoir-generation" and parent in generations(site))


def generations(site):
    return {pid for pid, parent, _ in processes() if parent == site.comptoir.process.pid}


def processes():
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
            name = (folder / "cmdline").read_text().split("\0")[0].rsplit("/", 1)[-1]
        except OSError:
            continue
        found.append((int(folder.name), int(text.rsplit(")", 1)[1].split()[1]), name))
    return found


@pytest.fixture(scope="module")
def manager(site):
    return site.login("gestion@demo.example")


@pytest.fixture(scope="module")
def treasurer(site):
    return site.login("tresor@demo.example")


def add(client, files=None, **values):
    values.setdefault("name", "Clé")
    answer = client.post(THINGS, data=values, files=files or {"none": None})
    assert answer.status_code == 201, answer.text
    return answer.json()


def refused(client, field, content, name="x.png", kind="image/png"):
    answer = client.post(THINGS, data={"name": "Clé"}, files={field: (name, content, kind)})
    assert answer.status_code == 422, (answer.status_code, answer.text[:300])
    return st.plain(answer.json()["errors"][field])


PDF = "application/pdf"


def send_paper(client, content, name="plan.pdf"):
    return add(client, {"paper": (name, content, "text/html")})["paper"]


# ---- what is stored is what is served

def test_picture_is_decoded_and_encoded_anew(site, manager):
    sent = photo(2400, 800)
    kept = add(manager, {"photo": ("rue à l'\"aube\".png", sent, "text/html")})["photo"]
    assert (kept["type"], kept["width"], kept["height"]) == ("image/jpeg", 1600, 533)
    answer = site.visitor().get(kept["href"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert size_of(answer.content) == (1600, 533) and len(answer.content) == kept["size"]
    assert b"taken at home" in sent and b"taken at home" not in answer.content
    small = site.visitor().get(kept["small"])
    assert size_of(small.content) == (480, 160) and len(small.content) < len(answer.content)
    again = add(manager, {"photo": ("x.jpg", answer.content, "image/jpeg")})["photo"]
    assert (again["type"], again["width"], again["name"]) == ("image/jpeg", 1600, "x.jpg")


def test_photo_is_turned_upright_and_says_nothing_of_its_camera(site, manager):
    kept = add(manager, {"photo": ("a.png", photo(), "image/png")})["photo"]
    upright = site.visitor().get(kept["href"]).content
    exif = (b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x0112, 3, 1, 6) + bytes(4))
    turned = upright[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + upright[2:]
    kept = add(manager, {"photo": ("a.jpg", turned, "image/jpeg")})["photo"]
    assert (kept["width"], kept["height"]) == (300, 900)
    assert b"Exif" not in site.visitor().get(kept["href"]).content


def test_what_can_be_seen_through_stays_so(site, manager):
    kept = add(manager, {"photo": ("logo.png", glass(), "image/png")})["photo"]
    assert (kept["type"], kept["width"], kept["height"], kept["name"]) == ("image/png", 100, 50, "logo.png")
    assert site.visitor().get(kept["href"]).content[25] == 6            # RGBA
    assert size_of(site.visitor().get(kept["small"]).content) == (100, 50)


@pytest.mark.parametrize("size", [40, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17, MOST])
def test_bytes_come_back_as_they_were_sent(site, manager, size):
    sent = pdf(size)
    kept = send_paper(manager, sent)
    assert (kept["type"], kept["size"], kept["width"], kept["small"]) == (PDF, size, None, None)
    answer = manager.get(kept["href"])
    assert answer.content == sent and int(answer.headers["Content-Length"]) == size
    digest = hashlib.sha256(sent).hexdigest()
    assert answer.headers["ETag"] == f'"{digest[:32]}"'
    assert site.database.rows("SELECT LOWER(HEX(f.sha256)), COUNT(*), SUM(LENGTH(c.data)), MAX(c.seq) + 1 FROM file f"
                              f" JOIN file_chunk c ON c.file_id = f.id WHERE f.uid = '{kept['uid']}'") == \
        [[digest, str(-(-size // CHUNK)), str(size), str(-(-size // CHUNK))]]


def test_text_is_saved_and_never_shown(manager):
    page = "nom;prix\r\n<script>alert(1)</script>;12,50\r\né€😀\r\n".encode() * 20000
    kept = send_paper(manager, page, "prix.html")
    answer = manager.get(kept["href"])
    assert answer.content == page and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_headers(site, manager):
    kept = add(manager, {"photo": ('é"1 %.png', photo(), "image/png")})["photo"]
    answer = site.visitor().get(kept["href"])
    assert answer.headers["Content-Disposition"] == "inline; filename=\"___1 _.jpg\"; filename*=UTF-8''%C3%A9%221%20%25.jpg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'"
    assert "Vary" not in answer.headers and "Set-Cookie" not in answer.headers
    assert site.visitor().get(kept["href"] + "?download=1").headers["Content-Disposition"].startswith("attachment;")
    head = site.visitor().head(kept["href"])
    assert head.status_code == 200 and head.content == b""
    for name in ("Content-Length", "ETag", "Last-Modified", "Content-Type", "Content-Disposition", "Accept-Ranges"):
        assert head.headers[name] == answer.headers[name]
    paper = manager.get(send_paper(manager, pdf(1000))["href"])
    assert paper.headers["Cache-Control"] == "private, no-cache" and "Cookie" in paper.headers["Vary"]
    assert "sandbox" not in paper.headers["Content-Security-Policy"]    # browsers' viewers of PDF refuse to work in one


def test_unchanged_and_changed(manager):
    kept = send_paper(manager, pdf(5000))
    first = manager.get(kept["href"])

    def ask(**headers):
        answer = manager.get(kept["href"], headers={k.replace("_", "-"): v for k, v in headers.items()})
        return answer.status_code, len(answer.content)
    etag, date = first.headers["ETag"], first.headers["Last-Modified"]
    assert ask(If_None_Match=etag) == (304, 0)
    assert ask(If_None_Match=f'W/{etag}, "x"') == (304, 0)
    assert ask(If_None_Match='"x"') == (200, 5000)
    assert ask(If_Modified_Since=date) == (304, 0)
    assert ask(If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT") == (200, 5000)
    assert ask(If_Match=etag) == (200, 5000)
    assert ask(If_Match='"x"')[0] == 412


def test_ranges(manager):
    sent = pdf(2 * CHUNK + 1000)
    kept = send_paper(manager, sent)
    etag = manager.get(kept["href"]).headers["ETag"]

    def part(text, **headers):
        answer = manager.get(kept["href"], headers={"Range": text, **headers})
        return answer.status_code, answer.headers.get("Content-Range"), answer.content
    size = len(sent)
    for text, first, last in (("0-0", 0, 0), ("0-99", 0, 99), (f"{CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK),
                              (f"100-{2 * CHUNK + 99}", 100, 2 * CHUNK + 99), (f"{CHUNK}-", CHUNK, size - 1),
                              ("-1", size - 1, size - 1), (f"-{2 * size}", 0, size - 1),
                              (f"{size - 1}-{size + 99}", size - 1, size - 1)):
        assert part(f"bytes={text}") == (206, f"bytes {first}-{last}/{size}", sent[first:last + 1]), text
    assert part("bytes=0-9", **{"If-Range": etag})[0] == 206
    assert part("bytes=0-9", **{"If-Range": '"another"'}) == (200, None, sent)
    assert part("bytes=0-9", **{"If-Range": f"W/{etag}"}) == (200, None, sent)
    assert part("lines=0-9") == (200, None, sent)
    # several are no single one: the whole is sent, or by lighttpd, where they are close, what holds them all
    assert part("bytes=0-1,5-6") in ((200, None, sent), (206, f"bytes 0-6/{size}", sent[:7]))
    for invalid in ("bytes=9-0", "bytes=a-b", "bytes=-"):       # RFC 9110, 14.2: ignored or, as by lighttpd, rejected
        assert part(invalid) == (200, None, sent) or part(invalid)[0] == 416, invalid
    assert part(f"bytes={size}-")[:2] == (416, f"bytes */{size}")
    head = manager.head(kept["href"], headers={"Range": "bytes=0-9"})
    assert (head.status_code, int(head.headers["Content-Length"])) == (200, size)


# ---- who may read it

def test_who_may_read(site, manager):
    admin, member, treasurer = (site.login(f"{who}@demo.example") for who in ("admin", "membre", "tresor"))
    stranger, boss, root = (site.login(who) for who in ("membre@canal.example", "admin@canal.example",
                                                        "installation@demo.example"))
    thing = add(admin, {"paper": ("a.pdf", pdf(900), PDF), "bill": ("b.pdf", pdf(800), PDF)})
    bill = admin.get(f"{THINGS}/{thing['id']}").json()["bill"]["href"]

    def who(path):
        return [c.get(path).status_code for c in (admin, manager, treasurer, member, stranger, boss, root, site.visitor())]
    assert who(thing["paper"]["href"]) == [200, 200, 200, 200, 404, 404, 404, 404]
    assert who(bill) == [200, 404, 200, 404, 404, 404, 404, 404]
    assert "bill" not in manager.get(f"{THINGS}/{thing['id']}").json()
    uid = thing["paper"]["uid"]
    site.database.rows(f"UPDATE file SET readers = '', party_id = {site.person('membre@canal.example')} WHERE uid = '{uid}'")
    assert who(thing["paper"]["href"]) == [404, 404, 404, 404, 200, 404, 404, 404]
    site.database.rows(f"UPDATE file SET party_id = (SELECT id FROM organisation WHERE slug = 'lys-lez') WHERE uid = '{uid}'")
    assert who(thing["paper"]["href"]) == [404] * 8
    assert site.login("contact@lys-lez.example").get(thing["paper"]["href"]).status_code == 200
    site.database.rows(f"UPDATE file SET readers = 'gone.plugin', party_id = NULL WHERE uid = '{uid}'")
    assert who(thing["paper"]["href"]) == [404] * 8


@pytest.mark.parametrize("path", ["/files/1", "/files/x", "/files/" + "0" * 36, "/files/00000000-0000-0000-0000-000000000000",
                                  "/files/00000000-0000-0000-0000-000000000000/small"])
def test_there_is_none(site, path):
    assert site.visitor().get(path).status_code == 404


def test_a_paper_has_no_small_picture(manager):
    assert manager.get(send_paper(manager, pdf(500))["href"] + "/small").status_code == 404


# ---- what is refused, with a sentence

UNREADABLE = "Cette image ne peut pas être lue. Merci de l’envoyer en JPEG ou PNG."


@pytest.mark.parametrize("content", [
    b"<html><script>alert(1)</script></html>",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"GIF89a" + bytes(100), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + bytes(1000), photo()[:20000], photo()[:-1],
    photo()[:5000] + bytes(3000) + photo()[8000:], pdf(400), b"PK\x03\x04" + bytes(200), b"\0" * 70000,
], ids=["html", "svg", "gif", "png-head", "jpeg-head", "cut", "last-byte", "damaged", "pdf", "zip", "zeroes"])
def test_what_is_no_picture(manager, content):
    assert refused(manager, "photo", content) == UNREADABLE


def test_bomb_is_refused_before_it_goes_off(manager):
    start = time.monotonic()
    assert refused(manager, "photo", bomb()) == "Cette image est trop grande : elle peut avoir au plus 64 millions de pixels."
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("content, sentence", [
    (b"", "Ce fichier est vide. Merci d’en choisir un autre."),
    (pdf(4000)[:-8], "La fin de ce PDF manque. Merci de l’envoyer à nouveau."),
    (b"a;b\n" * 90000 + b"\0" + b"c;d\n" * 9, "Ce fichier n’est pas un texte en UTF-8."
     " Enregistrez-le au format « CSV UTF-8 », puis envoyez-le à nouveau."),
    (b"a;b\n" * 90000 + b"\xc3", "Ce fichier n’est pas un texte en UTF-8."
     " Enregistrez-le au format « CSV UTF-8 », puis envoyez-le à nouveau."),
    (b"MZ\0\0", "Ce type de fichier n’est pas accepté ici. Sont possibles : PDF, JPEG, PNG, CSV."),
    (b"BEGIN:VCALENDAR\r\n", "Ce type de fichier n’est pas accepté ici. Sont possibles : PDF, JPEG, PNG, CSV."),
], ids=["empty", "cut", "nul", "cut-character", "program", "calendar"])
def test_what_is_no_paper(manager, content, sentence):
    answer = refused(manager, "paper", content, "a.pdf", PDF)
    assert answer == sentence


def test_too_large(site, manager):
    admin = site.login("admin@demo.example")
    sentence = refused(admin, "bill", pdf((100 << 10) + 1), "b.pdf")
    assert sentence == "Ce fichier est trop volumineux : 100 ko au plus."
    for size in (MOST + 1, 21 << 20):
        answer = manager.post(THINGS, data={"name": "Clé"}, files={"paper": ("a.pdf", pdf(size), PDF)})
        assert answer.status_code == 413 and "20 Mo" in st.plain(answer.json()["detail"]), answer.text


def test_two_files_for_one_field(manager):
    answer = manager.post(THINGS, data={"name": "Clé"}, files=[("paper", ("a.pdf", pdf(100), PDF))] * 2)
    assert answer.status_code == 400


def helpers(parents):
    """What these workers have started, and by what name; a child has its parent's until it runs its own program."""
    return [(int(child), pathlib.Path(f"/proc/{child}/comm").read_text().strip()) for pid in parents
            for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("how, at_most", [(signal.SIGKILL, 8), (signal.SIGSTOP, 20)])
def test_helper_that_ends_or_stands_still(site, manager, how, at_most):
    """Its worker answers, by the deadline of 15 s at the latest."""
    large = png(7000, 7000, (bytes((x + y) & 255 for x in range(7000)) for y in range(7000)), 0)
    answers, seen, parents = [], [], workers(site)
    thread = threading.Thread(target=lambda: answers.append(refused(manager, "photo", large)))
    start = time.monotonic()
    thread.start()
    st.wait_for(lambda: seen.extend(pid for pid, name in helpers(parents) if name == "comptoir-image") or seen, 10, 0.001)
    os.kill(seen[0], how)
    thread.join(30)
    assert answers == [UNREADABLE] and time.monotonic() - start < at_most
    assert helpers(parents) == []


def test_without_its_helper(site, manager):
    """A wrong installation is nobody's wrong picture."""
    program = site.folder / "helpers/comptoir-image"
    moved = program.rename(program.with_name("moved"))
    try:
        answer = manager.post(THINGS, data={"name": "Clé"}, files={"photo": ("a.png", photo(), "image/png")})
    finally:
        moved.rename(program)
    assert answer.status_code == 503
    assert add(manager, {"photo": ("a.png", photo(), "image/png")})["photo"]


# ---- records

def row_of(manager, thing):
    return manager.get(f"{THINGS}/{thing['id']}").json()


def change(client, thing, files=None, **values):
    return client.post(f"{THINGS}/{thing['id']}", data={"row_version": thing["row_version"], "active": "1", **values},
                       files=files or {"none": None})


def test_json_keeps_and_clears(manager):
    thing = add(manager, {"photo": ("a.png", photo(), "image/png")})
    path = f"{THINGS}/{thing['id']}"
    kept = manager.post(path, json={"row_version": 1, "code": "C-9"}).json()
    assert kept["photo"] == thing["photo"] and kept["code"] == "C-9"
    assert manager.post(path, json={"row_version": 2, "photo": thing["photo"]["uid"]}).status_code == 422
    echo = manager.post(path, json={"row_version": 2, "photo": kept["photo"], "photo_remove": False})
    assert echo.status_code == 200 and echo.json()["photo"] == thing["photo"]
    assert manager.post(path, data={"row_version": 3, "photo": ""}).json()["photo"] == thing["photo"]
    gone = manager.post(path, json={"row_version": 4, "photo": None})
    assert gone.status_code == 200 and gone.json()["photo"] is None
    assert manager.get(thing["photo"]["href"]).status_code == 200       # until the job comes by


def test_form_keeps_replaces_and_removes(site, manager):
    thing = add(manager, {"paper": ("plan.pdf", pdf(1234), PDF)})
    page = manager.page(f"{THINGS}/{thing['id']}/edit")
    assert 'enctype="multipart/form-data"' in page.answer.text and "plan.pdf" in page.text and not page.unlabelled()
    assert 'accept="application/pdf,image/jpeg,image/png,text/csv,.csv,.txt"' in page.answer.text
    answer = manager.submit(page.form(f"/{thing['id']}"), code="K-1")
    assert answer.status_code == 303
    kept = row_of(manager, thing)
    assert kept["paper"] == thing["paper"] and kept["code"] == "K-1"
    changed = change(manager, kept, {"paper": ("neu.pdf", pdf(99), PDF)}, name="Clé").json()
    assert changed["paper"]["name"] == "neu.pdf" and changed["paper"]["uid"] != thing["paper"]["uid"]
    removed = change(manager, changed, paper_remove="1").json()
    assert removed["paper"] is None
    history = manager.page(f"{THINGS}/{thing['id']}").text
    digest = hashlib.sha256(pdf(99)).hexdigest()[:12]
    assert f"neu.pdf (sha256 {digest})" in history and "plan.pdf (sha256 " in history
    trace = site.database.value(f"SELECT after_json FROM audit WHERE kind = 'thing' AND object_id = {thing['id']}"
                                " ORDER BY id LIMIT 1")
    assert "plan.pdf (sha256" in trace


def token_in(page, name="paper"):
    found = [v for f in page.forms for k, v in f.values if k == name]
    assert len(found) == 1, found
    return found[0]


def test_file_outlives_another_fields_error(site, manager):
    csrf = {"csrf": manager.csrf(f"{THINGS}/new")}
    answer = manager.post(THINGS, data={"name": "Clé", "state": "used", "copies": "1000", **csrf}, headers=HTML,
                          files={"paper": ("plan.pdf", pdf(4321), PDF)})
    assert answer.status_code == 422
    page = st.Page(answer)
    assert "plan.pdf" in page.text and "Il est bien arrivé" in page.text
    token = token_in(page)
    again = manager.submit(page.form(THINGS), copies="2")
    assert again.status_code == 303, again.text
    thing = manager.get(again.headers["Location"]).json()
    assert thing["paper"]["size"] == 4321 and token.startswith(thing["paper"]["uid"])
    uid = thing["paper"]["uid"]
    gone = "Ce fichier n’a pas été reçu. Choisissez-le à nouveau."
    for field, value in (("paper", f"{uid}.{'0' * 32}"), ("paper", uid), ("paper", token[:-1]), ("photo", token),
                         ("paper", thing["id"])):
        answer = manager.post(THINGS, data={"name": "Clé", field: value})
        assert answer.status_code == 422 and answer.json()["errors"] == {field: gone}, (field, value, answer.text)
    dropped = manager.submit(page.form(THINGS), copies="2", paper_remove="1")
    assert manager.get(dropped.headers["Location"]).json()["paper"] is None


def test_lost_race_keeps_the_file(manager):
    thing = add(manager, {"paper": ("alt.pdf", pdf(500), PDF)})
    change(manager, thing, code="A-1")
    csrf = manager.csrf(f"{THINGS}/new")
    answer = manager.post(f"{THINGS}/{thing['id']}", data={"row_version": 1, "name": "Clé", "csrf": csrf}, headers=HTML,
                          files={"paper": ("neu.pdf", pdf(600), PDF)})
    assert answer.status_code == 409
    page = st.Page(answer)
    assert "neu.pdf" in page.text and "alt.pdf" in page.text
    assert manager.submit(page.form(f"/{thing['id']}")).status_code == 303
    assert row_of(manager, thing)["paper"]["name"] == "neu.pdf"


def test_list_names_files_by_one_query(site, manager):
    site.database.rows("DELETE FROM types_stored; DELETE FROM types_thing")

    def queries():
        return site.comptoir.queries(lambda: manager.get(THINGS))

    add(manager)
    bare = queries()
    for i in range(4):
        send_paper(manager, pdf(100 + i), f"{i}.pdf")
    assert queries() == bare + 1
    found = [row["paper"]["name"] for row in manager.get(THINGS).json()["rows"] if row["paper"]]
    assert sorted(found) == ["0.pdf", "1.pdf", "2.pdf", "3.pdf"]
    assert manager.page(THINGS).links.count("/nowhere") == 0
    assert "0.pdf" in manager.page(THINGS).text and "0.pdf" in manager.get(f"{THINGS}.csv").text


def test_serving_asks_for_the_file_and_its_chunks(site, manager):
    kept = send_paper(manager, pdf(5 * CHUNK + 1))
    site.database.rows(f"UPDATE file SET readers = 'public' WHERE uid = '{kept['uid']}'")
    visitor, part = site.visitor(), {"Range": f"bytes={CHUNK - 1}-{CHUNK}"}
    assert site.comptoir.queries(lambda: visitor.get(kept["href"])) == 1 + 6
    assert site.comptoir.queries(lambda: visitor.get(kept["href"], headers=part)) == 1 + 2
    assert site.comptoir.queries(lambda: visitor.head(kept["href"])) == 1


# ---- what nobody wants goes

def purge(site):
    site.database.rows("UPDATE file SET purge_utc = '2000-01-01' WHERE purge_utc IS NOT NULL")
    return st.ctl(site.comptoir.config, "jobs", "run", "file.purge", check=False)


def stored(site, file):
    return site.database.value(f"SELECT COUNT(*) FROM file WHERE uid = '{file['uid']}'") == 1


def test_purge(site, manager):
    thing = add(manager, {"photo": ("a.png", photo(), "image/png"), "paper": ("a.pdf", pdf(700000), PDF)})
    manager.post(THINGS, data={"name": "Clé", "copies": "1000"}, files={"paper": ("left.pdf", pdf(600), PDF)})
    left = {"uid": site.database.value("SELECT uid FROM file WHERE name = 'left.pdf'")}
    due = site.database.value(f"SELECT TIMESTAMPDIFF(HOUR, created_utc, purge_utc) FROM file WHERE uid = '{left['uid']}'")
    assert due == 24 and stored(site, left)
    assert purge(site).returncode == 0
    assert not stored(site, left) and stored(site, thing["photo"]) and stored(site, thing["paper"])
    assert site.database.value(f"SELECT purge_utc FROM file WHERE uid = '{thing['paper']['uid']}'") is None
    changed = change(manager, thing, {"photo": ("b.png", glass(), "image/png")}).json()
    assert stored(site, thing["photo"]) and purge(site).returncode == 0
    assert not stored(site, thing["photo"]) and stored(site, changed["photo"])
    assert manager.post(f"{THINGS}/{thing['id']}/delete", json={"row_version": 2}).status_code in (200, 409)
    site.database.rows("DELETE FROM types_stored")
    site.database.rows(f"DELETE FROM types_thing WHERE id = {thing['id']}")
    site.database.rows("UPDATE file SET purge_utc = '2000-01-01'")
    assert purge(site).returncode == 0
    rows = site.database.rows("SELECT f.name FROM file f LEFT JOIN types_thing t ON f.id IN"
                              " (t.photo_file_id, t.paper_id, t.bill_id) LEFT JOIN file b ON b.small_id = f.id"
                              " WHERE t.id IS NULL AND b.id IS NULL")
    assert rows == []
    assert site.database.value("SELECT COUNT(*) FROM file_chunk c LEFT JOIN file f ON f.id = c.file_id WHERE f.id IS NULL") == 0


def test_purge_passes_by_what_is_in_use(site, manager):
    """More than a page of files that are in use, and one behind them: it goes the first time, and no other is touched."""
    thing = add(manager, {"paper": ("a.pdf", pdf(700), PDF)})
    purge(site)
    left = send_paper(manager, pdf(900))
    key = site.database.value(f"SELECT id FROM file WHERE uid = '{left['uid']}'")
    paper = site.database.value(f"SELECT id FROM file WHERE uid = '{thing['paper']['uid']}'")
    site.database.rows(
        "INSERT INTO file (sha256, size, type, name, small_id, purge_utc) SELECT UNHEX(SHA2(seq, 256)), 1, 'image/png',"
        f" 'used.png', NULL, '2000-01-01' FROM seq_1_to_250; UPDATE file SET purge_utc = '2000-01-02' WHERE id = {key};"
        f"UPDATE types_thing SET paper_id = NULL WHERE paper_id = {key}; DELETE FROM types_stored;"
        "CREATE TABLE types_user (file_id BIGINT UNSIGNED NOT NULL, FOREIGN KEY (file_id) REFERENCES file (id));"
        "INSERT INTO types_user SELECT id FROM file WHERE name = 'used.png'")
    try:
        deleted = "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'HANDLER_DELETE'"
        before = site.database.value(deleted)
        assert st.ctl(site.comptoir.config, "jobs", "run", "file.purge").returncode == 0
        assert not stored(site, left) and int(site.database.value(deleted)) - int(before) < 10
        assert site.database.value("SELECT COUNT(*) FROM file WHERE name = 'used.png' AND purge_utc IS NULL") == 250
        assert site.database.value(f"SELECT COUNT(*) FROM file WHERE id = {paper}") == 1
    finally:
        site.database.rows("DROP TABLE types_user; UPDATE file SET purge_utc = '2000-01-01' WHERE name = 'used.png'")
        purge(site)


def test_deleted_row_lets_its_files_go(site, manager):
    keeper = add(manager, {"paper": ("a.pdf", pdf(300), PDF)})
    site.database.rows("DELETE FROM types_stored")
    answer = manager.post(f"{THINGS}/{keeper['id']}/delete", json={"row_version": 1})
    assert answer.status_code == 200 and answer.json()["archived"] is False
    assert purge(site).returncode == 0 and not stored(site, keeper["paper"])


def test_nothing_is_purged_where_a_reference_could_be_missed(site, manager):
    left = send_paper(manager, pdf(200))
    site.database.rows("UPDATE types_thing SET paper_id = NULL")
    site.database.rows("ALTER TABLE types_thing DROP FOREIGN KEY types_thing_bill")
    done = purge(site)
    site.database.rows("ALTER TABLE types_thing ADD CONSTRAINT types_thing_bill FOREIGN KEY (bill_id) REFERENCES file (id)")
    assert stored(site, left) and "bill" in done.stderr + done.stdout + site.comptoir.log()
    assert purge(site).returncode == 0 and not stored(site, left)


# ---- memory

def test_request_past_its_memory_ends_alone(site):
    assert site.visitor().get("/greedy?mebibytes=20").status_code == 200
    before = workers(site)
    answer = site.visitor().get("/greedy?mebibytes=5000")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.text.startswith("C’était trop à la fois.")
    after = st.wait_for(lambda: len(workers(site)) == 5 and workers(site) != before and workers(site))
    assert len(set(before) - set(after)) == 1
    assert site.metric("comptoir_crashes_total") == 0
    assert all(site.visitor().get("/").status_code < 500 for _ in range(20))


# ---- behind each web server: the sample network

@pytest.fixture
def admin(stack):
    return stack.login("admin@demo.example")


def test_photo_of_a_place(stack, admin):
    path = f"/o/filature/places/{stack.database.value('SELECT id FROM place WHERE slug = ' + chr(39) + 'la-filature' + chr(39))}"
    version = admin.get(path).json()["row_version"]
    answer = admin.post(path, data={"row_version": version}, files={"photo": ("lieu.png", photo(1200, 800), "image/png")})
    assert answer.status_code == 200, answer.text
    kept = answer.json()["photo"]
    whole = stack.visitor().get(kept["href"])
    assert whole.status_code == 200 and size_of(whole.content) == (1200, 800)
    part = stack.visitor().get(kept["href"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.content)}"
    assert stack.visitor().get(kept["href"], headers={"Range": "bytes=99999999-"}).status_code == 416
    unchanged = stack.visitor().get(kept["href"], headers={"If-None-Match": whole.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    head = stack.visitor().head(kept["href"])
    # Apache takes the length off
    assert (head.status_code, head.headers.get("Content-Length", str(len(whole.content)))) == (200, str(len(whole.content)))
    for page in ("/places/la-filature", "/"):
        text = stack.browser().get(page).text
        image = re.search(r'<img[^>]*src="([^"]*)"[^>]*>', text)
        assert image and kept["uid"] in image[1], page
        assert 'width="1200"' in image[0] and 'height="800"' in image[0] and "La Filature" in image[0]
        assert stack.visitor().get(stack.visitor().below(image[1])).status_code == 200
    assert stack.visitor().get("/places/la-filature").json()["place"]["photo"]["uid"] == kept["uid"]


def test_large_file_through_the_web_server(stack, admin):
    """21 MiB are refused with a page, whatever is in front."""
    path = "/o/filature/places"
    answer = admin.post(path, data={"name": "X"}, files={"photo": ("a.png", bytes(21 << 20), "image/png")})
    assert answer.status_code == 413 and "20" in answer.json()["detail"]


def test_who_may_not_send(stack):
    for client, status in ((stack.visitor(), 401), (stack.login("gestion@demo.example"), 403),
                           (stack.login("admin@canal.example"), 403)):
        answer = client.post("/o/filature/places", data={"name": "X"}, files={"photo": ("a.png", photo(), "image/png")})
        assert answer.status_code == status, answer.text
    assert stack.database.value("SELECT COUNT(*) FROM file WHERE name LIKE 'a.%'") == 0


def test_logo_stands_in_the_top_bar(stack, admin):
    version = admin.get("/o/filature/places").json()["rows"][0]
    answer = admin.post(f"/o/filature/places/{version['id']}", data={"row_version": version["row_version"]},
                        files={"photo": ("logo.png", glass(), "image/png")})
    uid = answer.json()["photo"]["uid"]
    stack.database.rows(f"UPDATE organisation SET logo_file_id = (SELECT id FROM file WHERE uid = '{uid}') WHERE slug = 'filature'")
    bar = stack.browser().get("/places/la-filature").text.split("</header>")[0]
    assert f'/files/{uid}/small"' in bar and 'class="mark"' not in bar and 'width="100" height="50"' in bar
    other = stack.browser().get("/places/atelier-du-canal").text.split("</header>")[0]
    assert 'class="mark"' in other and "<img" not in other
    stack.database.rows("UPDATE organisation SET logo_file_id = NULL")
