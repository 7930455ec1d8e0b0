#define _GNU_SOURCE
#include "pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define MAX_THREADS 64
/** Looks before sleeping: some 20 µs, which bridges the gap between two kernels of a step. */
#define SPINS 4000

#if defined(__x86_64__) || defined(__i386__)
#define RELAX() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define RELAX() __asm__ volatile("yield")
#else
#define RELAX() ((void)0)
#endif

static struct {
  Task run;
  void *job;
  int tasks;
  int allowed;
} current;

// A job's number, the tasks taken and the workers that have left it.
static atomic_uint generation;
static atomic_int next_task, open_tasks, inside;
static atomic_int sleepers;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;
static int started, wanted = 1;
static _Thread_local int in_job;
static _Thread_local struct { void *memory; size_t bytes; } scratch[SLOTS];
static atomic_size_t missing;

static void work(void) {
  int task, done = 0;
  in_job = 1;
  while ((task = atomic_fetch_add(&next_task, 1)) < current.tasks) {
    current.run(current.job, task);
    done++;
  }
  in_job = 0;
  if (done > 0) atomic_fetch_sub(&open_tasks, done);
}

static void await_generation(unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    if (atomic_load_explicit(&generation, memory_order_acquire) != seen) return;
    RELAX();
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleepers, 1);
  while (atomic_load(&generation) == seen) pthread_cond_wait(&wake, &lock);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&lock);
}

// An even generation is no job; a worker enters only an odd one that stays while it does.
static void *worker(void *argument) {
  int index = (int)(size_t)argument;
  unsigned seen = 0;
  for (;;) {
    await_generation(seen);
    seen = atomic_load(&generation);
    if ((seen & 1) == 0) continue;
    atomic_fetch_add(&inside, 1);
    if (atomic_load(&generation) == seen && index < current.allowed) work();
    atomic_fetch_sub(&inside, 1);
  }
  return NULL;
}

void pool_set_threads(int threads) {
  pthread_mutex_lock(&busy);
  wanted = threads < 1 ? 1 : threads > MAX_THREADS ? MAX_THREADS : threads;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  for (; started < wanted - 1; started++) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, worker, (void *)(size_t)(started + 1)) != 0) {
      wanted = started + 1;
      break;
    }
  }
  pthread_attr_destroy(&attributes);
  pthread_mutex_unlock(&busy);
}

int pool_threads(void) { return wanted; }

static void advance(void) {
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&generation, 1);
  if (atomic_load(&sleepers) > 0) pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&lock);
}

void pool_run(Task run, void *job, int tasks) {
  // Another JavaScript thread may be at work: then this one does without help.
  if (wanted == 1 || tasks < 2 || in_job || pthread_mutex_trylock(&busy) != 0) {
    for (int task = 0; task < tasks; task++) run(job, task);
    return;
  }
  current.run = run;
  current.job = job;
  current.tasks = tasks;
  current.allowed = wanted;
  atomic_store(&next_task, 0);
  atomic_store(&open_tasks, tasks);
  advance();
  work();
  for (int i = 0; atomic_load(&open_tasks) > 0; i++) {
    if (i < SPINS) RELAX();
    else sched_yield();
  }
  atomic_fetch_add(&generation, 1);
  // A late worker may still look at the job.
  while (atomic_load(&inside) > 0) RELAX();
  pthread_mutex_unlock(&busy);
}

void *pool_scratch(int slot, size_t bytes) {
  if (scratch[slot].bytes < bytes) {
    free(scratch[slot].memory);
    size_t rounded = (bytes + bytes / 4 + 4095) & ~(size_t)4095;
    scratch[slot].memory = aligned_alloc(4096, rounded);
    scratch[slot].bytes = scratch[slot].memory == NULL ? 0 : rounded;
    if (scratch[slot].memory == NULL) atomic_store(&missing, rounded);
  }
  return scratch[slot].memory;
}

double pool_missing(void) { return atomic_load_explicit(&missing, memory_order_relaxed) == 0 ? 0 : (double)atomic_exchange(&missing, 0); }
