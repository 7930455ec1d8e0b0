// Peak of this machine: `peak THREADS` prints {"gflops":…,"gbps":…}, best of several trials. Fused multiply-adds in registers, as
// wide as there are; a triad, or reading alone, over arrays that no cache holds.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
enum { LANES = 16 };
#else
enum { LANES = 8 };
#endif
typedef float Lane __attribute__((vector_size(4 * LANES)));
enum { CHAINS = 10, ROUNDS = 1000000, TRIALS = 60, WORDS = 1 << 24, PASSES = 20 };
static double seconds[3][64];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *work(void *at) {
  long id = (long)at;
  Lane sums[CHAINS], factor, term;
  for (int k = 0; k < LANES; k++) factor[k] = 0.999f + id * 1e-9f, term[k] = 1e-3f;
  for (int c = 0; c < CHAINS; c++) sums[c] = term;
  double start;
  seconds[0][id] = 1e9;
  for (int trial = 0; trial < TRIALS; trial++) {
    start = now();
    for (long i = 0; i < ROUNDS; i++)
      for (int c = 0; c < CHAINS; c++) sums[c] = sums[c] * factor + term;
    double time = now() - start;
    if (time < seconds[0][id]) seconds[0][id] = time;
  }
  volatile float seen = 0;
  for (int c = 0; c < CHAINS; c++) seen += sums[c][0];
  float *a = aligned_alloc(64, 4L * WORDS), *b = aligned_alloc(64, 4L * WORDS), *d = aligned_alloc(64, 4L * WORDS);
  for (long i = 0; i < WORDS; i++) a[i] = 0, b[i] = i, d[i] = seen;
  seconds[1][id] = seconds[2][id] = 1e9;
  for (int pass = 0; pass < PASSES; pass++) {
    start = now();
    for (long i = 0; i < WORDS; i++) a[i] = b[i] + 0.5f * d[i];
    double time = now() - start;
    if (time < seconds[1][id]) seconds[1][id] = time;
    b[pass] = a[WORDS - 1 - pass];
    const Lane *from = (const Lane *)a;
    Lane total[4] = {0};
    start = now();
    for (long i = 0; i < WORDS / LANES; i += 4)
      for (int k = 0; k < 4; k++) total[k] += from[i + k];
    time = now() - start;
    if (time < seconds[2][id]) seconds[2][id] = time;
    seen += total[0][0] + total[1][0] + total[2][0] + total[3][0];
  }
  free(a), free(b), free(d);
  return NULL;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 1;
  pthread_t others[64];
  for (long i = 0; i < threads; i++) pthread_create(&others[i], NULL, work, (void *)i);
  double gflops = 0, triad = 0, reading = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(others[i], NULL);
    gflops += 2.0 * LANES * CHAINS * ROUNDS / seconds[0][i] * 1e-9;
    triad += 12.0 * WORDS / seconds[1][i] * 1e-9;
    reading += 4.0 * WORDS / seconds[2][i] * 1e-9;
  }
  printf("{\"gflops\":%.1f,\"gbps\":%.1f}\n", gflops, triad > reading ? triad : reading);
  return 0;
}
