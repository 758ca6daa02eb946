/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/report.h"

#define MAGIC UINT64_C(0x4354424f41524401)	/* "CTBOARD" and the layout's number */
#define WORDS (CT_BOARD_LABEL / 8)

const int64_t ct_latency_bound[CT_LATENCY_BUCKETS] = {
	5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, INT64_MAX
};

int64_t ct_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int ct_board_create(struct ct_board **board_r, int *fd_r, struct ct_error *e)
{
	int fd = memfd_create("comptoir-scoreboard", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct ct_board *board;

	if (fd < 0)
		return ct_server_fail(e, "scoreboard: %s", strerror(errno));
	if (ftruncate(fd, sizeof(*board)) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)) {
		ct_server_fail(e, "scoreboard: %s", strerror(errno));
		close(fd);
		return CT_BROKEN;
	}
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board == MAP_FAILED) {
		ct_server_fail(e, "scoreboard: %s", strerror(errno));
		close(fd);
		return CT_BROKEN;
	}
	board->magic = MAGIC;
	board->size = sizeof(*board);
	*board_r = board;
	*fd_r = fd;
	return 0;
}

int ct_board_attach(int fd, struct ct_board **board_r, struct ct_error *e)
{
	struct ct_board *board;
	struct stat st;

	if (fstat(fd, &st))
		return ct_server_fail(e, "scoreboard: %s", strerror(errno));
	if ((uint64_t)st.st_size != sizeof(*board))
		return ct_server_fail(e, "the server runs another version: restart it");
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board == MAP_FAILED)
		return ct_server_fail(e, "scoreboard: %s", strerror(errno));
	if (board->magic != MAGIC || board->size != sizeof(*board)) {
		ct_board_detach(board);
		return ct_server_fail(e, "the server runs another version: restart it");
	}
	*board_r = board;
	return 0;
}

void ct_board_detach(struct ct_board *board)
{
	if (board)
		munmap(board, sizeof(*board));
}

/* A label may be read while it is written: whole words, so that no byte is ever outside of one. */
static void label_store(_Atomic uint64_t *words, const char *text)
{
	char bytes[CT_BOARD_LABEL] = "";
	uint64_t word;

	memcpy(bytes, text, strnlen(text, sizeof(bytes) - 1));
	for (size_t i = 0; i < WORDS; i++) {
		memcpy(&word, bytes + i * 8, 8);
		atomic_store_explicit(&words[i], word, memory_order_relaxed);
	}
}

static void label_load(const _Atomic uint64_t *words, char text_r[CT_BOARD_LABEL])
{
	for (size_t i = 0; i < WORDS; i++) {
		uint64_t word = atomic_load_explicit(&words[i], memory_order_relaxed);

		memcpy(text_r + i * 8, &word, 8);
	}
	text_r[CT_BOARD_LABEL - 1] = '\0';
}

struct ct_slot *ct_slot_claim(struct ct_board *board, uint64_t generation)
{
	int32_t self = getpid();

	for (size_t i = 0; board && i < CT_BOARD_SLOTS; i++) {
		struct ct_slot *slot = &board->slot[i];
		int32_t none = 0;

		if (!atomic_compare_exchange_strong(&slot->pid, &none, self))
			continue;
		slot->generation = generation;
		slot->since = 0;
		slot->sql = 0;
		slot->requests = 0;
		label_store(slot->route, "");
		slot->state = CT_SLOT_START;
		return slot;
	}
	return NULL;
}

void ct_slot_enter(struct ct_slot *slot, pid_t pid)
{
	if (slot)
		slot->pid = pid;
}

static uint64_t hash_token(const struct ct_board *board, const struct ct_slot *slot)
{
	return slot ? (uint64_t)(slot - board->slot) + 1 : UINT64_MAX;
}

static void hash_release(struct ct_board *board, uint64_t token)
{
	for (size_t i = 0; i < CT_BOARD_HASHES; i++) {
		uint64_t held = token;

		if (atomic_compare_exchange_strong(&board->hashing[i], &held, 0))
			return;
	}
}

void ct_board_reap(struct ct_board *board, pid_t pid)
{
	for (size_t i = 0; board && i < CT_BOARD_SLOTS; i++) {
		struct ct_slot *slot = &board->slot[i];

		if (slot->pid != pid)
			continue;
		hash_release(board, hash_token(board, slot));
		slot->state = CT_SLOT_FREE;
		slot->since = 0;
		slot->sql = 0;
		slot->pid = 0;
	}
}

void ct_slot_set(struct ct_slot *slot, enum ct_slot_state state)
{
	if (!slot)
		return;
	if (state == CT_SLOT_READ) {
		label_store(slot->route, "");
		slot->since = ct_now_ms();
	} else if (state == CT_SLOT_IDLE) {
		slot->sql = 0;
		slot->since = 0;
	}
	slot->state = state;
}

