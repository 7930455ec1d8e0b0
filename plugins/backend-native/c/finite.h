// Whether numbers are finite: the runs of backend-wasm's assembly/find-not-finite.ts.
#ifndef FASTAP_FINITE_H
#define FASTAP_FINITE_H
#include "table.h"

typedef struct {
  At x;
  int32_t count;
} FiniteRun;

/** Without their sign, NaN and infinity are as whole numbers larger than every other float32. */
static int all_finite(const int32_t *bits, int count) {
  int32_t largest = 0;
  for (int i = 0; i < count; i++) {
    const int32_t magnitude = bits[i] & 0x7fffffff;
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest < 0x7f800000;
}

static int find_not_finite(Base base, const FiniteRun *runs, int count) {
  for (int i = 0; i < count; i++) if (!all_finite((const int32_t *)(base + runs[i].x), runs[i].count)) return i;
  return -1;
}

#endif
