// LSTM (gates i, f, g, o) and GRU (gates r, z, n) over a sequence `[steps, batch, …]`, as backend-wasm's assembly/lstm.ts and gru.ts define
// them. The recurrent weights are packed once for all steps.
#ifndef FASTAP_RECURRENT_H
#define FASTAP_RECURRENT_H
#include "exp.h"
#include "product.h"

/** Where the panel of columns from `column` on starts in packed weights. */
INLINE size_t panel_start(int column, int depth) { return (size_t)column * depth; }

/** A right side of `depth` x `columns`, stored with its axes swapped if `transposed`, as panels of NR columns over the whole depth. */
static void pack_weights(const float *from, int stride, int transposed, int depth, int columns, float *to) {
  const size_t row = transposed ? 1 : stride, column = transposed ? stride : 1;
  for (int j = 0; j < columns; j += NR) {
    const int width = min_int(NR, columns - j);
    pack_panel(from + j * column, row, column, depth, width, ceil_div(width, VL) * VL, to + panel_start(j, depth));
  }
}

typedef struct {
  int rows, columns, depth, accumulate, tasks;
  const float *left, *weights;
  float *out;
} StepProduct;

static void step_panel(const StepProduct *p, int j) {
  float dummy[NR];
  const int width = min_int(NR, p->columns - j), nv = ceil_div(width, VL);
  const float *panel = p->weights + panel_start(j, p->depth);
  const int most = depth_block(p->depth);
  for (int k = 0; k < p->depth; k += most) {
    Target to = {.columns = width, .accumulate = p->accumulate || k > 0};
    for (int i = 0; i < p->rows; i += MR) {
      Entry entry = {.tap = 0};
      for (int r = 0; r < MR; r++) {
        entry.row[r] = p->left + (size_t)min_int(i + r, p->rows - 1) * p->depth + k;
        to.out[r] = i + r < p->rows ? p->out + (size_t)(i + r) * p->columns + j : dummy;
      }
      const int depth = min_int(most, p->depth - k);
      multiply_rows(nv, &entry, 1, (DepthBlock){0, 1, 0, depth}, depth, panel + (size_t)k * nv * VL, &to);
    }
  }
}

static void step_task(void *job, int task) {
  const StepProduct *p = job;
  const int panels = ceil_div(p->columns, NR);
  for (int i = panels * task / p->tasks; i < panels * (task + 1) / p->tasks; i++) step_panel(p, i * NR);
}

/** `out = left · weights`, or `out += …`; both in rows without gaps. */
static void multiply_packed(int rows, int columns, int depth, const float *left, const float *weights, float *out, int accumulate) {
  StepProduct p = {rows, columns, depth, accumulate, 1, left, weights, out};
  const double tasks = (double)rows * columns * depth / TASK_WORK;
  p.tasks = max_int(1, min_int(ceil_div(columns, NR), tasks < pool_threads() ? (int)tasks : pool_threads()));
  pool_run(step_task, &p, p.tasks);
}

/** One step's pointwise part, a task a row. */
typedef struct {
  int hidden;
  const float *gates, *bias, *bias_hh, *sums, *old_h, *old_c, *dhs, *activated, *hs, *cs;
  float *to, *h, *c, *d_gates, *d_hidden, *dh, *dc;
} CellJob;

/** Rows whose pointwise part takes less are not worth a second thread. */
static void run_cells(Task task, CellJob *job, int rows) {
  if (rows * job->hidden < 2048) for (int r = 0; r < rows; r++) task(job, r);
  else pool_run(task, job, rows);
}

static void add_bias_task(void *job, int row) {
  const CellJob *j = job;
  const int width = 4 * j->hidden;
  const float *restrict from = j->gates + (size_t)row * width, *restrict bias = j->bias;
  float *restrict to = j->to + (size_t)row * width;
  for (int c = 0; c < width; c++) to[c] = from[c] + bias[c];
}

static void lstm_cell_task(void *job, int row) {
  const CellJob *j = job;
  const int n = j->hidden;
  float *restrict gate = j->to + (size_t)row * 4 * n, *restrict h = j->h + (size_t)row * n, *restrict c = j->c + (size_t)row * n;
  const float *restrict old = j->old_c + (size_t)row * n;
  for (int k = 0; k < n; k++) {
    const float i = sigmoid_float(gate[k]), f = sigmoid_float(gate[n + k]), g = tanh_float(gate[2 * n + k]), o = sigmoid_float(gate[3 * n + k]);
    const float next = mul_add(f, old[k], i * g);
    gate[k] = i;
    gate[n + k] = f;
    gate[2 * n + k] = g;
    gate[3 * n + k] = o;
    c[k] = next;
    h[k] = o * tanh_float(next);
  }
}

static void lstm_forward(int steps, int batch, int hidden, const float *gates, const float *bias, const float *weights,
    const float *h0, const float *c0, float *activated, float *hs, float *cs) {
  const size_t step = (size_t)batch * hidden;
  for (int t = 0; t < steps; t++) {
    CellJob job = {.hidden = hidden, .gates = gates + 4 * t * step, .bias = bias, .old_c = t > 0 ? cs + (t - 1) * step : c0,
        .to = activated + 4 * t * step, .h = hs + t * step, .c = cs + t * step};
    for (int r = 0; r < batch; r++) add_bias_task(&job, r);
    multiply_packed(batch, 4 * hidden, hidden, t > 0 ? hs + (t - 1) * step : h0, weights, job.to, 1);
    run_cells(lstm_cell_task, &job, batch);
  }
}

