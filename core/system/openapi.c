/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenAPI 3.0 of everything that is loaded, made from the tables: fields, views, permissions. */
#include <string.h>
#include <talloc.h>

#include "config/settings.h"
#include "route/state.h"
#include "system/system.h"

static const char *schema_type(enum ct_type type)
{
	switch (type) {
	case CT_INT:
		return "integer";
	case CT_BOOL:
	case CT_CONSENT:
		return "boolean";
	default:
		return "string";
	}
}

static json_t *field_schema(const struct ct_field *f)
{
	json_t *schema = json_object(), *one = schema;

	if (f->raw || f->many) {
		json_object_set_new(schema, "type", json_string("array"));
		one = ct_put_object(schema, "items");
	}
	if (f->raw) {
		json_object_set_new(one, "type", json_string("object"));
	} else {
		json_object_set_new(one, "type", json_string(schema_type(f->type)));
		if (f->type == CT_CHOICE) {
			json_t *choices = ct_put_array(one, "enum");

			for (const struct ct_choice *c = f->choices; c->value; c++)
				ct_add_text(choices, c->value);
		}
		if (f->type == CT_FILE)
			ct_put_text(one, "format", "binary");
		else if (f->max && !strcmp(schema_type(f->type), "string"))
			ct_put_int(one, "maxLength", f->max);
	}
	ct_put_text(schema, "description", _(f->label));
	return schema;
}

static void put_query(json_t *parameters, const struct ct_field *fields)
{
	for (; fields && fields->name; fields++) {
		json_t *p = ct_add_object(parameters);

		ct_put_text(p, "name", fields->name);
		ct_put_text(p, "in", "query");
		ct_put_bool(p, "required", fields->required);
		ct_put_json(p, "schema", field_schema(fields));
	}
}

static bool has_file(const struct ct_field *fields)
{
	while (fields && fields->name && fields->type != CT_FILE)
		fields++;
	return fields && fields->name;
}

static void put_body(json_t *operation, const struct ct_field *fields)
{
	static const char *const types[] = { "application/json",
					     "application/x-www-form-urlencoded" };
	bool files = has_file(fields);
	json_t *content, *properties, *required, *schema = json_object();

	if (!fields || !fields->name) {
		json_decref(schema);
		return;
	}
	ct_put_text(schema, "type", "object");
	properties = ct_put_object(schema, "properties");
	required = json_array();
	for (; fields->name; fields++) {
		ct_put_json(properties, fields->name, field_schema(fields));
		if (fields->required)
			ct_add_text(required, fields->name);
	}
	if (json_array_size(required))
		json_object_set(schema, "required", required);
	json_decref(required);
	content = ct_put_object(ct_put_object(operation, "requestBody"), "content");
	for (size_t i = 0; i < 2; i++)
		json_object_set(ct_put_object(content, types[i]), "schema", schema);
	if (files)
		json_object_set(ct_put_object(content, "multipart/form-data"), "schema", schema);
	json_decref(schema);
}

/* What ct_put_file puts. */
static void put_file_schema(json_t *schema)
{
	static const struct { const char *name, *type; } members[] = {
		{ "uid", "string" }, { "name", "string" }, { "type", "string" }, { "size", "integer" },
		{ "width", "integer" }, { "height", "integer" }, { "href", "string" }, { "small", "string" },
	};
	json_t *p = ct_put_object(schema, "properties");

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		ct_put_text(ct_put_object(p, members[i].name), "type", members[i].type);
}

static json_t *member_schema(const char *type)
{
	static const struct {
		const char *type, *json, *format;
	} types[] = {
		{ "text", "string", NULL },	   { "integer", "integer", NULL },
		{ "boolean", "boolean", NULL },	   { "id", "string", NULL },
		{ "time", "string", "date-time" }, { "date", "string", "date" },
		{ "object", "object", NULL },	   { "money", "object", NULL },
		{ "array", "array", NULL },	   { "file", "object", NULL },
	};
	json_t *schema = json_object();

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].type, type) != 0)
			continue;
		ct_put_text(schema, "type", types[i].json);
		if (types[i].format)
			ct_put_text(schema, "format", types[i].format);
	}
	if (!strcmp(type, "array"))
		ct_put_object(schema, "items");
	if (!strcmp(type, "money")) {
		json_t *p = ct_put_object(schema, "properties");

		ct_put_text(ct_put_object(p, "cents"), "type", "integer");
		ct_put_text(ct_put_object(p, "currency"), "type", "string");
	}
	if (!strcmp(type, "file"))
		put_file_schema(schema);
	ct_put_bool(schema, "nullable", true);
	return schema;
}

static json_t *properties_of(json_t *properties, const char *parent)
{
	json_t *holder = json_object_get(properties, parent), *items, *inner;

	items = json_object_get(holder, "items");
	items = items ? items : holder;
	inner = json_object_get(items, "properties");
	return inner ? inner : ct_put_object(items, "properties");
}

