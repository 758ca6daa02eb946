# SPDX-License-Identifier: GPL-3.0-or-later
"""A place of 20 rooms that has 120 bookings a day, for as many days as wanted: made by SQL, for figures and limits."""

A_DAY, ROOMS, AHEAD = 120, 20, 15               # the middle of the days is so many days ahead

PLACE = """
SET @org = (SELECT id FROM organisation WHERE slug = 'filature');
INSERT INTO place (id, org_id, slug, name) VALUES (950, @org, 'grand', 'Grand lieu');
INSERT INTO reservation_place (place_id, policy_id) VALUES (950, 901);
INSERT INTO reservation_opening (org_id, place_id, weekday_mask, opens, closes) VALUES (@org, 950, 127, 480, 1320);
INSERT INTO reservation_resource (id, org_id, place_id, kind_id, name, position)
	SELECT 9500 + seq, @org, 950, 901, CONCAT('Salle ', seq), seq FROM seq_1_to_20;
"""

# The n-th booking: the days spread from the middle outwards, so that the middle is the same at every size. The last of
# a day ends by 21 h in winter and in summer.
ROW = f"""
	SELECT seq + 1000000 AS id, 9501 + (seq MOD {ROOMS}) AS room,
		UTC_DATE() + INTERVAL {AHEAD} DAY
		+ INTERVAL IF(seq DIV {A_DAY} MOD 2, 1, -1) * CAST((seq DIV {A_DAY} + 1) DIV 2 AS SIGNED) DAY
		+ INTERVAL 7 + (seq MOD {A_DAY}) DIV {ROOMS} * 2 HOUR AS start
	FROM seq_%d_to_%d
"""

ICS = """
INSERT INTO reservation_ics (booking_id, full, busy)
	SELECT id, CONCAT('BEGIN:VEVENT\\r\\nUID:', uid, '\\r\\nDTSTAMP:20260101T000000Z\\r\\nLAST-MODIFIED:20260101T000000Z\\r\\n',
		'DTSTART;TZID=Europe/Paris:', DATE_FORMAT(start_local, '%Y%m%dT%H%i%s'), '\\r\\nDTEND;TZID=Europe/Paris:',
		DATE_FORMAT(end_local, '%Y%m%dT%H%i%s'), '\\r\\nSEQUENCE:0\\r\\nSUMMARY:Occupé\\r\\nSTATUS:CONFIRMED\\r\\n',
		'CLASS:PRIVATE\\r\\nEND:VEVENT\\r\\n') AS full, (SELECT full) FROM reservation_booking WHERE place_id = 950;
"""


def place(database):
    database.rows(PLACE)


def fill(database, first, last):
    """The bookings with these numbers, confirmed, each with its item and its time."""
    rows = ROW % (first, last)
    database.rows(f"""
SET unique_checks = 0, foreign_key_checks = 0;
SET @org = (SELECT id FROM organisation WHERE slug = 'filature');
INSERT INTO reservation_booking (id, uid, org_id, place_id, title, start_local, end_local, zone, start_utc, end_utc, status)
	SELECT id, UUID(), @org, 950, 'beaucoup', start + INTERVAL 1 HOUR, start + INTERVAL 3 HOUR, 'Europe/Paris', start,
		start + INTERVAL 2 HOUR, 'confirmed' FROM ({rows}) r;
INSERT INTO reservation_item (id, booking_id, resource_id) SELECT id, id, room FROM ({rows}) r;
INSERT INTO reservation_occupancy (resource_id, unit_no, start_utc, end_utc, cause, item_id)
	SELECT room, 1, start, start + INTERVAL 2 HOUR, 'booking', id FROM ({rows}) r ORDER BY room, start;
ANALYZE TABLE reservation_booking, reservation_item, reservation_occupancy;
""")


def events(database):
    """What a feed reads of them."""
    database.rows(ICS.replace("(SELECT full)", "''") + "UPDATE reservation_ics JOIN reservation_booking ON id = booking_id"
                  " SET busy = full WHERE place_id = 950")
