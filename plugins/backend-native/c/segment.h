// Rows summed by segment: the gradient of a lookup.
#ifndef FASTAP_SEGMENT_H
#define FASTAP_SEGMENT_H
#include "pool.h"
#include "simd.h"
#include <string.h>

typedef struct {
  const void *x;
  const int32_t *ids;
  int rows, columns, segments, parts, integers;
  void *out;
} SegmentJob;

static void clear_task(void *job, int task) {
  const SegmentJob *j = job;
  const size_t first = (size_t)j->segments * task / j->parts, end = (size_t)j->segments * (task + 1) / j->parts;
  memset((float *)j->out + first * j->columns, 0, sizeof(float) * (end - first) * j->columns);
}

/** A range of columns of all rows, in their order. */
static void segment_task(void *job, int task) {
  const SegmentJob *j = job;
  const int first = (int)((long)j->columns * task / j->parts), end = (int)((long)j->columns * (task + 1) / j->parts);
  for (int r = 0; r < j->rows; r++) {
    const int id = j->ids[r];
    if ((unsigned)id >= (unsigned)j->segments) continue;
    const size_t from = (size_t)r * j->columns, to = (size_t)id * j->columns;
    if (j->integers) {
      for (int c = first; c < end; c++) ((uint32_t *)j->out)[to + c] += ((const uint32_t *)j->x)[from + c];
    } else {
      const float *restrict x = (const float *)j->x + from;
      float *restrict out = (float *)j->out + to;
      for (int c = first; c < end; c++) out[c] += x[c];
    }
  }
}

static void segment_sum(const void *x, const int32_t *ids, int rows, int columns, int segments, void *out, int integers) {
  SegmentJob job = {x, ids, rows, columns, segments, 1, integers, out};
  job.parts = (size_t)segments * columns < 65536 ? 1 : 16;
  pool_run(clear_task, &job, job.parts);
  job.parts = (size_t)rows * columns < 65536 || columns < 128 ? 1 : 4;
  pool_run(segment_task, &job, job.parts);
}

#endif
