// Training batch norm of `x` `[rows, channels]` over the rows. Statistics take two passes, so that a mean far from zero costs no digits of
// the variance.
#ifndef FASTAP_BATCH_NORM_H
#define FASTAP_BATCH_NORM_H
#include "reduce.h"
#include <math.h>

typedef struct {
  const float *x, *dy;
  int rows, channels, block;
  /** Of every block: `[channels]` in the forward pass, `[2, channels]` in the other. */
  double *sums;
  const float *mean, *scale, *beta, *shift, *slope;
  /** Whether what is normalised goes through a ReLU. */
  int relu;
  float *out;
} NormJob;

static float scale_of(float gamma, float variance, double eps) { return (float)(gamma * (1 / sqrt(variance + eps))); }

static void squares_task(void *job, int task) {
  const NormJob *j = job;
  const int n = j->channels, first = task * j->block;
  const float *x = j->x + (size_t)first * n;
  double *s = j->sums + (size_t)task * n;
  memset(s, 0, sizeof(double) * n);
  add_rows(SQUARES, x, x, j->mean, min_int(j->block, j->rows - first), n, s, s);
}

INLINE void normalise(int relu, const NormJob *j, int first, int rows) {
  const int n = j->channels;
  const float *restrict x = j->x + (size_t)first * n, *restrict mean = j->mean, *restrict scale = j->scale, *restrict beta = j->beta;
  float *restrict y = j->out + (size_t)first * n;
  for (int r = 0; r < rows; r++, x += n, y += n) {
    for (int c = 0; c < n; c++) {
      const float v = mul_add(x[c] - mean[c], scale[c], beta[c]);
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
  sum_rows(x, rows, channels, 1.0 / rows, mean);
  double *sums = pool_scratch(SLOT_SUMS, (sizeof(double) * blocks + sizeof(float)) * channels);
  if (sums == NULL) return;
  float *scale = (float *)(sums + (size_t)blocks * channels);
  NormJob job = {.x = x, .rows = rows, .channels = channels, .block = block, .sums = sums, .mean = mean, .scale = scale, .beta = beta, .relu = relu, .out = y};
  pool_run(squares_task, &job, blocks);
  for (int b = 1; b < blocks; b++)
    for (int c = 0; c < channels; c++) sums[c] += sums[(size_t)b * channels + c];
  for (int c = 0; c < channels; c++) {
    variance[c] = (float)(sums[c] / rows);
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
    for (int c = 0; c < n; c++) out[c] = mul_add(x[c] - mean[c], scale[c], beta[c]) <= 0 ? 0 : dy[c];
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
    for (int c = 0; c < n; c++) dx[c] = mul_add(masked ? dx[c] : dy[c], scale[c], mul_add(x[c] - mean[c], slope[c], shift[c]));
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
    d_beta[c] = (float)sums[c];
    const double inverse = 1 / sqrt(variance[c] + eps), factor = gamma[c] * inverse, product = (float)sums[channels + c];
    slope[c] = (float)(-factor * product * inverse * inverse / rows);
    shift[c] = (float)(-factor * d_beta[c] / rows);
    d_gamma[c] = (float)(product * inverse);
  }
  pool_run(input_gradient_task, &job, blocks);
}

#endif
