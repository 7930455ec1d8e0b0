// One step of an optimizer over one parameter. Outputs may be the inputs.
#ifndef FASTAP_STEP_H
#define FASTAP_STEP_H
#include "pool.h"
#include "simd.h"
#include <math.h>

/** Elements of a task: some 10 µs of memory traffic. */
#define STEP_BLOCK 32768

typedef struct {
  const float *param, *grad, *avg, *sqr_avg;
  int count;
  /** What decoupled decay leaves of the parameter, and what L2 decay adds of it to the gradient. */
  float keep, l2;
  float rate, mom, damp, sqr_mom, sqr_damp, correction, eps;
  float *new_param, *new_avg, *new_sqr_avg;
} StepJob;

#define STEP_RANGE(job, task) \
  const StepJob j = *(const StepJob *)(job); \
  const int first = (task) * STEP_BLOCK, end = min_int(j.count, first + STEP_BLOCK)

static void sgd_task(void *job, int task) {
  STEP_RANGE(job, task);
  if (j.avg == NULL) {
#pragma GCC ivdep
    for (int i = first; i < end; i++) {
      const float p = j.param[i] * j.keep;
      j.new_param[i] = p - j.rate * (j.grad[i] + j.l2 * p);
    }
    return;
  }
#pragma GCC ivdep
  for (int i = first; i < end; i++) {
    const float p = j.param[i] * j.keep, a = j.mom * j.avg[i] + (j.grad[i] + j.l2 * p);
    j.new_avg[i] = a;
    j.new_param[i] = p - j.rate * a;
  }
}

static void rmsprop_task(void *job, int task) {
  STEP_RANGE(job, task);
#pragma GCC ivdep
  for (int i = first; i < end; i++) {
    const float p = j.param[i] * j.keep, g = j.grad[i] + j.l2 * p, s = j.sqr_damp * (g * g) + j.sqr_mom * j.sqr_avg[i];
    float a = g;
    if (j.avg != NULL) j.new_avg[i] = a = j.mom * j.avg[i] + g;
    j.new_sqr_avg[i] = s;
    j.new_param[i] = p - j.rate * a / (sqrtf(s) + j.eps);
  }
}

static void adam_task(void *job, int task) {
  STEP_RANGE(job, task);
#pragma GCC ivdep
  for (int i = first; i < end; i++) {
    const float p = j.param[i] * j.keep, g = j.grad[i] + j.l2 * p;
    const float a = j.damp * g + j.mom * j.avg[i], s = j.sqr_damp * (g * g) + j.sqr_mom * j.sqr_avg[i];
    j.new_avg[i] = a;
    j.new_sqr_avg[i] = s;
    j.new_param[i] = p - j.rate * a / (sqrtf(s * j.correction) + j.eps);
  }
}

#endif
