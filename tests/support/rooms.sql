-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A place of the association La Filature for tests, with keys that support/stack.py names: open from 8 h to
-- 22 h every day, quarters of an hour, no notice.

SET @org = (SELECT id FROM organisation WHERE slug = 'filature');

INSERT INTO place (id, org_id, slug, name, state, summary, street, postcode, town, zone)
	VALUES (900, @org, 'essai', 'Lieu d''essai', 'open', 'Pour les essais.', '1 rue des Essais', '59000', 'Lille',
		'Europe/Paris');

INSERT INTO reservation_policy (id, org_id, parent_id, label, min_notice, max_notice, min_duration, max_duration,
		step, overnight, buffer_before, buffer_after, approval, hold_minutes)
	VALUES (901, @org, NULL, 'Essai', 0, 576000, 15, 1440, 15, 0, 0, 0, 'none', 20),
		(902, @org, 901, 'Sur demande', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'always', NULL),
		(903, @org, 901, 'Avec battement', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 30, NULL, NULL);

INSERT INTO reservation_place (place_id, policy_id) VALUES (900, 901);

INSERT INTO reservation_kind (id, org_id, label_one, label_many, verb_label, unit_word)
	VALUES (901, @org, 'salle d''essai', 'salles d''essai', NULL, NULL),
		(902, @org, 'poste', 'postes', NULL, 'postes'), (903, @org, 'grande salle', 'grandes salles', NULL, NULL);

INSERT INTO reservation_resource (id, org_id, place_id, kind_id, name, units, capacity, policy_id, members_only, position)
	VALUES (901, @org, 900, 901, 'Essai A', 1, 12, NULL, 0, 1), (902, @org, 900, 901, 'Essai B', 1, 20, NULL, 0, 2),
		(903, @org, 900, 901, 'Essai C', 1, 8, NULL, 0, 3), (904, @org, 900, 902, 'Postes', 12, NULL, NULL, 0, 4),
		(905, @org, 900, 903, 'Grande salle', 1, 80, NULL, 0, 5),
		(906, @org, 900, 903, 'Moitié nord', 1, 40, NULL, 0, 6), (907, @org, 900, 903, 'Moitié sud', 1, 40, NULL, 0, 7),
		(908, @org, 900, 903, 'Sur demande', 1, 30, 902, 0, 8),
		(909, @org, 900, 903, 'Avec battement', 1, 30, 903, 0, 9),
		(910, @org, 900, 903, 'Des membres', 1, 30, NULL, 1, 10);

INSERT INTO reservation_part (whole_id, leaf_id) VALUES (905, 906), (905, 907);

INSERT INTO reservation_opening (org_id, place_id, weekday_mask, opens, closes) VALUES (@org, 900, 127, 480, 1320);

INSERT INTO reservation_window (id, org_id, place_id, label, from_min, to_min)
	VALUES (901, @org, 900, 'matin', 540, 780), (902, @org, 900, 'après-midi', 840, 1080);

INSERT INTO reservation_tariff (id, org_id, kind_id, label, mode)
	VALUES (901, @org, 901, 'Tarif d''essai', 'fixed'), (902, @org, 902, 'Postes', 'gratis'),
		(903, @org, 903, 'Grande salle', 'fixed');
INSERT INTO reservation_step (org_id, tariff_id, window_id, unit, amount_cents)
	VALUES (@org, 901, NULL, 'hour_begun', 2400), (@org, 901, 901, 'window', 8000), (@org, 903, NULL, 'hour_begun', 5000);

-- what is sent is what a test did: the sample network reminds nobody of its bookings, at whatever hour the tests run
UPDATE reservation_ics SET remind_utc = NULL;
