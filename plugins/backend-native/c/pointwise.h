// Kernels that pass over memory once: unary, binary, an affine map by channel, a lookup of rows.
#ifndef FASTAP_POINTWISE_H
#define FASTAP_POINTWISE_H
#include "exp.h"
#include "pool.h"

/** Elements of a task. */
#define POINTWISE_BLOCK 65536

enum { RELU, STEP, EXP, TANH, SIGMOID };
enum { ADD, SUBTRACT, MULTIPLY };
/** Numbers of backend-wasm's assembly/bias-activation.ts. */
enum { LINEAR, ACTIVATION_RELU, ACTIVATION_SIGMOID, ACTIVATION_TANH };

typedef struct {
  int op, count, rows, columns;
  float alpha;
  const float *x, *y, *center, *scale, *shift;
  const int32_t *ids;
  float *out;
} PointwiseJob;

#define EACH(expression) \
  for (int i = 0; i < count; i++) out[i] = expression

#define EACH_IN_PLACE(expression) \
  _Pragma("GCC ivdep") for (int i = 0; i < count; i++) out[i] = expression

static void unary_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int first = task * POINTWISE_BLOCK, count = min_int(POINTWISE_BLOCK, j->count - first);
  const float *restrict x = j->x + first, alpha = j->alpha;
  float *restrict out = j->out + first;
  switch (j->op) {
    case RELU: EACH(x[i] <= 0 ? 0 : x[i]); break;
    case STEP: EACH(x[i] > 0 ? 1 : x[i] != x[i] ? x[i] : alpha); break;
    case EXP: EACH(x[i] > 88.72284f ? INFINITY : exp_float(x[i])); break;
    case TANH: EACH(tanh_float(x[i])); break;
    case SIGMOID: EACH(sigmoid_float(x[i])); break;
  }
}

static void binary_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int first = task * POINTWISE_BLOCK, count = min_int(POINTWISE_BLOCK, j->count - first);
  const float *x = j->x + first, *y = j->y + first;
  float *restrict out = j->out + first;
  switch (j->op) {
    case ADD: EACH(x[i] + y[i]); break;
    case SUBTRACT: EACH(x[i] - y[i]); break;
    case MULTIPLY: EACH(x[i] * y[i]); break;
  }
}

static void pointwise(Task task, PointwiseJob *job) { pool_run(task, job, ceil_div(job->count, POINTWISE_BLOCK)); }

static int rows_per_task(int columns) { return max_int(1, POINTWISE_BLOCK / max_int(1, columns)); }

static void scale_shift_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int n = j->columns, block = rows_per_task(n), end = min_int(j->rows, (task + 1) * block);
  const float *restrict center = j->center, *restrict scale = j->scale, *restrict shift = j->shift;
  for (int r = task * block; r < end; r++) {
    const float *restrict x = j->x + (size_t)r * n;
    float *restrict out = j->out + (size_t)r * n;
    for (int c = 0; c < n; c++) out[c] = mul_add(x[c] - center[c], scale[c], shift[c]);
  }
}

/** `(x - mean) / sqrt(variance + eps) * gamma + beta` for `[rows, columns]`; `gamma` and `beta` may be absent. */
static void scale_shift(const float *x, int rows, int columns, const float *mean, const float *variance, const float *gamma, const float *beta,
    double eps, float *out) {
  float *scales = pool_scratch(SLOT_SUMS, sizeof(float) * 2 * columns), *shifts = scales + columns;
  if (scales == NULL) return;
  for (int c = 0; c < columns; c++) {
    scales[c] = (float)((gamma == NULL ? 1 : gamma[c]) / sqrt(variance[c] + eps));
    shifts[c] = beta == NULL ? 0 : beta[c];
  }
  PointwiseJob job = {.rows = rows, .columns = columns, .x = x, .center = mean, .scale = scales, .shift = shifts, .out = out};
  pool_run(scale_shift_task, &job, ceil_div(rows, rows_per_task(columns)));
}

/** `x` plus `bias`, which may be absent, then the activation. */
static void bias_activation_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int block = rows_per_task(j->columns), end = min_int(j->rows, (task + 1) * block), count = j->columns;
  for (int r = task * block; r < end; r++) {
    // May be in place.
    const float *x = j->x + (size_t)r * count, *bias = j->shift;
    float *out = j->out + (size_t)r * count;
#define SUM (bias == NULL ? x[i] : x[i] + bias[i])
    switch (j->op) {
      case LINEAR: EACH_IN_PLACE(SUM); break;
      case ACTIVATION_RELU: EACH_IN_PLACE(SUM <= 0 ? 0 : SUM); break;
      case ACTIVATION_SIGMOID: EACH_IN_PLACE(sigmoid_float(SUM)); break;
      case ACTIVATION_TANH: EACH_IN_PLACE(tanh_float(SUM)); break;
    }
#undef SUM
  }
}

static void activation_grad_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int first = task * POINTWISE_BLOCK, count = min_int(POINTWISE_BLOCK, j->count - first);
  const float *dy = j->x + first, *y = j->y + first;
  float *restrict out = j->out + first;
  switch (j->op) {
    // A NaN in y lets dy pass, as in PyTorch.
    case ACTIVATION_RELU: EACH(y[i] <= 0 ? 0 : dy[i]); break;
    case ACTIVATION_SIGMOID: EACH(dy[i] * (y[i] * (1 - y[i]))); break;
    case ACTIVATION_TANH: EACH(dy[i] * (1 - y[i] * y[i])); break;
  }
}

static void gather_task(void *job, int task) {
  const PointwiseJob *j = job;
  const int n = j->columns, block = rows_per_task(n), end = min_int(j->count, (task + 1) * block);
  for (int r = task * block; r < end; r++) memcpy(j->out + (size_t)r * n, j->x + (size_t)j->ids[r] * n, sizeof(float) * n);
}

/**
 * Slices of `x` `[outer, length, inner]` by `ids` into `out` `[outer, count, inner]`. Returns the place of the first id outside, before
 * anything is written, or -1.
 */
static int gather_floats(const float *x, int outer, int length, int inner, const int32_t *ids, int count, float *out) {
  for (int i = 0; i < count; i++)
    if ((unsigned)ids[i] >= (unsigned)length) return i;
  for (int n = 0; n < outer; n++) {
    PointwiseJob job = {.columns = inner, .count = count, .x = x + (size_t)n * length * inner, .ids = ids, .out = out + (size_t)n * count * inner};
    pool_run(gather_task, &job, ceil_div(count, rows_per_task(inner)));
  }
  return -1;
}

#endif
