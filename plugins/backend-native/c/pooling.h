// Gradient of max pooling: every output's goes to the first largest pixel of its window.
#ifndef FASTAP_POOLING_H
#define FASTAP_POOLING_H
#include "geometry.h"
#include "pool.h"
#include "simd.h"
#include <math.h>
#include <string.h>

/** Channels at a time. */
#define LANES 64

typedef struct {
  const Geometry *g;
  const float *x, *dy;
  float *dx;
} PoolJob;

static void pool_pixel(const Geometry *g, const float *x, const float *dy, float *dx, int top, int left, int first, int count) {
  float best[LANES];
  int32_t offsets[LANES];
  for (int c = 0; c < count; c++) {
    best[c] = -INFINITY;
    offsets[c] = -1;
  }
  for (int a = 0; a < g->filter_height; a++) {
    const int row = top + a * g->dilation_height;
    if ((unsigned)row >= (unsigned)g->in_height) continue;
    for (int b = 0; b < g->filter_width; b++) {
      const int column = left + b * g->dilation_width;
      if ((unsigned)column >= (unsigned)g->in_width) continue;
      const int32_t offset = (row * g->in_width + column) * g->in_channels + first;
      const float *restrict pixel = x + offset;
      for (int c = 0; c < count; c++) {
        const int larger = pixel[c] > best[c];
        best[c] = larger ? pixel[c] : best[c];
        offsets[c] = larger ? offset : offsets[c];
      }
    }
  }
  for (int c = 0; c < count; c++)
    if (offsets[c] >= 0) dx[offsets[c] + c] += dy[first + c];
}

static void pool_task(void *job, int n) {
  const PoolJob *j = job;
  const Geometry *g = j->g;
  const size_t image = (size_t)g->in_height * g->in_width * g->in_channels;
  const float *x = j->x + n * image, *dy = j->dy + (size_t)n * g->out_height * g->out_width * g->in_channels;
  float *dx = j->dx + n * image;
  memset(dx, 0, sizeof(float) * image);
  for (int pixel = 0; pixel < g->out_height * g->out_width; pixel++, dy += g->in_channels) {
    const int top = pixel / g->out_width * g->stride_height - g->pad_top, left = pixel % g->out_width * g->stride_width - g->pad_left;
    for (int c = 0; c < g->in_channels; c += LANES) pool_pixel(g, x, dy, dx, top, left, c, min_int(LANES, g->in_channels - c));
  }
}

static void max_pool_grad(const Geometry *g, const float *x, const float *dy, float *dx) {
  PoolJob job = {g, x, dy, dx};
  pool_run(pool_task, &job, g->batch);
}

#endif
