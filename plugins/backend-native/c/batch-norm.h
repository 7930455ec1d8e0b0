// Training batch norm of `x` `[rows, channels]` over the rows. Every block of rows has sums about its own mean, and the blocks are put
// together in float64 (Chan, Golub & LeVeque 1979), so that a mean far from zero costs no digits of the variance.
#ifndef FASTAP_BATCH_NORM_H
#define FASTAP_BATCH_NORM_H
#include "reduce.h"
#include <math.h>

typedef struct {
  const float *x, *dy;
  int rows, channels, block;
  /** `[blocks, 2, channels]` */
  double *sums;
  /** `[blocks, channels]` */
  float *centers;
  const float *mean, *scale, *beta, *shift, *slope;
  /** Whether what is normalised goes through a ReLU. */
  int relu;
  float *out;
} NormJob;

static float scale_of(float gamma, float variance, double eps) { return (float)(gamma / sqrt(variance + eps)); }

static void moments_task(void *job, int task) {
  const NormJob *j = job;
  const int n = j->channels, first = task * j->block, rows = min_int(j->block, j->rows - first);
  const float *x = j->x + (size_t)first * n;
  double *s = j->sums + (size_t)task * 2 * n, *q = s + n;
  float *center = j->centers + (size_t)task * n;
  memset(s, 0, sizeof(double) * 2 * n);
  add_rows(PLAIN, x, x, x, min_int(rows, 2 * RUN), n, s, s);
  for (int c = 0; c < n; c++) center[c] = (float)(s[c] / min_int(rows, 2 * RUN));
  memset(s, 0, sizeof(double) * n);
  add_rows(SQUARES, x, x, center, rows, n, s, q);
  for (int c = 0; c < n; c++) {
    const double mean = s[c] / rows;
    q[c] -= s[c] * mean;
    s[c] = center[c] + mean;
  }
}

INLINE void normalise(int relu, const NormJob *j, int first, int rows) {
  const int n = j->channels;
  const float *restrict x = j->x + (size_t)first * n, *restrict mean = j->mean, *restrict scale = j->scale, *restrict beta = j->beta;
  float *restrict y = j->out + (size_t)first * n;
  for (int r = 0; r < rows; r++, x += n, y += n) {
    for (int c = 0; c < n; c++) {
      const float v = (x[c] - mean[c]) * scale[c] + beta[c];
      y[c] = relu && v <= 0 ? 0 : v;
    }
  }
}

static void normalise_task(void *job, int task) {
  const NormJob *j = job;
  const int first = task * j->block, rows = min_int(j->block, j->rows - first);
  if (j->relu) normalise(1, j, first, rows);
  else normalise(0, j, first, rows);
}

static void batch_norm_forward(
    const float *x, int rows, int channels, const float *gamma, const float *beta, double eps, int relu, float *y, float *mean, float *variance) {
  const int block = block_rows(channels), blocks = ceil_div(rows, block);
  double *sums = pool_scratch(SLOT_SUMS, (sizeof(double) * 2 + sizeof(float)) * (blocks + 1) * channels);
  if (sums == NULL) return;
  float *centers = (float *)(sums + (size_t)2 * blocks * channels), *scale = centers + (size_t)blocks * channels;
  NormJob job = {.x = x, .rows = rows, .channels = channels, .block = block, .sums = sums, .centers = centers, .mean = mean, .scale = scale, .beta = beta, .relu = relu, .out = y};
  pool_run(moments_task, &job, blocks);
  for (int c = 0; c < channels; c++) {
    double m = sums[c], q = sums[channels + c], n = min_int(block, rows);
    for (int b = 1; b < blocks; b++) {
      const double count = min_int(block, rows - b * block), *s = sums + (size_t)2 * b * channels;
      const double delta = s[c] - m, total = n + count;
      m += delta * count / total;
      q += s[channels + c] + delta * delta * n * count / total;
      n = total;
    }
    mean[c] = (float)m;
    variance[c] = (float)(q < 0 ? 0 : q / rows);
    scale[c] = scale_of(gamma[c], variance[c], eps);
  }
  pool_run(normalise_task, &job, blocks);
}

