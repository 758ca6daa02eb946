/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A declared field as a control of an HTML form: one JSON object that a template turns into
 * markup. All decisions (which control, which attributes, which of the options is selected) are
 * taken here, so that the template only prints. Every key is present in every object:
 *
 *   name          the field's name, as it is sent
 *   id            "f-" and the name, with "_" as "-"; its notes are ID-error, ID-hint, ID-help
 *   label         translated
 *   heading       translated, where a new part of the form begins, or null
 *   search        address of a list (JSON) that knows the names to type here, or null; search_label is the
 *                 member of its rows that holds the name
 *   help          the field's sentence, translated, or null
 *   hint          how this type is written ("For example 06 12 34 56 78"), or null
 *   error         the sentence of the refusal, or null; has_error says whether there is one
 *   described_by  the ids of those notes that are there, for aria-describedby, or null
 *   value         the text in the control: what was typed when it was refused; null for none, and
 *                 always null for a secret or a file
 *   required      boolean; read_only: boolean
 *   type          of an input: "text", "email", "tel", "url", "date", "time", "datetime-local",
 *                 "password", "file", "checkbox", "color"; "text" for the other kinds
 *   inputmode     "numeric", "decimal", "tel", "email", "url", or null
 *   autocomplete  or null; maxlength, min, max, step, pattern: texts, or null
 *   spellcheck    boolean: false for codes, addresses and numbers
 *   numeric       boolean: right-aligned tabular figures suit it
 *   options       [{value, label, id, selected}], empty for the kinds without options; each has
 *                 an id of its own, and the fieldset has the control's
 *   checked       boolean, of a single checkbox
 *   multiple      boolean, of a file input
 *   file          of a file input, what is there already (ct_put_file), or null
 *   kept          of a file input, the signed name of what came with a refused form, or null; it is
 *                 sent again under the field's name, beside the file input that stays empty
 *   hint          of a file input, what is taken and how much of it
 *   accept        of a file input, the types for its attribute, or null
 *   removed       boolean, of a file input: the box remove_name, with id remove_id, is ticked
 *
 * and exactly one of these is true, which says what to draw:
 *
 *   is_input      <input type="{{type}}">
 *   is_textarea   <textarea>, for long texts and for repeated values of a line each
 *   is_select     <select> with the options, an empty one first where nothing may be chosen
 *   is_checkbox   one <input type="checkbox" value="1"> with the label after it
 *   is_checkboxes a <fieldset> with one checkbox an option, all of the same name
 *   is_file       <input type="file">; the form must be multipart/form-data
 *
 * A date or time that the browser's own control cannot hold (a refused one, or 24:00) is given a
 * plain text input, so that what was typed stays on the screen. Numbers are text inputs with an
 * inputmode, because a number input empties itself when a person pastes "1 234,50 €".
 */
#ifndef FIELD_FORM_H
#define FIELD_FORM_H

#include <jansson.h>
#include <comptoir/field.h>

/*
 * The control of `field`. `typed_text` is what stands in it (as typed, or from ct_field_typed;
 * NULL: empty, and the caller passes field->initial itself for a new form); of a .many field one
 * value a line. `error` is NULL or the sentence for the person; `lang` her language. Temporary
 * strings are on `mem`. Never NULL; the caller owns the reference (give it to ct_put_json or
 * ct_add_json).
 */
json_t *ct_form_control(void *mem, const struct ct_field *field, const char *typed_text,
			const char *error, const char *lang);

/*
 * Adds an option to the control of a CT_REF field, which starts with the empty one at most: the
 * core knows the rows, the field only their kind. It is selected when `value` is what was typed.
 */
void ct_form_option(json_t *control, const char *value, const char *label);

#endif
