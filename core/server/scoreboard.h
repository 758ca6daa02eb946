/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scoreboard: what all processes of one server know of each other.
 *
 * The supervisor makes it as anonymous shared memory, and generations, workers and the job
 * process map it. A process has one slot, where it says what it does; the rest are figures for
 * `/metrics` and `comptoirctl status`, and the two places at which passwords may be hashed.
 * Nothing here takes a lock: each member is atomic by itself, and a process may be killed
 * between any two writes without leaving the others waiting or a figure lost for good.
 *
 * Every function takes a NULL board or slot (comptoirctl, plain CGI) and then does nothing, or
 * allows. No function here allocates or calls anything but libc, because the supervisor uses it
 * too.
 */
#ifndef CORE_SERVER_SCOREBOARD_H
#define CORE_SERVER_SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <comptoir/error.h>

#define CT_BOARD_SLOTS 256	/* two generations of CT_WORKERS_MAX workers and a job process */
#define CT_BOARD_METRICS 1024
#define CT_BOARD_LABEL 64	/* bytes of a route's label, with its NUL */
#define CT_BOARD_HASHES 2	/* contract.md, "Sign-in": at most two hash at once */
#define CT_LATENCY_BUCKETS 12	/* the last one has no bound */

enum ct_slot_state {
	CT_SLOT_FREE,
	CT_SLOT_START,		/* forked, not yet ready */
	CT_SLOT_IDLE,		/* waits for a request */
	CT_SLOT_READ,		/* a request arrives */
	CT_SLOT_RUN,		/* a handler runs */
	CT_SLOT_WRITE,		/* the answer leaves */
	CT_SLOT_JOB,		/* the job process: never overdue */
	CT_SLOT_DRAIN,		/* leaves */
};

struct ct_slot {
	_Atomic int32_t pid;		/* 0: free; while it is claimed, its parent's */
	_Atomic uint32_t state;		/* enum ct_slot_state */
	_Atomic uint64_t generation;
	_Atomic int64_t since;		/* start of the request, ct_now_ms(); 0: none */
	_Atomic uint64_t sql;		/* connection id in the database during a query; 0: none */
	_Atomic uint64_t requests;	/* served by this process */
	_Atomic uint64_t route[CT_BOARD_LABEL / 8];
} __attribute__((aligned(128)));

/* Figures that are only a number. The names in comments are what they count. */
enum ct_figure {
	CT_VALUE_REQUESTS,		/* requests served, by any process */
	CT_VALUE_REPEATS,		/* transactions run again after a lost race */
	CT_VALUE_CRASHES,		/* children that ended by a signal or a failure */
	CT_VALUE_OVERDUE,		/* requests ended because they were past their limit */
	CT_VALUE_REFUSED,		/* connections from outside [server] allow */
	CT_VALUE_HASH_BUSY,		/* sign-ins put off: two were hashing already */
	CT_VALUE_METRICS_LOST,		/* answers of a route for which the table had no row left */
	CT_VALUE_JOBS,			/* jobs run */
	CT_VALUE_JOBS_FAILED,
	CT_VALUE_OUTBOX_SENT,
	CT_VALUE_OUTBOX_FAILED,		/* tries that failed */
	CT_VALUE_OUTBOX_WAITING,	/* gauge: rows that wait */
	CT_VALUE_OUTBOX_AGE,		/* gauge: seconds that the oldest of them waits */
	CT_VALUE_GENERATION,		/* gauge: number of the generation that serves */
	CT_VALUE_GENERATION_FAILURES,	/* generations that did not come up, or died */
	CT_VALUES
};

struct ct_metric {
	_Atomic uint64_t key;		/* hash of route and status; claims the row; 0: free */
	_Atomic uint32_t labelled;	/* route and status can be read */
	_Atomic uint32_t status;
	_Atomic uint64_t route[CT_BOARD_LABEL / 8];
	_Atomic uint64_t count;
	_Atomic uint64_t milliseconds;
};