/** The gradient of what came out over 0, which forward computed in the same way. */
static void mask_rows(const NormJob *j, int first, int rows) {
  const int n = j->channels;
  const float *restrict x = j->x + (size_t)first * n, *restrict dy = j->dy + (size_t)first * n;
  const float *restrict mean = j->mean, *restrict scale = j->scale, *restrict beta = j->beta;
  float *restrict out = j->out + (size_t)first * n;
  for (int r = 0; r < rows; r++, x += n, dy += n, out += n)
    for (int c = 0; c < n; c++) out[c] = (x[c] - mean[c]) * scale[c] + beta[c] <= 0 ? 0 : dy[c];
}

static void gradient_sums_task(void *job, int task) {
  const NormJob *j = job;
  const int n = j->channels, first = task * j->block, rows = min_int(j->block, j->rows - first);
  double *s = j->sums + (size_t)task * 2 * n;
  memset(s, 0, sizeof(double) * 2 * n);
  if (j->relu) mask_rows(j, first, rows);
  add_rows(PRODUCTS, j->x + (size_t)first * n, (j->relu ? j->out : j->dy) + (size_t)first * n, j->mean, rows, n, s, s + n);
}

/** Masked gradients lie where the result goes. */
INLINE void input_gradient(int masked, const NormJob *j, int first, int rows) {
  const int n = j->channels;
  const float *restrict x = j->x + (size_t)first * n, *restrict dy = j->dy + (size_t)first * n, *restrict mean = j->mean;
  const float *restrict scale = j->scale, *restrict shift = j->shift, *restrict slope = j->slope;
  float *restrict dx = j->out + (size_t)first * n;
  for (int r = 0; r < rows; r++, x += n, dy += n, dx += n)
    for (int c = 0; c < n; c++) dx[c] = (masked ? dx[c] : dy[c]) * scale[c] + ((x[c] - mean[c]) * slope[c] + shift[c]);
}

static void input_gradient_task(void *job, int task) {
  const NormJob *j = job;
  const int first = task * j->block, rows = min_int(j->block, j->rows - first);
  if (j->relu) input_gradient(1, j, first, rows);
  else input_gradient(0, j, first, rows);
}

/** `dx = scale · (dy − mean(dy)) + slope · (x − mean)` with `scale = gamma / σ`, `slope = −scale · Σ(dy · (x − mean)) / (rows · σ²)`. */
static void batch_norm_grad(const float *x, const float *dy, int rows, int channels, const float *gamma, const float *beta, const float *mean,
    const float *variance, double eps, int relu, float *dx, float *d_gamma, float *d_beta) {
  const int block = block_rows(channels), blocks = ceil_div(rows, block);
  double *sums = pool_scratch(SLOT_SUMS, (sizeof(double) * 2 * blocks + sizeof(float) * 3) * channels);
  if (sums == NULL) return;
  float *scale = (float *)(sums + (size_t)2 * blocks * channels), *shift = scale + channels, *slope = shift + channels;
  NormJob job = {.x = x, .dy = dy, .rows = rows, .channels = channels, .block = block, .sums = sums, .mean = mean, .scale = scale, .beta = beta, .shift = shift, .slope = slope, .relu = relu, .out = dx};
  for (int c = 0; c < channels; c++) scale[c] = scale_of(gamma[c], variance[c], eps);
  pool_run(gradient_sums_task, &job, blocks);
  for (int b = 1; b < blocks; b++)
    for (int c = 0; c < 2 * channels; c++) sums[c] += sums[(size_t)2 * b * channels + c];
  for (int c = 0; c < channels; c++) {
    const double inverse = 1 / sqrt(variance[c] + eps), factor = gamma[c] * inverse, product = sums[channels + c];
    slope[c] = (float)(-factor * product * inverse * inverse / rows);
    shift[c] = (float)(-factor * sums[c] / rows);
    d_beta[c] = (float)sums[c];
    d_gamma[c] = (float)(product * inverse);
  }
  pool_run(input_gradient_task, &job, blocks);
}

#endif