static void lstm_grad_task(void *job, int row) {
  const CellJob *j = job;
  const int n = j->hidden;
  const size_t at = (size_t)row * n;
  const float *restrict gate = j->activated + 4 * at, *restrict dh = j->dhs + at, *restrict carried = j->dh + at, *restrict c = j->cs + at;
  const float *restrict old = j->old_c + at;
  float *restrict to = j->d_gates + 4 * at, *restrict dc = j->dc + at;
  for (int k = 0; k < n; k++) {
    const float i = gate[k], f = gate[n + k], g = gate[2 * n + k], o = gate[3 * n + k];
    const float squashed = tanh_float(c[k]), d = dh[k] + carried[k];
    const float e = mul_add(d * o, 1 - squashed * squashed, dc[k]);
    to[k] = e * g * (i * (1 - i));
    to[n + k] = e * old[k] * (f * (1 - f));
    to[2 * n + k] = e * i * (1 - g * g);
    to[3 * n + k] = d * squashed * (o * (1 - o));
    dc[k] = e * f;
  }
}

static void lstm_grad(int steps, int batch, int hidden, const float *dhs, const float *activated, const float *cs,
    const float *c0, const float *weights, float *d_gates, float *dh, float *dc) {
  const size_t step = (size_t)batch * hidden;
  memset(dh, 0, sizeof(float) * batch * hidden);
  for (int t = steps - 1; t >= 0; t--) {
    CellJob job = {.hidden = hidden, .dhs = dhs + t * step, .activated = activated + 4 * t * step, .cs = cs + t * step,
        .old_c = t > 0 ? cs + (t - 1) * step : c0, .d_gates = d_gates + 4 * t * step, .dh = dh, .dc = dc};
    run_cells(lstm_grad_task, &job, batch);
    multiply_packed(batch, hidden, 4 * hidden, job.d_gates, weights, dh, 0);
  }
}

static void gru_cell_task(void *job, int row) {
  const CellJob *j = job;
  const int n = j->hidden;
  const float *restrict from = j->gates + (size_t)row * 3 * n, *restrict bias = j->bias, *restrict own = j->sums + (size_t)row * 3 * n;
  const float *restrict old = j->old_h + (size_t)row * n;
  float *restrict to = j->to + (size_t)row * 4 * n, *restrict h = j->h + (size_t)row * n;
  for (int k = 0; k < n; k++) {
    const float r = sigmoid_float(from[k] + bias[k] + own[k]), z = sigmoid_float(from[n + k] + bias[n + k] + own[n + k]);
    const float recalled = own[2 * n + k], fresh = tanh_float(mul_add(r, recalled, from[2 * n + k] + bias[2 * n + k]));
    to[k] = r;
    to[n + k] = z;
    to[2 * n + k] = fresh;
    to[3 * n + k] = recalled;
    h[k] = mul_add(z, old[k] - fresh, fresh);
  }
}

static void gru_forward(int steps, int batch, int hidden, const float *gates, const float *bias_ih, const float *bias_hh,
    const float *weights, const float *h0, float *activated, float *hs, float *sums) {
  const size_t step = (size_t)batch * hidden;
  for (int t = 0; t < steps; t++) {
    CellJob job = {.hidden = hidden, .gates = gates + 3 * t * step, .bias = bias_ih, .sums = sums,
        .old_h = t > 0 ? hs + (t - 1) * step : h0, .to = activated + 4 * t * step, .h = hs + t * step};
    for (int r = 0; r < batch; r++) memcpy(sums + (size_t)r * 3 * hidden, bias_hh, sizeof(float) * 3 * hidden);
    multiply_packed(batch, 3 * hidden, hidden, job.old_h, weights, sums, 1);
    run_cells(gru_cell_task, &job, batch);
  }
}

/** Leaves the direct part of the state before in `dh`. */
static void gru_grad_task(void *job, int row) {
  const CellJob *j = job;
  const int n = j->hidden;
  const size_t at = (size_t)row * n;
  const float *restrict gate = j->activated + 4 * at, *restrict dhs = j->dhs + at, *restrict old = j->old_h + at;
  float *restrict to = j->d_gates + 3 * at, *restrict hidden = j->d_hidden + 3 * at, *restrict dh = j->dh + at;
  for (int k = 0; k < n; k++) {
    const float r = gate[k], z = gate[n + k], fresh = gate[2 * n + k], d = dhs[k] + dh[k];
    const float dn = d * (1 - z) * (1 - fresh * fresh), dz = d * (old[k] - fresh) * (z * (1 - z)), dr = dn * gate[3 * n + k] * (r * (1 - r));
    to[k] = hidden[k] = dr;
    to[n + k] = hidden[n + k] = dz;
    to[2 * n + k] = dn;
    hidden[2 * n + k] = dn * r;
    dh[k] = d * z;
  }
}

static void gru_grad(int steps, int batch, int hidden, const float *dhs, const float *activated, const float *hs, const float *h0,
    const float *weights, float *d_gates, float *d_hidden, float *dh) {
  const size_t step = (size_t)batch * hidden;
  memset(dh, 0, sizeof(float) * batch * hidden);
  for (int t = steps - 1; t >= 0; t--) {
    CellJob job = {.hidden = hidden, .dhs = dhs + t * step, .activated = activated + 4 * t * step,
        .old_h = t > 0 ? hs + (t - 1) * step : h0, .d_gates = d_gates + 3 * t * step, .d_hidden = d_hidden + 3 * t * step, .dh = dh};
    run_cells(gru_grad_task, &job, batch);
    multiply_packed(batch, hidden, 3 * hidden, job.d_hidden, weights, dh, 1);
  }
}

#endif