struct ct_board {
	uint64_t magic;			/* another layout is another version of the programs */
	uint64_t size;
	_Atomic uint64_t value[CT_VALUES];
	_Atomic uint64_t hashing[CT_BOARD_HASHES];
	_Atomic uint64_t latency[CT_LATENCY_BUCKETS];
	_Atomic uint64_t latency_sum;
	struct ct_slot slot[CT_BOARD_SLOTS];
	struct ct_metric metric[CT_BOARD_METRICS];
};

/* Milliseconds of the monotonic clock, the same for all processes of the machine. */
int64_t ct_now_ms(void);

/*
 * Makes a board in memory without a name. *fd_r (close-on-exec) is what others map; its size is
 * sealed. The caller unmaps by ct_board_detach and closes the descriptor.
 */
int ct_board_create(struct ct_board **board_r, int *fd_r, struct ct_error *e) CT_MUST_USE;

/* Maps the board behind `fd`. CT_BROKEN where it was made by a program of another version. */
int ct_board_attach(int fd, struct ct_board **board_r, struct ct_error *e) CT_MUST_USE;
void ct_board_detach(struct ct_board *);

/*
 * Slots. A parent claims one before it forks and enters the child's pid after; whoever reaps a
 * child calls ct_board_reap, which frees its slot and its place at hashing. NULL where none is
 * free.
 */
struct ct_slot *ct_slot_claim(struct ct_board *, uint64_t generation);
void ct_slot_enter(struct ct_slot *, pid_t pid);
void ct_board_reap(struct ct_board *, pid_t pid);

/* What this process does now. READ starts the request's clock, IDLE stops it. */
void ct_slot_set(struct ct_slot *, enum ct_slot_state);

/* Sets the request's clock back by so much: for what takes long and gets on. NULL: nothing. */
void ct_slot_extend(struct ct_slot *, int64_t ms);

/*
 * The label of the route that is being served ("GET /places/{slug}"), cut at CT_BOARD_LABEL - 1
 * bytes.
 */
void ct_slot_route(struct ct_slot *, const char *label);
void ct_slot_route_text(const struct ct_slot *, char text_r[CT_BOARD_LABEL]);

/*
 * The connection on which a query runs, so that an overdue one can be ended; 0 when it has ended.
 */
void ct_slot_sql(struct ct_slot *, unsigned long thread_id);

/* "idle", "run" … */
const char *ct_slot_state_name(enum ct_slot_state);

/* Figures. */
void ct_board_add(struct ct_board *, enum ct_figure, uint64_t n);
void ct_board_set(struct ct_board *, enum ct_figure, uint64_t n);
uint64_t ct_board_get(const struct ct_board *, enum ct_figure);

/*
 * Counts an answer. `route` is a route's pattern, never a path that a client made up: the table has
 * CT_BOARD_METRICS rows for all pairs of route and status, claimed as they come.
 */
void ct_metric_add(struct ct_board *, const char *route, unsigned status, int64_t milliseconds);

struct ct_metric_row {
	char route[CT_BOARD_LABEL];
	unsigned status;
	uint64_t count, milliseconds;
};

/*
 * Copies row `i` < CT_BOARD_METRICS; false where it is not in use. A pair stands in one row at
 * most.
 */
bool ct_metric_read(const struct ct_board *, size_t i, struct ct_metric_row *row_r);

/* Upper bounds of the latency buckets in milliseconds; the last is INT64_MAX. */
extern const int64_t ct_latency_bound[CT_LATENCY_BUCKETS];

/* Cumulative counts, as Prometheus' histograms want them, and the sum of all latencies. */
void ct_latency_read(const struct ct_board *, uint64_t counts_r[CT_LATENCY_BUCKETS],
		     uint64_t *sum_r);

/*
 * May this process hash a password now? When true, ct_board_hash_leave must follow; a process
 * that dies in between gives its place back when it is reaped. False: answer 503 with
 * Retry-After.
 */
bool ct_board_hash_enter(struct ct_board *, const struct ct_slot *) CT_MUST_USE;
void ct_board_hash_leave(struct ct_board *, const struct ct_slot *);

#endif
