// Sums over the rows of a matrix, in backend-wasm's order (its assembly/reduce.ts): a run of rows is summed in float32, the runs of a block
// in float64, and then the blocks, which depend on the shape alone.
#ifndef FASTAP_REDUCE_H
#define FASTAP_REDUCE_H
#include "pool.h"
#include "simd.h"
#include <string.h>

/** Rows summed in float32: short enough to stay exact to float32, long enough to be fast. */
#define RUN 16

static int block_rows(int columns) { return max_int(64, 32768 / max_int(columns, 1) / RUN * RUN); }

enum { PLAIN, SQUARES, PRODUCTS };

/** One run, `width` columns at `c`: PLAIN x; SQUARES the square of x − center, to `q`; PRODUCTS d and d · (x − center). */
INLINE void add_columns(int kind, int width, const float *x, const float *d, const float *center, int count, size_t columns, double *s, double *q) {
  float a[4 * VL] = {0}, b[4 * VL] = {0};
  for (int r = 0; r < count; r++, x += columns, d += kind == PRODUCTS ? columns : 0) {
    for (int i = 0; i < width; i++) {
      if (kind == PLAIN) a[i] += x[i];
      if (kind == SQUARES) {
        const float v = x[i] - center[i];
        b[i] = mul_add(v, v, b[i]);
      }
      if (kind == PRODUCTS) {
        a[i] += d[i];
        b[i] = mul_add(d[i], x[i] - center[i], b[i]);
      }
    }
  }
  if (kind != SQUARES) for (int i = 0; i < width; i++) s[i] += a[i];
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
  double lanes[SUM_LANES] = {0};
  int i = 0;
  while (i + SUM_LANES <= count) {
    float run[SUM_LANES] = {0};
    for (const int end = min_int(count - SUM_LANES + 1, i + RUN * SUM_LANES); i < end; i += SUM_LANES)
      for (int k = 0; k < SUM_LANES; k++) run[k] += x[i + k];
    for (int k = 0; k < SUM_LANES; k++) lanes[k] += run[k];
  }
  double total = sum_of_lanes(lanes);
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
  if (j->inner == 1) *out = (float)(sum_adjacent(x, j->reduced) * j->scale);
  else sum_rows(x, j->reduced, j->inner, j->scale, out);
}

/** Sums of `x` `[outer, reduced, inner]` over the middle axis, times `scale`. */
static void sum_middle(const float *x, int outer, int reduced, int inner, double scale, float *out) {
  if (outer == 1 && inner > 1) return sum_rows(x, reduced, inner, scale, out);
  MiddleJob job = {x, reduced, inner, scale, out};
  if ((double)outer * reduced * inner < 65536) for (int i = 0; i < outer; i++) middle_task(&job, i);
  else pool_run(middle_task, &job, outer);
}

#endif
