/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the places are, as points of our own drawing: no tiles, no request to anybody else. In
 * integers throughout: degrees come in millionths, and a drawing needs whole units only.
 */
#include <stdlib.h>
#include <talloc.h>

#include "views.h"

enum { WIDTH = 320, HEIGHT = 240, MARGIN = 36, APART = 28, NEAR = 3000000, ROUNDS = 8 };

struct point {
	const struct place *place;
	size_t number;
	int64_t x, y;
};

/* cos(latitude) in 1/1000: how much shorter a degree of longitude is up there. */
static int64_t shrink(int64_t lat_e6)
{
	static const int64_t cosine[] = { 1000, 985, 940, 866, 766, 643, 500, 342, 174, 0 };
	int64_t lat = llabs(lat_e6), ten = lat / 10000000, rest = lat % 10000000;

	if (ten >= 9)
		return 0;
	return cosine[ten] + (cosine[ten + 1] - cosine[ten]) * rest / 10000000;
}

static int by_lat(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	return (p->place->lat > q->place->lat) - (p->place->lat < q->place->lat);
}

static int by_number(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	return (p->number > q->number) - (p->number < q->number);
}

/* Those around the middle one: a friend overseas would make a heap of all the others. */
static size_t gather(const struct place *places, size_t n, struct point *points)
{
	const struct place *middle;
	size_t found = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		if (places[i].located)
			points[found++] = (struct point){ .place = &places[i], .number = i + 1 };
	if (!found)
		return 0;
	qsort(points, found, sizeof(*points), by_lat);
	middle = points[found / 2].place;
	for (size_t i = 0; i < found; i++)
		if (llabs(points[i].place->lat - middle->lat) < NEAR &&
		    llabs(points[i].place->lon - middle->lon) < 2 * NEAR)
			points[kept++] = points[i];
	qsort(points, kept, sizeof(*points), by_number);
	return kept;
}

static void project(struct point *points, size_t n)
{
	int64_t narrow = shrink(points[0].place->lat), x[2] = { INT64_MAX, INT64_MIN };
	int64_t y[2] = { INT64_MAX, INT64_MIN }, scale;

	for (size_t i = 0; i < n; i++) {
		struct point *p = &points[i];

		p->x = p->place->lon * narrow / 1000;
		p->y = -p->place->lat;
		x[0] = p->x < x[0] ? p->x : x[0];
		x[1] = p->x > x[1] ? p->x : x[1];
		y[0] = p->y < y[0] ? p->y : y[0];
		y[1] = p->y > y[1] ? p->y : y[1];
	}
	/* one scale for both directions, in units a drawing unit */
	scale = (x[1] - x[0]) / (WIDTH - 2 * MARGIN) + 1;
	if ((y[1] - y[0]) / (HEIGHT - 2 * MARGIN) + 1 > scale)
		scale = (y[1] - y[0]) / (HEIGHT - 2 * MARGIN) + 1;
	for (size_t i = 0; i < n; i++) {
		points[i].x = WIDTH / 2 + (points[i].x - (x[0] + x[1]) / 2) / scale;
		points[i].y = HEIGHT / 2 + (points[i].y - (y[0] + y[1]) / 2) / scale;
	}
}

/* Two in one street: moved apart sideways, so that each can be touched. */
static void part(struct point *points, size_t n)
{
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < i; k++) {
				int64_t dx = points[i].x - points[k].x,
					dy = points[i].y - points[k].y;
				int64_t push = (APART - llabs(dx) + 1) / 2;

				if (llabs(dx) >= APART || llabs(dy) >= APART)
					continue;
				points[i].x += dx >= 0 ? push : -push;
				points[k].x -= dx >= 0 ? push : -push;
			}
}

static int64_t within(int64_t at, int64_t size)
{
	return at < MARGIN / 2 ? MARGIN / 2 : at > size - MARGIN / 2 ? size - MARGIN / 2 : at;
}

void put_map(struct ct_request *r, const struct place *places, size_t n_places)
{
	struct point *points = talloc_array(r, struct point, n_places + 1);
	size_t n = gather(places, n_places, points);
	json_t *map, *list;

	if (n < 2) {
		ct_put_null(r->view, "map_ui");
		return;
	}
	project(points, n);
	part(points, n);
	map = ct_put_object(r->view, "map_ui");
	ct_put_int(map, "width", WIDTH);
	ct_put_int(map, "height", HEIGHT);
	ct_put_null(map, "outline");
	list = ct_put_array(map, "points");
	for (size_t i = 0; i < n; i++) {
		const struct place *p = points[i].place;
		json_t *o = ct_add_object(list);

		ct_put_int(o, "x", within(points[i].x, WIDTH));
		ct_put_int(o, "y", within(points[i].y, HEIGHT));
		ct_put_int(o, "number", (int64_t)points[i].number);
		ct_put_text(o, "label",
			    p->town ? talloc_asprintf(r, "%s, %s", p->name, p->town) : p->name);
		ct_put_text(o, "link", together_url(r, ct_url(r, "/places/%s", p->slug)));
	}
}
