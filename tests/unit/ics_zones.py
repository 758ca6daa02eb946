#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock changes that python3-icalendar reads out of the VTIMEZONEs of a calendar, for test_ics.c.

    ics_zones.py FILE FIRST_YEAR LAST_YEAR

Lines: `zone NAME`, then `t UTC OFFSET` for each change in those years, in seconds.
"""
import sys
from datetime import datetime

import icalendar

EPOCH = datetime(1970, 1, 1)


def main():
    first, last = int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[1], 'rb') as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    for part in calendar.walk('VTIMEZONE'):
        zone = part.to_tz()
        print('zone', zone.zone)
        for at, info in zip(zone._utc_transition_times, zone._transition_info):
            if first <= at.year <= last:
                print('t', int((at - EPOCH).total_seconds()), int(info[0].total_seconds()))


main()
