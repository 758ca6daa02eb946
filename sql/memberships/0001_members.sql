-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Who belongs to an organisation, by which plan, from when to when, and whether the dues are paid (ADR 0038).

CREATE TABLE memberships_plan (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(80) NOT NULL,
	detail TEXT COMMENT 'What it gives, as people read it before they join',
	whom VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	pricing VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	price_cents BIGINT COMMENT 'fixed: the price; free: the floor; bracket: the brackets say',
	period VARCHAR(16) COLLATE utf8mb4_bin NOT NULL COMMENT 'months: twelve from the first day; else years, prorated at the first price',
	first_month TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Of such a year',
	counterpart TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'It buys something: VAT may apply; else out of its scope',
	vat_code VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'With a counterpart',
	audience_code VARCHAR(20) COLLATE utf8mb4_bin COMMENT 'What its members count as where prices are asked',
	approval TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'Who asks by the web waits for an answer',
	offered TINYINT(1) NOT NULL DEFAULT 1 COMMENT '0: nobody joins by it, and nobody renews',
	notice_days SMALLINT UNSIGNED NOT NULL DEFAULT 30 COMMENT 'The next period is proposed so long before the end',
	grace_days SMALLINT UNSIGNED NOT NULL DEFAULT 45 COMMENT 'Unpaid dues end a membership so long after they fell due',
	position SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE memberships_plan_uid (uid),
	KEY memberships_plan_of_org (org_id, position),
	CONSTRAINT memberships_plan_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_plan_whom CHECK (whom IN ('person', 'organisation', 'both')),
	CONSTRAINT memberships_plan_pricing CHECK (pricing IN ('fixed', 'bracket', 'free')),
	CONSTRAINT memberships_plan_price CHECK ((pricing = 'bracket') = (price_cents IS NULL) AND COALESCE(price_cents, 0) >= 0),
	CONSTRAINT memberships_plan_period CHECK (period IN ('year', 'months', 'prorated')),
	CONSTRAINT memberships_plan_month CHECK (first_month BETWEEN 1 AND 12),
	CONSTRAINT memberships_plan_vat CHECK ((counterpart = 1) = (vat_code IS NOT NULL))
) COMMENT 'A way to belong: for whom, for how long, at what price, and what it counts as';

CREATE TABLE memberships_bracket (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	plan_id BIGINT UNSIGNED NOT NULL,
	label VARCHAR(80) NOT NULL COMMENT 'under 25 years; a budget below 50 000 €',
	price_cents BIGINT NOT NULL,
	position SMALLINT UNSIGNED NOT NULL DEFAULT 0,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	archived_at DATETIME,
	UNIQUE memberships_bracket_uid (uid),
	UNIQUE memberships_bracket_label (plan_id, label),
	KEY memberships_bracket_of_org (org_id, plan_id),
	CONSTRAINT memberships_bracket_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_bracket_plan FOREIGN KEY (plan_id) REFERENCES memberships_plan (id),
	CONSTRAINT memberships_bracket_price CHECK (price_cents >= 0)
) COMMENT 'A price of a plan for those whom its label names';

CREATE TABLE memberships_member (
	org_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	version INT UNSIGNED NOT NULL DEFAULT 1,
	PRIMARY KEY (org_id, party_id),
	KEY memberships_member_party (party_id),
	CONSTRAINT memberships_member_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_member_is FOREIGN KEY (party_id) REFERENCES party (id)
) COMMENT 'Guard row: raised before it is asked whether the periods of a party overlap';

CREATE TABLE memberships_membership (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	uid UUID NOT NULL DEFAULT UUID(),
	org_id BIGINT UNSIGNED NOT NULL,
	party_id BIGINT UNSIGNED NOT NULL,
	plan_id BIGINT UNSIGNED NOT NULL,
	bracket_id BIGINT UNSIGNED,
	period_d DATE NOT NULL COMMENT 'First day of the period, also where somebody joins in its middle',
	from_d DATE NOT NULL,
	to_d DATE NOT NULL,
	state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	taken TINYINT(1) AS (IF(state IN ('refused', 'ended'), NULL, 1)) VIRTUAL,
	reason VARCHAR(16) COLLATE utf8mb4_bin COMMENT 'Why it ended before its last day',
	dues_cents BIGINT NOT NULL COMMENT 'All of it, the gift included',
	gift_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'What was given above the floor of a free price',
	due_d DATE COMMENT 'Since when the dues are owed; NULL: nobody was asked for them yet',
	reminded TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Reminders that were sent',
	posted TINYINT(1) NOT NULL DEFAULT 0 COMMENT 'The dues stand among the charges',
	hand_utc DATETIME COMMENT 'Said to be paid, by hand',
	settled_utc DATETIME COMMENT 'Paid, as invoicing says',
	renews TINYINT(1) NOT NULL DEFAULT 1 COMMENT 'The next period is proposed by itself',
	renewed_id BIGINT UNSIGNED COMMENT 'Of a renewal: the membership that it goes on from; once',
	source VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
	asked_by_id BIGINT UNSIGNED COMMENT 'Who joined by the web, for herself or for an organisation',
	note TEXT,
	row_version INT UNSIGNED NOT NULL DEFAULT 1,
	created_utc DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	UNIQUE memberships_membership_uid (uid),
	UNIQUE memberships_membership_once (party_id, plan_id, period_d, taken),
	UNIQUE memberships_membership_renewed (renewed_id),
	KEY memberships_membership_of_org (org_id, state, to_d),
	KEY memberships_membership_of_party (party_id, state, from_d),
	KEY memberships_membership_of_plan (plan_id, state, to_d),
	KEY memberships_membership_due (state, due_d),
	KEY memberships_membership_end (state, to_d),
	CONSTRAINT memberships_membership_org FOREIGN KEY (org_id) REFERENCES organisation (id),
	CONSTRAINT memberships_membership_party FOREIGN KEY (party_id) REFERENCES party (id),
	CONSTRAINT memberships_membership_plan FOREIGN KEY (plan_id) REFERENCES memberships_plan (id),
	CONSTRAINT memberships_membership_bracket FOREIGN KEY (bracket_id) REFERENCES memberships_bracket (id),
	CONSTRAINT memberships_membership_before FOREIGN KEY (renewed_id) REFERENCES memberships_membership (id),
	CONSTRAINT memberships_membership_asked_by FOREIGN KEY (asked_by_id) REFERENCES party (id),
	CONSTRAINT memberships_membership_state CHECK (state IN ('asked', 'due', 'active', 'ended', 'refused')),
	CONSTRAINT memberships_membership_reason CHECK ((state = 'ended') = (reason IS NOT NULL)
		AND (reason IS NULL OR reason IN ('left', 'unpaid', 'declined', 'unanswered'))),
	CONSTRAINT memberships_membership_days CHECK (period_d <= from_d AND from_d <= to_d),
	CONSTRAINT memberships_membership_dues CHECK (dues_cents >= gift_cents AND gift_cents >= 0),
	CONSTRAINT memberships_membership_paid CHECK (CASE state
		WHEN 'active' THEN dues_cents = 0 OR hand_utc IS NOT NULL OR settled_utc IS NOT NULL
		WHEN 'due' THEN dues_cents > 0 AND due_d IS NOT NULL AND hand_utc IS NULL AND settled_utc IS NULL
		ELSE 1 END),
	CONSTRAINT memberships_membership_source CHECK (source IN ('web', 'desk', 'import', 'renewal'))
) COMMENT 'A party belongs to an organisation for a period; active exactly while it is paid';