void ct_slot_extend(struct ct_slot *slot, int64_t ms)
{
	if (slot)
		slot->since += ms;
}

void ct_slot_route(struct ct_slot *slot, const char *label)
{
	if (slot)
		label_store(slot->route, label);
}

void ct_slot_route_text(const struct ct_slot *slot, char text_r[CT_BOARD_LABEL])
{
	text_r[0] = '\0';
	if (slot)
		label_load(slot->route, text_r);
}

void ct_slot_sql(struct ct_slot *slot, unsigned long thread_id)
{
	if (slot)
		slot->sql = thread_id;
}

const char *ct_slot_state_name(enum ct_slot_state state)
{
	static const char *const names[] = {
		"free", "start", "idle", "read", "run", "write", "job", "drain"
	};

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void ct_board_add(struct ct_board *board, enum ct_figure value, uint64_t n)
{
	if (board)
		atomic_fetch_add_explicit(&board->value[value], n, memory_order_relaxed);
}

void ct_board_set(struct ct_board *board, enum ct_figure value, uint64_t n)
{
	if (board)
		atomic_store_explicit(&board->value[value], n, memory_order_relaxed);
}

uint64_t ct_board_get(const struct ct_board *board, enum ct_figure value)
{
	return board ? atomic_load_explicit(&board->value[value], memory_order_relaxed) : 0;
}

/*
 * FNV-1a over the label, as far as it is kept, and the status. Routes are ours: nobody chooses
 * collisions.
 */
static uint64_t metric_key(const char *route, unsigned status)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t len = strnlen(route, CT_BOARD_LABEL - 1);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)route[i]) * UINT64_C(0x100000001b3);
	h = (h ^ status) * UINT64_C(0x100000001b3);
	return h ? h : 1;
}

/*
 * The key itself claims the row, so a pair never gets two rows. The label is written by whoever
 * finds it missing: all of them write the same, so it does not matter which of them is killed
 * half-way.
 */
static struct ct_metric *metric_row(struct ct_board *board, const char *route, unsigned status)
{
	uint64_t key = metric_key(route, status);

	for (size_t i = 0; i < CT_BOARD_METRICS; i++) {
		struct ct_metric *row = &board->metric[(key + i) % CT_BOARD_METRICS];
		uint64_t seen = 0;

		if (!atomic_compare_exchange_strong(&row->key, &seen, key) && seen != key)
			continue;
		if (!row->labelled) {
			label_store(row->route, route);
			row->status = status;
			row->labelled = 1;
		}
		return row;
	}
	return NULL;
}

void ct_metric_add(struct ct_board *board, const char *route, unsigned status, int64_t milliseconds)
{
	uint64_t ms = milliseconds > 0 ? (uint64_t)milliseconds : 0;
	struct ct_metric *row;
	size_t bucket = 0;

	if (!board)
		return;
	ct_board_add(board, CT_VALUE_REQUESTS, 1);
	while (milliseconds > ct_latency_bound[bucket])
		bucket++;
	atomic_fetch_add_explicit(&board->latency[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&board->latency_sum, ms, memory_order_relaxed);
	row = metric_row(board, route, status);
	if (!row) {
		ct_board_add(board, CT_VALUE_METRICS_LOST, 1);
		return;
	}
	atomic_fetch_add_explicit(&row->count, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&row->milliseconds, ms, memory_order_relaxed);
}

bool ct_metric_read(const struct ct_board *board, size_t i, struct ct_metric_row *row_r)
{
	const struct ct_metric *row;

	if (!board || i >= CT_BOARD_METRICS)
		return false;
	row = &board->metric[i];
	if (!row->labelled)
		return false;
	label_load(row->route, row_r->route);
	row_r->status = row->status;
	row_r->count = row->count;
	row_r->milliseconds = row->milliseconds;
	return true;
}

void ct_latency_read(const struct ct_board *board, uint64_t counts_r[CT_LATENCY_BUCKETS],
		     uint64_t *sum_r)
{
	uint64_t total = 0;

	for (size_t i = 0; i < CT_LATENCY_BUCKETS; i++) {
		total += board ? board->latency[i] : 0;
		counts_r[i] = total;
	}
	*sum_r = board ? board->latency_sum : 0;
}

bool ct_board_hash_enter(struct ct_board *board, const struct ct_slot *slot)
{
	if (!board)
		return true;
	for (size_t i = 0; i < CT_BOARD_HASHES; i++) {
		uint64_t none = 0;

		if (atomic_compare_exchange_strong(&board->hashing[i], &none,
						   hash_token(board, slot)))
			return true;
	}
	ct_board_add(board, CT_VALUE_HASH_BUSY, 1);
	return false;
}

void ct_board_hash_leave(struct ct_board *board, const struct ct_slot *slot)
{
	if (board)
		hash_release(board, hash_token(board, slot));
}
