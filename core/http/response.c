/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/response.h"

#include <assert.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include <comptoir/buf.h>

#include "server/gateway.h"

void ct_response_header(void *mem, struct ct_response *response, const char *name,
			const char *value)
{
	struct ct_response_header *header = talloc(mem, struct ct_response_header);

	assert(!strpbrk(value, "\r\n"));
	header->name = talloc_strdup(header, name);
	header->value = talloc_strdup(header, value);
	header->next = response->headers;
	response->headers = header;
}

const char *ct_response_get(const struct ct_response *response, const char *name)
{
	for (const struct ct_response_header *h = response->headers; h; h = h->next)
		if (!strcasecmp(h->name, name))
			return h->value;
	return NULL;
}

void ct_response_drop(struct ct_response *response, const char *name)
{
	for (struct ct_response_header **h = &response->headers; *h;)
		if (!strcasecmp((*h)->name, name))
			*h = (*h)->next;
		else
			h = &(*h)->next;
}

const char *ct_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 206, "Partial Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

static void write_headers(struct ct_buf *head, const struct ct_response_header *h)
{
	if (!h)
		return;
	write_headers(head, h->next);
	ct_buf_printf(head, "%s: %s\r\n", h->name, h->value);
}

static int send_body(const struct ct_response *response, struct ct_gateway *gateway)
{
	const void *bytes = response->body;
	size_t left = response->len, n = left;
	int rc = 0;

	while (left && !rc) {
		rc = response->source ? response->source(response->source_ctx, &bytes, &n) : 0;
		if (n > left)
			n = left;
		if (!rc)
			rc = gateway->write(gateway, bytes, n);
		left -= n;
	}
	return rc;
}

int ct_response_send(const struct ct_response *response, struct ct_gateway *gateway, bool head)
{
	struct ct_buf *text = ct_buf_new(NULL, 65536);
	int status = response->status ? response->status : 200, rc;
	bool bodiless = status == 304 || status == 204;

	ct_buf_printf(text, "Status: %d %s\r\n", status, ct_reason(status));
	write_headers(text, response->headers);
	if (response->etag)
		ct_buf_printf(text, "ETag: %s\r\n", response->etag);
	if (!bodiless && response->type)
		ct_buf_printf(text, "Content-Type: %s\r\n", response->type);
	if (!bodiless)
		ct_buf_printf(text, "Content-Length: %zu\r\n", response->len);
	ct_buf_text(text, "\r\n");
	rc = gateway->write(gateway, ct_buf_data(text), ct_buf_len(text));
	if (!rc && !head && !bodiless)
		rc = send_body(response, gateway);
	talloc_free(text);
	return rc;
}
