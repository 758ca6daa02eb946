/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what somebody typed into the search box to what an index can be asked. */
#ifndef CORE_SEARCH_WORDS_H
#define CORE_SEARCH_WORDS_H

#include <comptoir/search.h>

enum { CT_SEARCH_WORDS = 8, CT_SEARCH_WORD = 40 };

/*
 * Fills the texts of *search_r on `mem` from `typed` (UTF-8). A word is what InnoDB's parser takes for one:
 * letters and digits; hyphen, apostrophe, dot and all that boolean mode gives a meaning (+ - > < ( ) ~ * " @)
 * part words and mean nothing. Words of one or two characters, the ninth word, and a word's 41st character
 * are not looked for, except as the beginning of the whole.
 * A word with @ in it is an e-mail address or its beginning; a text of digits, spaces and + . - / ( ) with
 * at least four digits a telephone number, French where it begins with a single 0.
 */
void ct_search_words(void *mem, const char *typed, struct ct_search *search_r);

#endif
