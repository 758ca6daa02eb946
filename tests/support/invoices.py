# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation with the invoicing plugin, and what somebody owes in it, written by SQL: charges are another part's business."""
import datetime
import itertools
import pathlib
import re
import subprocess
import tempfile

import pymysql

import stack as st

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"
TREASURER, MANAGER, MEMBER = "tresor@demo.example", "gestion@demo.example", "membre@demo.example"
_sources = itertools.count(1)


class Till(st.Stack):
    """La Filature (a franchise of VAT) and Le Grand Canal (with VAT) issue; the plugin's tables are there."""

    PLUGINS = "reservation invoicing"

    def __init__(self, **settings):
        super().__init__(web="nginx", plugins_load=self.PLUGINS, **settings)
        st.ctl(self.comptoir.config, "user", "add", "tresor@canal.example", "Marc", "Poulain", input=st.PASSWORD + "\n")
        st.ctl(self.comptoir.config, "user", "role", "tresor@canal.example", "canal", "treasurer")
        self.accounts["tresor@canal.example"] = {
            "token": st.ctl(self.comptoir.config, "user", "token", "tresor@canal.example").stdout.strip()}

    def _start_database(self):
        super()._start_database()
        self.database.rows(
            "UPDATE party p JOIN organisation o ON o.id = p.id SET p.siren = '732829320', p.rna = 'W595001234',"
            " p.email = 'bonjour@filature.example' WHERE o.slug = 'filature';"
            "UPDATE party p JOIN organisation o ON o.id = p.id SET p.siren = '443061841', p.vat_no = 'FR64443061841'"
            " WHERE o.slug = 'canal';"
            "INSERT INTO address (party_id, street, postcode, town) SELECT id, '12 rue du Faubourg', '59000', 'Lille'"
            " FROM organisation WHERE slug IN ('filature', 'canal') ON DUPLICATE KEY UPDATE town = town;"
            "INSERT INTO invoicing_issuer (org_id, legal_form, iban, bic, letter_end) SELECT id, 'Association loi 1901',"
            f" '{IBAN}', '{BIC}', 'Merci de faire vivre le lieu.' FROM organisation WHERE slug IN ('filature', 'canal');"
            "INSERT INTO invoicing_regime (org_id, vat_regime, from_d) SELECT id, IF(slug = 'canal', 'normal', 'franchise'),"
            " '2020-01-01' FROM organisation WHERE slug IN ('filature', 'canal')")

    def org(self, slug):
        return self.database.value(f"SELECT id FROM organisation WHERE slug = '{slug}'")

    def party(self, name, address=("3 place de l’Œuvre", "59100", "Roubaix"), org="filature", public=False, siren=None):
        """A client organisation that `org` knows; `address` None: without one."""
        siren = f"'{siren}'" if siren else "NULL"
        self.database.rows(f"INSERT INTO party (kind, legal_name, public_buyer, siren) VALUES ('organisation', '{name}', {int(public)},"
                           f" {siren})")
        party = self.database.value(f"SELECT MAX(id) FROM party WHERE legal_name = '{name}'")
        self.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({self.org(org)}, {party})")
        if address:
            street, postcode, town = address
            self.database.rows("INSERT INTO address (party_id, street, postcode, town) VALUES"
                               f" ({party}, '{street}', '{postcode}', '{town}')")
        return party

    def client(self, party=None, org="filature", name="Zoé Guest", email=None):
        """The row of who owes; without a party a guest."""
        issuer = self.org(org)
        if party:
            self.database.rows(f"INSERT IGNORE INTO invoicing_client (issuer_id, party_id) VALUES ({issuer}, {party})")
            return self.database.value(f"SELECT id FROM invoicing_client WHERE issuer_id = {issuer} AND party_id = {party}")
        email = email or f"invite{next(_sources)}@exemple.example"
        self.database.rows(f"INSERT INTO invoicing_client (issuer_id, email, name) VALUES ({issuer}, '{email}', '{name}')")
        return self.database.value(f"SELECT id FROM invoicing_client WHERE issuer_id = {issuer} AND email = '{email}'")

    def charge(self, client, *lines, org="filature", title="Grande salle, 24/11/2026, 9 h – 12 h"):
        """Lines of one source: (cents, vat code) or a dictionary of columns. Gives their keys."""
        issuer, source = self.org(org), next(_sources)
        self.database.rows(f"INSERT INTO invoicing_source (issuer_id, kind, source_id, title) VALUES ({issuer}, 'essai.source',"
                           f" {source}, '{title}')")
        for n, line in enumerate(lines):
            if not isinstance(line, dict):
                line = {"amount_cents": line[0], "vat_code": line[1]}
            row = {"label": "Location", "quantity": 10000, "unit_amount": abs(line["amount_cents"]) * 100, "unit": "C62",
                   "amounts": "no_vat" if line["vat_code"] in ("O", "E293B", "E261") else "include_vat", "currency": "EUR",
                   "service_from_d": "2026-11-24", "service_to_d": "2026-11-24", "version": 1, "line": str(n), **line}
            row |= {"issuer_id": issuer, "client_id": client, "source_kind": "essai.source", "source_id": source}
            values = ", ".join("NULL" if v is None else f"'{v}'" for v in row.values())
            self.database.rows(f"INSERT INTO invoicing_charge ({', '.join(row)}) VALUES ({values})")
        return [int(k) for k, in self.database.rows(
            f"SELECT id FROM invoicing_charge WHERE source_kind = 'essai.source' AND source_id = {source} ORDER BY id")]

    def draft(self, who, client, org="filature", **more):
        """Keys of the drafts that a client's charges become."""
        answer = who.post(f"/o/{org}/invoices", json={"client": client, **more})
        assert answer.status_code == 201, (answer.status_code, answer.text)
        return answer.json()["drafts"]

    def issue(self, who, document, org="filature", total=None):
        """Issues it at its total, or says why not."""
        page = f"/o/{org}/invoices/{document}"
        if total is None:
            total = who.get(page).json()["total"]["cents"]
        return who.post(f"{page}/issue", json={"expected_total": f"{total // 100},{total % 100:02}"})

    def issued(self, who, client, org="filature"):
        """The one document of a client's charges, issued: its view."""
        [document] = self.draft(who, client, org)
        answer = self.issue(who, document, org)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.json()

    def as_user(self, sql):
        """What the database says to the user that serves requests: its error, or None."""
        try:
            self.database.rows(sql, user="comptoir", password=st.USER_SECRET)
        except pymysql.MySQLError as error:
            return f"ERROR {error.args[0]}: {error.args[1]}"
        return None


def due_since(till, document, days):
    """As if it had been due so many days ago: by the owner of the tables, with the triggers off."""
    till.database.rows("SET @at = CURDATE()", "comptoir")
    body = till.database.rows("SHOW CREATE TRIGGER invoicing_document_kept")[0][2]
    due = st.today() - datetime.timedelta(days)
    till.database.rows("DROP TRIGGER invoicing_document_kept;"
                       f"UPDATE invoicing_document SET due_d = '{due}' WHERE id = {document};{body}")


def text_of(pdf, layout=True):
    """The text of a PDF, with simple blanks; pages end with form feeds."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(["pdftotext", *(["-layout"] if layout else []), str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub("[\u00a0\u202f]", " ", done.stdout)
