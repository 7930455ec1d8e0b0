// Sums over the rows of a matrix. Rows are cut into blocks that depend on the shape alone, short runs are summed in float32 and all else
// in float64, in order.
#ifndef FASTAP_REDUCE_H
#define FASTAP_REDUCE_H
#include "pool.h"
#include "simd.h"
#include <string.h>

/** Rows summed in float32: short enough to stay exact to float32, long enough to be fast. */
#define RUN 16

static int block_rows(int columns) { return max_int(64, 32768 / max_int(columns, 1) / RUN * RUN); }

enum { PLAIN, SQUARES, PRODUCTS };

/** One run, `width` columns at `c`: PLAIN x; SQUARES x − center and its square; PRODUCTS d and d · (x − center). */
INLINE void add_columns(int kind, int width, const float *x, const float *d, const float *center, int count, size_t columns, double *s, double *q) {
  float a[4 * VL] = {0}, b[4 * VL] = {0};
  for (int r = 0; r < count; r++, x += columns, d += kind == PRODUCTS ? columns : 0) {
    for (int i = 0; i < width; i++) {
      if (kind == PLAIN) a[i] += x[i];
      if (kind == SQUARES) {
        const float v = x[i] - center[i];
        a[i] += v;
        b[i] += v * v;
      }
      if (kind == PRODUCTS) {
        a[i] += d[i];
        b[i] += d[i] * (x[i] - center[i]);
      }
    }
  }
  for (int i = 0; i < width; i++) s[i] += a[i];
  if (kind != PLAIN) for (int i = 0; i < width; i++) q[i] += b[i];
}

/** Adds `rows` rows to the float64 sums `s` and `q` `[columns]`. */
INLINE void add_rows(int kind, const float *x, const float *d, const float *center, int rows, int columns, double *s, double *q) {
  for (int r = 0; r < rows; r += RUN) {
    const int count = min_int(RUN, rows - r);
    const float *xr = x + (size_t)r * columns, *dr = kind == PRODUCTS ? d + (size_t)r * columns : x;
    int c = 0;
    for (; c + 4 * VL <= columns; c += 4 * VL) add_columns(kind, 4 * VL, xr + c, dr + c, center + c, count, columns, s + c, q + c);
    for (; c + VL <= columns; c += VL) add_columns(kind, VL, xr + c, dr + c, center + c, count, columns, s + c, q + c);
    if (c < columns) add_columns(kind, columns - c, xr + c, dr + c, center + c, count, columns, s + c, q + c);
  }
}

typedef struct {
  const float *x;
  int rows, columns, block;
  double *sums;
} SumJob;

static void sum_task(void *job, int task) {
  const SumJob *j = job;
  double *s = j->sums + (size_t)task * j->columns;
  memset(s, 0, sizeof(double) * j->columns);
  const int first = task * j->block;
  add_rows(PLAIN, j->x + (size_t)first * j->columns, j->x, j->x, min_int(j->block, j->rows - first), j->columns, s, s);
}

static void sum_rows(const float *x, int rows, int columns, double scale, float *out) {
  const int block = block_rows(columns), blocks = max_int(1, ceil_div(rows, block));
  SumJob job = {x, rows, columns, block, pool_scratch(SLOT_SUMS, sizeof(double) * blocks * columns)};
  if (job.sums == NULL) return;
  pool_run(sum_task, &job, blocks);
  for (int b = 1; b < blocks; b++)
    for (int c = 0; c < columns; c++) job.sums[c] += job.sums[(size_t)b * columns + c];
  for (int c = 0; c < columns; c++) out[c] = (float)(job.sums[c] * scale);
}

/** The sum of `count` adjacent floats: runs in float32 lanes, then float64. */
static double sum_adjacent(const float *x, int count) {
  double total = 0;
  int i = 0;
  while (i + VL <= count) {
    float lanes[VL] = {0};
    for (const int end = min_int(count - VL + 1, i + RUN * VL); i < end; i += VL)
      for (int k = 0; k < VL; k++) lanes[k] += x[i + k];
    for (int k = 0; k < VL; k++) total += lanes[k];
  }
  for (; i < count; i++) total += x[i];
  return total;
}

typedef struct {
  const float *x;
  int reduced, inner;
  double scale;
  float *out;
} MiddleJob;

static void middle_task(void *job, int i) {
  const MiddleJob *j = job;
  const float *x = j->x + (size_t)i * j->reduced * j->inner;
  float *out = j->out + (size_t)i * j->inner;
  if (j->inner == 1) {
    *out = (float)(sum_adjacent(x, j->reduced) * j->scale);
    return;
  }
  double *sums = pool_scratch(SLOT_SUMS, sizeof(double) * j->inner);
  if (sums == NULL) return;
  memset(sums, 0, sizeof(double) * j->inner);
  add_rows(PLAIN, x, x, x, j->reduced, j->inner, sums, sums);
  for (int c = 0; c < j->inner; c++) out[c] = (float)(sums[c] * j->scale);
}

/** Sums of `x` `[outer, reduced, inner]` over the middle axis, times `scale`. */
static void sum_middle(const float *x, int outer, int reduced, int inner, double scale, float *out) {
  if (outer == 1 && inner > 1) return sum_rows(x, reduced, inner, scale, out);
  MiddleJob job = {x, reduced, inner, scale, out};
  if ((double)outer * reduced * inner < 65536) for (int i = 0; i < outer; i++) middle_task(&job, i);
  else pool_run(middle_task, &job, outer);
}

#endif
