#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What python's zoneinfo says about the clock changes of some zones, for test_zone.c.

    zone_vectors.py [FIRST_YEAR LAST_YEAR] [ZONE…]      ("all": every zone of the system)

Lines: `zone NAME`, then `u UTC LOCAL OFFSET` (an instant and what the wall shows) and `l LOCAL UTC KIND`
(a wall time with fold=0 and its instant; KIND is g in a gap, d where it comes twice, else -). Numbers are
seconds since 1970, wall times as if they were UTC.

PEP 495: with fold=0 a time in a gap has the offset before it, an ambiguous one is the first: RFC 5545's
rule and Comptoir's. In a gap, fold=1 has the *smaller* wall time behind it, so the two offsets differ in
gaps as well; a gap is told from a repetition by the way back, which does not return to it.
"""
import sys
import zoneinfo
from datetime import datetime, timedelta, timezone

ZONES = """Europe/Paris Europe/London Europe/Dublin Europe/Lisbon Europe/Istanbul Africa/Casablanca
Africa/Cairo Asia/Gaza Asia/Jerusalem Asia/Tehran Asia/Kolkata Indian/Reunion America/Martinique
America/Cayenne America/Miquelon America/Nuuk America/Sao_Paulo America/New_York America/St_Johns
Pacific/Noumea Pacific/Tahiti Pacific/Apia Pacific/Chatham Australia/Lord_Howe Antarctica/Troll""".split()

EPOCH = datetime(1970, 1, 1)
DAY = 86400


def offset_at(zone, utc):
    moment = datetime.fromtimestamp(utc, timezone.utc).astimezone(zone)
    return int(moment.utcoffset().total_seconds())


def changes(zone, first, last):
    """The instants at which the offset changes, found by halving the days on which it does."""
    before = offset_at(zone, first)
    for day in range(first, last, DAY):
        after = offset_at(zone, day + DAY)
        if after != before:
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                if offset_at(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            yield high, before, after
        before = after


def to_utc(zone, wall, fold):
    naive = EPOCH + timedelta(seconds=wall)
    offset = naive.replace(tzinfo=zone, fold=fold).utcoffset()
    return int((naive - offset - EPOCH).total_seconds())


def print_utc(zone, utc):
    offset = offset_at(zone, utc)
    print('u', utc, utc + offset, offset)


def print_wall(zone, wall):
    utc = to_utc(zone, wall, 0)
    if utc + offset_at(zone, utc) != wall:
        kind = 'g'
    else:
        kind = 'd' if to_utc(zone, wall, 1) != utc else '-'
    print('l', wall, utc, kind)


def print_zone(name, first, last):
    zone = zoneinfo.ZoneInfo(name)
    print('zone', name)
    for utc in range(first, last, 30 * DAY):
        print_utc(zone, utc)
        print_wall(zone, utc)
    for change, before, after in changes(zone, first, last):
        for around in (-3600, -1, 0, 1, 3600):
            print_utc(zone, change + around)
            for offset in {before, after, (before + after) // 2}:
                print_wall(zone, change + offset + around)


def main():
    args = sys.argv[1:]
    years = [int(arg) for arg in args if arg.isdigit()] or [2000, 2100]
    names = [arg for arg in args if not arg.isdigit()] or ZONES
    if names == ['all']:
        names = sorted(z for z in zoneinfo.available_timezones() if z[0].isupper())
    first, last = (int(datetime(y, 1, 1, tzinfo=timezone.utc).timestamp())
                   for y in (years[0], years[-1] + 1))
    for name in names:
        print_zone(name, first, last)


main()
