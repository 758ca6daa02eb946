/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Can what is written in one colour be read on another? WCAG 2.2, 1.4.3, in integers. */
#ifndef CORE_PEOPLE_COLOUR_H
#define CORE_PEOPLE_COLOUR_H

/* The contrast of "#rrggbb" and "#rrggbb", rounded down to hundredths: 450 is 4.5:1; from 100 to 2100. */
int ct_colour_contrast(const char *a, const char *b);

#endif
