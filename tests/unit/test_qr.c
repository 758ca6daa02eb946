/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A QR code is read back from the path that is drawn, as a camera would: module by module, mask taken off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <comptoir/view.h>

enum { MOST = 185 };

struct drawing {
	int size;			/* with the margin */
	bool dark[MOST][MOST];		/* [y][x] */
};

/* Fills what "M4 4h7v1h-7z…" covers. */
static struct drawing draw(const json_t *code)
{
	struct drawing d = { .size = (int)json_integer_value(json_object_get(code, "size")) };
	const char *at = json_string_value(json_object_get(code, "path"));
	char box[32];
	int n, x, y, wide, back;

	assert_true(d.size <= MOST);
	snprintf(box, sizeof(box), "0 0 %d %d", d.size, d.size);
	assert_string_equal(json_string_value(json_object_get(code, "box")), box);
	for (; *at; at += n) {
		assert_int_equal(sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &wide, &back, &n), 4);
		assert_true(wide == back && wide > 0 && x >= 4 && y >= 4 && x + wide <= d.size - 4 && y < d.size - 4);
		for (int i = 0; i < wide; i++)
			d.dark[y][x + i] = true;
	}
	return d;
}

/* ISO/IEC 18004, table 10: is the module at row i, column j inverted by the mask? */
static bool masked(int mask, int i, int j)
{
	switch (mask) {
	case 0: return (i + j) % 2 == 0;
	case 1: return i % 2 == 0;
	case 2: return j % 3 == 0;
	case 3: return (i + j) % 3 == 0;
	case 4: return (i / 2 + j / 3) % 2 == 0;
	case 5: return i * j % 2 + i * j % 3 == 0;
	case 6: return (i * j % 2 + i * j % 3) % 2 == 0;
	default: return ((i + j) % 2 + i * j % 3) % 2 == 0;
	}
}

/* Of a symbol of version 2 (25 modules): what is no data, and its one alignment pattern. */
static bool reserved(int i, int j)
{
	bool corner = (i < 9 && (j < 9 || j >= 17)) || (i >= 17 && j < 9);

	return corner || i == 6 || j == 6 || (i >= 16 && i <= 20 && j >= 16 && j <= 20);
}

/* The bits in the order of the standard: columns in pairs from the right, up and down by turns. */
static size_t read_bits(const struct drawing *d, unsigned char *bits)
{
	int mask = 0;
	size_t n = 0;
	bool up = true;

	/* the mask is bits 12 to 10 of the format, XORed with 101; beside the upper left finder */
	for (int k = 0; k < 3; k++)
		mask = mask << 1 | d->dark[4 + 8][4 + 2 + k];
	mask ^= 5;
	for (int j = 24; j > 0; j -= 2, up = !up) {
		if (j == 6)
			j = 5;
		for (int k = 0; k < 25; k++)
			for (int side = 0; side < 2; side++) {
				int i = up ? 24 - k : k;

				if (!reserved(i, j - side))
					bits[n++] = d->dark[i + 4][j - side + 4] ^ masked(mask, i, j - side);
			}
	}
	return n;
}

static unsigned number(const unsigned char *bits, size_t n)
{
	unsigned value = 0;

	while (n--)
		value = value << 1 | *bits++;
	return value;
}

static void test_drawing_says_the_text(void **state)
{
	static const char text[] = "webcal://lieu.example/é";		/* 24 bytes: version 2, level M */
	unsigned char bits[625];
	json_t *view = json_object();
	struct drawing d;

	(void)state;
	ct_put_qr(view, "code", text);
	d = draw(json_object_get(view, "code"));
	assert_int_equal(d.size, 25 + 8);
	for (int i = 0; i < 7; i++) {					/* three finders */
		assert_true(d.dark[4][4 + i] && d.dark[4 + i][4] && d.dark[4][28 - i] && d.dark[28 - i][4]);
		assert_false(d.dark[11][4 + i] || d.dark[4 + i][11]);
	}
	assert_true(read_bits(&d, bits) >= 359);
	assert_int_equal(number(bits, 4), 4);				/* bytes */
	assert_int_equal(number(bits + 4, 8), strlen(text));
	for (size_t i = 0; i < strlen(text); i++)
		assert_int_equal(number(bits + 12 + 8 * i, 8), (unsigned char)text[i]);
	json_decref(view);
}

static void test_long_addresses_and_none(void **state)
{
	char text[3000];
	json_t *view = json_object();

	(void)state;
	memset(text, 'a', sizeof(text));
	text[2300] = '\0';
	ct_put_qr(view, "code", text);
	assert_true(json_is_object(json_object_get(view, "code")));
	draw(json_object_get(view, "code"));
	text[2300] = 'a';
	text[2999] = '\0';
	ct_put_qr(view, "code", text);
	assert_true(json_is_null(json_object_get(view, "code")));
	ct_put_qr(view, "code", NULL);
	assert_true(json_is_null(json_object_get(view, "code")));
	json_decref(view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drawing_says_the_text),
		cmocka_unit_test(test_long_addresses_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
