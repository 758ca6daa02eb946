/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How mails look. Programs that read mail fetch no style sheet, and templates may hold no style of their
 * own (core/view/mustache.h), so this is the one place that makes markup outside of a template: a <style>
 * element for the head of core/mail. Where a program throws it away, headings, paragraphs, links and the
 * order of the page remain.
 */
#ifndef CORE_JOB_STYLE_H
#define CORE_JOB_STYLE_H

/* `accent` is an organisation's colour "#rrggbb" (checked by its table), or NULL. On `mem`. */
const char *ct_mail_style(void *mem, const char *accent);

#endif
