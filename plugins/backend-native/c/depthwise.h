// The depthwise convolution and its gradients: filter `[height, width, in_channels, multiplier]`, output channel `channel * multiplier + m`.
#ifndef FASTAP_DEPTHWISE_H
#define FASTAP_DEPTHWISE_H
#include "geometry.h"
#include "pool.h"
#include "simd.h"
#include <string.h>

typedef struct {
  const Geometry *g;
  const float *x, *dy;
  float *out;
} DepthwiseJob;

/** First output pixel whose tap at `offset` (dilated, less padding) falls inside the input. */
INLINE int first_inside(int offset, int stride) { return offset >= 0 ? 0 : (stride - 1 - offset) / stride; }

/** One past the last such pixel. */
INLINE int end_inside(int offset, int stride, int in_size, int out_size) {
  return offset >= in_size ? 0 : min_int(out_size, (in_size - 1 - offset) / stride + 1);
}

/** `count` channels of one output pixel: the sum over the taps from (a, b) to (a_end, b_end), all inside the image. */
INLINE void tap_sums(const DepthwiseJob *j, const float *image, int top, int left, const int taps[4], int first, int count, float *out) {
  const Geometry *g = j->g;
  const int multiplier = g->out_channels / g->in_channels;
  float sums[NR] = {0};
  for (int a = taps[0]; a < taps[1]; a++) {
    for (int b = taps[2]; b < taps[3]; b++) {
      const float *x = image + ((size_t)(top + a * g->dilation_height) * g->in_width + left + b * g->dilation_width) * g->in_channels;
      const float *filter = j->dy + ((size_t)a * g->filter_width + b) * g->out_channels + first;
      if (multiplier == 1) for (int c = 0; c < count; c++) sums[c] = mul_add(x[first + c], filter[c], sums[c]);
      else for (int c = 0; c < count; c++) sums[c] = mul_add(x[(first + c) / multiplier], filter[c], sums[c]);
    }
  }
  memcpy(out + first, sums, sizeof(float) * count);
}

static void depthwise_line_task(void *job, int line) {
  const DepthwiseJob *j = job;
  const Geometry *g = j->g;
  const int top = line % g->out_height * g->stride_height - g->pad_top;
  const float *image = j->x + (size_t)(line / g->out_height) * g->in_height * g->in_width * g->in_channels;
  int taps[4] = {first_inside(top, g->dilation_height), end_inside(top, g->dilation_height, g->in_height, g->filter_height)};
  for (int i = 0; i < g->out_width; i++) {
    const int left = i * g->stride_width - g->pad_left;
    float *out = j->out + ((size_t)line * g->out_width + i) * g->out_channels;
    taps[2] = first_inside(left, g->dilation_width);
    taps[3] = end_inside(left, g->dilation_width, g->in_width, g->filter_width);
    int c = 0;
    for (; c + NR <= g->out_channels; c += NR) tap_sums(j, image, top, left, taps, c, NR, out);
    if (c < g->out_channels) tap_sums(j, image, top, left, taps, c, g->out_channels - c, out);
  }
}

/** `filter` in place of `dy`. */
static void depthwise_forward(const Geometry *g, const float *x, const float *filter, float *y) {
  DepthwiseJob job = {g, x, filter, y};
  pool_run(depthwise_line_task, &job, g->batch * g->out_height);
}

static void line_products(const Geometry *g, const float *x, const float *dy, int count, float *run, double *sums) {
  const int channels = g->out_channels, multiplier = channels / g->in_channels, step = g->stride_width * g->in_channels;
  memset(run, 0, sizeof(float) * channels);
  for (int i = 0; i < count; i++, x += step, dy += channels) {
    if (multiplier == 1) for (int c = 0; c < channels; c++) run[c] = mul_add(x[c], dy[c], run[c]);
    else for (int c = 0; c < channels; c++) run[c] = mul_add(x[c / multiplier], dy[c], run[c]);
  }
  for (int c = 0; c < channels; c++) sums[c] += run[c];
}

static void depthwise_filter_task(void *job, int tap) {
  const DepthwiseJob *j = job;
  const Geometry *g = j->g;
  const int top = tap / g->filter_width * g->dilation_height - g->pad_top, left = tap % g->filter_width * g->dilation_width - g->pad_left;
  const int y_end = end_inside(top, g->stride_height, g->in_height, g->out_height), x_first = first_inside(left, g->stride_width);
  const int count = end_inside(left, g->stride_width, g->in_width, g->out_width) - x_first;
  double *sums = pool_scratch(SLOT_SUMS, (sizeof(double) + sizeof(float)) * g->out_channels);
  if (sums == NULL) return;
  float *run = (float *)(sums + g->out_channels), *out = j->out + (size_t)tap * g->out_channels;
  memset(sums, 0, sizeof(double) * g->out_channels);
  for (int n = 0; n < g->batch && count > 0; n++) {
    for (int y = first_inside(top, g->stride_height); y < y_end; y++) {
      const size_t row = ((size_t)n * g->in_height + y * g->stride_height + top) * g->in_width + x_first * g->stride_width + left;
      const size_t to = ((size_t)n * g->out_height + y) * g->out_width + x_first;
      line_products(g, j->x + row * g->in_channels, j->dy + to * g->out_channels, count, run, sums);
    }
  }
  for (int c = 0; c < g->out_channels; c++) out[c] = (float)sums[c];
}

static void depthwise_filter_grad(const Geometry *g, const float *x, const float *dy, float *out) {
  DepthwiseJob job = {g, x, dy, out};
  pool_run(depthwise_filter_task, &job, g->filter_height * g->filter_width);
}

INLINE void add_pixel(const Geometry *g, float *restrict dx, const float *restrict dy, const float *restrict filter) {
  const int multiplier = g->out_channels / g->in_channels;
  if (multiplier == 1) {
    for (int c = 0; c < g->in_channels; c++) dx[c] = mul_add(dy[c], filter[c], dx[c]);
    return;
  }
  for (int c = 0; c < g->in_channels; c++)
    for (int m = 0; m < multiplier; m++) dx[c] += dy[c * multiplier + m] * filter[c * multiplier + m];
}

static void depthwise_input_task(void *job, int n) {
  const DepthwiseJob *j = job;
  const Geometry *g = j->g;
  const size_t image = (size_t)g->in_height * g->in_width * g->in_channels;
  float *dx = j->out + n * image;
  memset(dx, 0, sizeof(float) * image);
  for (int y = 0; y < g->out_height; y++) {
    for (int tap = 0; tap < g->filter_height * g->filter_width; tap++) {
      const int row = y * g->stride_height - g->pad_top + tap / g->filter_width * g->dilation_height;
      const int left = tap % g->filter_width * g->dilation_width - g->pad_left;
      if ((unsigned)row >= (unsigned)g->in_height) continue;
      const int end = end_inside(left, g->stride_width, g->in_width, g->out_width);
      for (int x = first_inside(left, g->stride_width); x < end; x++) {
        float *pixel = dx + ((size_t)row * g->in_width + x * g->stride_width + left) * g->in_channels;
        const float *dy = j->dy + (((size_t)n * g->out_height + y) * g->out_width + x) * g->out_channels;
        add_pixel(g, pixel, dy, j->x + (size_t)tap * g->out_channels);
      }
    }
  }
}

/** `filter` in place of `x`. */
static void depthwise_input_grad(const Geometry *g, const float *dy, const float *filter, float *dx) {
  DepthwiseJob job = {g, filter, dy, dx};
  pool_run(depthwise_input_task, &job, g->batch);
}

#endif