/* "lines.label" is a member of the objects in the array "lines", which stands before it. */
static void put_view(json_t *properties, const struct ct_view_field *view)
{
	for (; view && view->name; view++) {
		const char *dot = strchr(view->name, '.');
		json_t *at = properties, *schema = member_schema(view->type);

		if (dot) {
			char *parent = talloc_strndup(NULL, view->name, (size_t)(dot - view->name));

			at = properties_of(properties, parent);
			talloc_free(parent);
		}
		ct_put_text(schema, "description", view->help);
		ct_put_json(at, dot ? dot + 1 : view->name, schema);
	}
}

static void put_answers(json_t *operation, const struct ct_route *route)
{
	json_t *answers = ct_put_object(operation, "responses"), *ok, *schema, *problem;

	ok = ct_put_object(answers, "200");
	ct_put_text(ok, "description", "OK");
	if (route->view) {
		schema = ct_put_object(
			ct_put_object(ct_put_object(ok, "content"), "application/json"), "schema");
		ct_put_text(schema, "type", "object");
		put_view(ct_put_object(schema, "properties"), route->view);
	}
	problem = ct_put_object(answers, "default");
	ct_put_text(problem, "description", "A refusal (RFC 9457)");
	schema = ct_put_object(
		ct_put_object(ct_put_object(problem, "content"), "application/problem+json"),
		"schema");
	ct_put_text(schema, "$ref", "#/components/schemas/Problem");
}

static void put_path_params(json_t *parameters, const char *path)
{
	for (const char *open = path; (open = strchr(open, '{')); open++) {
		char *name = talloc_strndup(NULL, open + 1, strcspn(open + 1, "}"));
		json_t *p = ct_add_object(parameters);

		ct_put_text(p, "name", name);
		ct_put_text(p, "in", "path");
		ct_put_bool(p, "required", true);
		ct_put_text(ct_put_object(p, "schema"), "type", "string");
		talloc_free(name);
	}
}

static void put_route(json_t *paths, const struct ct_route_entry *entry)
{
	const struct ct_route *route = entry->route;
	const char *domain = entry->module->plugin->domain ? entry->module->plugin->domain
							   : CT_TEXT_DOMAIN;
	json_t *path = json_object_get(paths, route->path), *operation, *parameters;
	char method[16];
	size_t i = 0;

	path = path ? path : ct_put_object(paths, route->path);
	for (; route->method[i] && i + 1 < sizeof(method); i++)
		method[i] = (char)(route->method[i] | 0x20);
	method[i] = '\0';
	operation = ct_put_object(path, method);
	ct_put_text(operation, "summary",
		    route->title ? dgettext(domain, route->title) : route->path);
	ct_put_text(operation, "description", route->permission);
	ct_add_text(ct_put_array(operation, "tags"), entry->module->plugin->name);
	parameters = ct_put_array(operation, "parameters");
	put_path_params(parameters, route->path);
	if (!strcmp(method, "get"))
		put_query(parameters, route->fields);
	else
		put_body(operation, route->fields);
	put_answers(operation, route);
}

static void put_components(json_t *doc)
{
	static const char *const members[] = { "type", "title", "detail", "instance" };
	json_t *components = ct_put_object(doc, "components"), *problem, *properties, *bearer;

	problem = ct_put_object(ct_put_object(components, "schemas"), "Problem");
	ct_put_text(problem, "type", "object");
	properties = ct_put_object(problem, "properties");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		ct_put_text(ct_put_object(properties, members[i]), "type", "string");
	ct_put_text(ct_put_object(properties, "status"), "type", "integer");
	ct_put_text(ct_put_object(properties, "errors"), "type", "object");
	bearer = ct_put_object(ct_put_object(components, "securitySchemes"), "token");
	ct_put_text(bearer, "type", "http");
	ct_put_text(bearer, "scheme", "bearer");
}

int ct_openapi_page(struct ct_request *r, struct ct_error *e)
{
	const struct ct_registry *g = r->s->core->registry;
	json_t *info, *paths;

	(void)e;
	ct_put_text(r->view, "openapi", "3.0.3");
	info = ct_put_object(r->view, "info");
	ct_put_text(info, "title", ct_setting_text(r, "site.name"));
	ct_put_text(info, "version", CT_VERSION);
	ct_put_text(ct_add_object(ct_put_array(r->view, "servers")), "url", r->s->core->url);
	ct_put_array(ct_add_object(ct_put_array(r->view, "security")), "token");
	paths = ct_put_object(r->view, "paths");
	for (size_t i = 0; i < g->n_routes; i++)
		put_route(paths, &g->routes[i]);
	put_components(r->view);
	r->s->format = CT_FORMAT_JSON;
	return 0;
}
