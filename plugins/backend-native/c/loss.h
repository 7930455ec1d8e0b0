// Softmax cross-entropy: losses `[rows]` and their gradients by the logits. The target of a row is `weights` (of every class; none: all 1)
// times what `smoothing` makes of one-hot. A label outside the classes gives 0. Gradients are multiplied by `factor`.
// The label's own is taken in float64: near 0 in a row that is right, it would be float32's rounding of 1.
#ifndef FASTAP_LOSS_H
#define FASTAP_LOSS_H
#include "exp.h"
#include "pool.h"

typedef struct {
  const float *logits;
  const int32_t *labels;
  const float *weights;
  double smoothing, factor;
  float *losses, *gradients;
  int rows, classes, block;
  /** The weights' sum, times each class's part of `smoothing`. */
  double shared;
} LossJob;

static float largest(const float *row, int count) {
  float lanes[VL], top = -INFINITY;
  int c = 0;
  for (int i = 0; i < VL; i++) lanes[i] = -INFINITY;
  for (; c + VL <= count; c += VL)
    for (int i = 0; i < VL; i++) lanes[i] = row[c + i] > lanes[i] ? row[c + i] : lanes[i];
  for (int i = 0; i < VL; i++) top = lanes[i] > top ? lanes[i] : top;
  for (; c < count; c++) top = row[c] > top ? row[c] : top;
  return top;
}

/** In float64. */
static double sum_of(const float *row, int count) {
  double lanes[SUM_LANES] = {0};
  int c = 0;
  for (; c + SUM_LANES <= count; c += SUM_LANES)
    for (int i = 0; i < SUM_LANES; i++) lanes[i] += row[c + i];
  double sum = sum_of_lanes(lanes);
  for (; c < count; c++) sum += row[c];
  return sum;
}

/** Natural logarithm of a positive normal number, as assembly/exp.ts has it. */
static double log_double(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  double mantissa;
  memcpy(&mantissa, &bits, sizeof mantissa);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const double s = (mantissa - 1) / (mantissa + 1), q = s * s;
  const double series = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13))))));
  return x == x ? exponent * 0.6931471805599453 + 2 * s * series : x;
}

/** Of `top − logit` over the classes, by their weights. */
static double shortfall(const LossJob *j, const float *logits, float top) {
  double sum = 0;
  for (int c = 0; c < j->classes; c++) sum += ((double)top - logits[c]) * (j->weights == NULL ? 1 : j->weights[c]);
  return sum;
}

static void loss_row(const LossJob *j, int row) {
  const int classes = j->classes, label = j->labels[row];
  const float *restrict logits = j->logits + (size_t)row * classes;
  float *restrict gradients = j->gradients + (size_t)row * classes;
  if ((unsigned)label >= (unsigned)classes) {
    j->losses[row] = 0;
    memset(gradients, 0, sizeof(float) * classes);
    return;
  }
  const float top = largest(logits, classes);
  for (int c = 0; c < classes; c++) gradients[c] = exp_float(logits[c] - top);
  const double sum = sum_of(gradients, classes);
  const double weight = j->weights == NULL ? 1 : j->weights[label], kept = (1 - j->smoothing) * weight, mass = kept + j->shared;
  const double slope = (mass * (gradients[label] / sum) - kept - j->smoothing / classes * weight) * j->factor;
  double loss = mass * log_double(sum) + kept * ((double)top - logits[label]);
  const float scale = (float)(mass / sum * j->factor);
  for (int c = 0; c < classes; c++) gradients[c] *= scale;
  if (j->smoothing != 0) {
    const float share = (float)(j->smoothing / classes * j->factor);
    loss += j->smoothing / classes * shortfall(j, logits, top);
    for (int c = 0; c < classes; c++) gradients[c] -= j->weights == NULL ? share : share * j->weights[c];
  }
  j->losses[row] = (float)loss;
  gradients[label] = (float)slope;
}

static void loss_task(void *job, int task) {
  const LossJob *j = job;
  const int end = min_int(j->rows, (task + 1) * j->block);
  for (int r = task * j->block; r < end; r++) loss_row(j, r);
}

static void softmax_cross_entropy(const float *logits, const int32_t *labels, const float *weights, double smoothing, double factor,
    int rows, int classes, float *losses, float *gradients) {
  const int block = max_int(1, 16384 / max_int(classes, 1));
  double total = classes;
  if (weights != NULL) {
    total = 0;
    for (int c = 0; c < classes; c++) total += weights[c];
  }
  const double shared = smoothing == 0 ? 0 : smoothing / classes * total;
  LossJob job = {logits, labels, weights, smoothing, factor, losses, gradients, rows, classes, block, shared};
  pool_run(loss_task, &job, ceil_div(rows, block));
}

#endif
