// One step of an optimizer over many parameters: the job of backend-wasm's assembly/optimizer-step.ts, where the formula stands.
#ifndef FASTAP_STEP_H
#define FASTAP_STEP_H
#include "exp.h"
#include "pool.h"
#include "simd.h"
#include "table.h"
#include <math.h>

/** Elements below which a step is not worth a second thread. */
#define STEP_LARGE 65536

typedef struct {
  int32_t count;
  At param, grad, avg, sqr_avg, new_param, new_avg, new_sqr_avg;
  int32_t divides;
  At norms;
  float keep, l2, mom, damp, sqr_mom, sqr_damp, avg_share, grad_share, correction, sqr_grad_share, eps, rate, sharpness;
} StepEntry;

typedef struct {
  Base base;
  const StepEntry *entries;
} StepJob;

INLINE void step_sweep(Base base, const StepEntry e, const int averages, const int squares, const int divides, const int smooths,
                       const int measures) {
  const float *param = (float *)(base + e.param), *grad = (float *)(base + e.grad), *avg = (float *)(base + e.avg);
  const float *sqr_avg = (float *)(base + e.sqr_avg);
  float *new_param = (float *)(base + e.new_param), *new_avg = (float *)(base + e.new_avg), *new_sqr_avg = (float *)(base + e.new_sqr_avg);
  double params[SUM_LANES] = {0}, updates[SUM_LANES] = {0};
#pragma GCC ivdep
  for (int i = 0; i < e.count; i++) {
    const float p = param[i] * e.keep, g = e.l2 == 0 ? grad[i] : mul_add(e.l2, p, grad[i]);
    float a = g, square = g * g;
    if (averages) new_avg[i] = a = mul_add(e.damp, g, e.mom * avg[i]);
    float u = e.avg_share * a;
    if (e.grad_share != 0) u = mul_add(e.grad_share, g, u);
    if (squares) {
      const float s = mul_add(e.sqr_damp, square, e.sqr_mom * sqr_avg[i]);
      new_sqr_avg[i] = s;
      float under = s * e.correction;
      if (e.sqr_grad_share != 0) under = mul_add(e.sqr_grad_share, square, under);
      const float root = sqrtf(under) + e.eps;
      if (divides) u /= smooths ? softplus_float(root * e.sharpness) / e.sharpness : root;
    }
    if (measures) {
      params[i % SUM_LANES] += (double)p * p;
      updates[i % SUM_LANES] += (double)u * u;
    } else new_param[i] = p - e.rate * u;
  }
  if (!measures) return;
  double *norms = (double *)(base + e.norms);
  norms[0] = sum_of_lanes(params);
  norms[1] = sum_of_lanes(updates);
}

/** A loop each, so that what a rule has not costs it nothing. */
static void optimizer_task(void *job, int task) {
  const Base base = ((const StepJob *)job)->base;
  const StepEntry e = ((const StepJob *)job)->entries[task];
  if (e.norms != 0) {
    if (e.sqr_avg == 0) step_sweep(base, e, 0, 0, 0, 0, 1);
    else step_sweep(base, e, 1, 1, 1, 0, 1);
  } else if (e.sqr_avg == 0) {
    if (e.avg == 0) step_sweep(base, e, 0, 0, 0, 0, 0);
    else step_sweep(base, e, 1, 0, 0, 0, 0);
  } else if (e.avg == 0) {
    if (!e.divides) step_sweep(base, e, 0, 1, 0, 0, 0);
    else step_sweep(base, e, 0, 1, 1, 0, 0);
  } else if (!e.divides) step_sweep(base, e, 1, 1, 0, 0, 0);
  else if (e.sharpness == 0) step_sweep(base, e, 1, 1, 1, 0, 0);
  else step_sweep(base, e, 1, 1, 1, 1, 0);
}

/** `numbers`: how many entries, a number that is not for us, and the entries. */
static void optimizer_step(Base base, const int32_t *numbers) {
  StepJob job = {base, (const StepEntry *)(numbers + 2)};
  long total = 0;
  for (int i = 0; i < numbers[0]; i++) total += job.entries[i].count;
  if (total >= STEP_LARGE) pool_run(optimizer_task, &job, numbers[0]);
  else for (int i = 0; i < numbers[0]; i++) optimizer_task(&job, i);
}

#endif
