// Threads of our own: a job is a number of independent tasks, which the calling thread and the workers take one by one. What a task
// computes never depends on who runs it, so results are the same bits for any number of threads.
#ifndef FASTAP_POOL_H
#define FASTAP_POOL_H
#include <stddef.h>

typedef void (*Task)(void *job, int task);

/** Threads that a job may use, the caller included. */
void pool_set_threads(int threads);
int pool_threads(void);
/** Runs tasks 0 to `tasks` - 1 and returns when all are done. Without threads, or from inside a job, it runs them in order. */
void pool_run(Task run, void *job, int tasks);
/** Memory of the calling thread, 64-byte aligned, at least so large, valid until the same slot is asked for again; NULL where the system has none. */
void *pool_scratch(int slot, size_t bytes);
/** The bytes of a request that failed since the last call, or 0. A kernel that was refused leaves its output unfinished. */
double pool_missing(void);

enum { SLOT_PANELS, SLOT_ROWS, SLOT_COLUMNS, SLOT_SUMS, SLOT_TILES, SLOTS };

#endif
