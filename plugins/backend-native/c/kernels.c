// All kernels for one instruction set: compiled once for each, with -DISA=…
#include "batch-norm.h"
#include "conv.h"
#include "depthwise.h"
#include "finite.h"
#include "image.h"
#include "loss.h"
#include "pointwise.h"
#include "pooling.h"
#include "recurrent.h"
#include "reduce.h"
#include "segment.h"
#include "step.h"
#include "table.h"
#include "winograd.h"

#define FLOATS(at) ((float *)(base + (at)))
#define INTS(at) ((int32_t *)(base + (at)))
#define SHAPE ((const Geometry *)(base + geometry))
/** What may be absent has address 0. */
#define OPTIONAL(at) ((at) == 0 ? NULL : FLOATS(at))
#define KERNEL(name, parameters) static void run_##name parameters

/** Address in a job, whose numbers are signed. */
#define JOB_FLOATS(i) FLOATS((uint32_t)job[i])

typedef struct {
  Base base;
  const int32_t *numbers;
} ProductsJob;

/** The header of backend-wasm's Products, behind which three pointers per product lie. */
enum { COUNT, ROWS, COLUMNS, DEPTH, LEFT_STRIDE, LEFT_TRANSPOSED, RIGHT_STRIDE, RIGHT_TRANSPOSED, PRODUCTS_HEADER = 11 };

static void product_task(void *argument, int task) {
  const Base base = ((const ProductsJob *)argument)->base;
  const int32_t *job = ((const ProductsJob *)argument)->numbers;
  const int at = PRODUCTS_HEADER + 3 * task;
  gemm(job[ROWS], job[COLUMNS], job[DEPTH], JOB_FLOATS(at), job[LEFT_STRIDE], job[LEFT_TRANSPOSED], JOB_FLOATS(at + 1),
      job[RIGHT_STRIDE], job[RIGHT_TRANSPOSED], JOB_FLOATS(at + 2), job[COLUMNS], 0);
}

KERNEL(products, (Base base, const int32_t *job)) {
  ProductsJob products = {base, job};
  const double work = (double)job[ROWS] * job[COLUMNS] * job[DEPTH];
  if (job[COUNT] > 1 && work * job[COUNT] > 2 * TASK_WORK) pool_run(product_task, &products, job[COUNT]);
  else for (int i = 0; i < job[COUNT]; i++) product_task(&products, i);
}

/** A convolution's job: two operands, the result, a number that is not for us, and the geometry. */
#define JOB_SHAPE ((const Geometry *)(job + 4))

KERNEL(conv_forward, (Base base, const int32_t *job)) { conv_forward(JOB_SHAPE, JOB_FLOATS(0), JOB_FLOATS(1), JOB_FLOATS(2)); }

KERNEL(conv_filter_grad, (Base base, const int32_t *job)) { conv_filter_grad(JOB_SHAPE, JOB_FLOATS(0), JOB_FLOATS(1), JOB_FLOATS(2)); }

KERNEL(conv_input_grad, (Base base, const int32_t *job)) { conv_input_grad(JOB_SHAPE, JOB_FLOATS(0), JOB_FLOATS(1), JOB_FLOATS(2)); }

#define WINOGRAD_JOB \
  ((WinogradJob){.source = JOB_FLOATS(WINOGRAD_SOURCE), .target = JOB_FLOATS(WINOGRAD_TARGET), .step = job[WINOGRAD_STEP], \
      .first = job[WINOGRAD_FIRST], .count = job[WINOGRAD_COUNT], .lone = job[WINOGRAD_LONE], .g = (const Geometry *)(job + WINOGRAD_HEADER)})

KERNEL(winograd_tiles, (Base base, const int32_t *job)) {
  const WinogradJob j = WINOGRAD_JOB;
  transform(winograd_tiles_task, j, j.g->in_channels);
}

KERNEL(winograd_grad_tiles, (Base base, const int32_t *job)) {
  const WinogradJob j = WINOGRAD_JOB;
  transform(winograd_grad_tiles_task, j, j.g->out_channels);
}

KERNEL(winograd_output, (Base base, const int32_t *job)) {
  const WinogradJob j = WINOGRAD_JOB;
  transform(winograd_output_task, j, j.g->out_channels);
}

KERNEL(winograd_filter, (Base base, const int32_t *job)) { transform_filter(winograd_filter_task, WINOGRAD_JOB); }

KERNEL(winograd_filter_grad, (Base base, const int32_t *job)) { transform_filter(winograd_filter_grad_task, WINOGRAD_JOB); }

KERNEL(winograd_products, (Base base, const int32_t *job)) {
  WinogradProducts p = {.numbers = job, .left = JOB_FLOATS(0), .right = JOB_FLOATS(1), .out = JOB_FLOATS(2)};
  pool_run(winograd_product_task, &p, job[W_COMPONENTS]);
}

KERNEL(grid_sample, (Base base, const int32_t *job)) {
  ImageJob seen = {.numbers = job, .x = JOB_FLOATS(SEEN_X), .maps = JOB_FLOATS(SEEN_MAPS), .out = JOB_FLOATS(SEEN_OUT)};
  pool_run(grid_sample_task, &seen, job[SEEN_IMAGES]);
}

KERNEL(lighting, (Base base, const int32_t *job)) {
  ImageJob lit = {.numbers = job, .x = JOB_FLOATS(LIT_X), .factors = JOB_FLOATS(LIT_FACTORS), .out = JOB_FLOATS(LIT_OUT)};
  pool_run(lighting_task, &lit, job[LIT_IMAGES]);
}

KERNEL(depthwise_forward, (Base base, At geometry, At x, At filter, At y, At scratch)) {
  (void)scratch;
  depthwise_forward(SHAPE, FLOATS(x), FLOATS(filter), FLOATS(y));
}

KERNEL(depthwise_filter_grad, (Base base, At geometry, At x, At dy, At out, At sums)) {
  (void)sums;
  depthwise_filter_grad(SHAPE, FLOATS(x), FLOATS(dy), FLOATS(out));
}

KERNEL(depthwise_input_grad, (Base base, At geometry, At dy, At filter, At dx)) {
  depthwise_input_grad(SHAPE, FLOATS(dy), FLOATS(filter), FLOATS(dx));
}

KERNEL(max_pool_grad, (Base base, At geometry, At x, At dy, At dx)) { max_pool_grad(SHAPE, FLOATS(x), FLOATS(dy), FLOATS(dx)); }

KERNEL(sum_middle, (Base base, At x, int outer, int reduced, int inner, double scale, At out, At sums)) {
  (void)sums;
  sum_middle(FLOATS(x), outer, reduced, inner, scale, FLOATS(out));
}

KERNEL(bias_activation, (Base base, At x, At bias, int rows, int columns, int activation, At out)) {
  PointwiseJob job = {.op = activation, .rows = rows, .columns = columns, .x = FLOATS(x), .shift = OPTIONAL(bias), .out = FLOATS(out)};
  pool_run(bias_activation_task, &job, ceil_div(rows, rows_per_task(columns)));
}

KERNEL(activation_grad, (Base base, At dy, At y, int count, int activation, At out)) {
  PointwiseJob job = {.op = activation, .count = count, .x = FLOATS(dy), .y = FLOATS(y), .out = FLOATS(out)};
  pointwise(activation_grad_task, &job);
}

KERNEL(segment_sum_floats, (Base base, At x, At ids, int rows, int columns, int segments, At out)) {
  segment_sum(FLOATS(x), INTS(ids), rows, columns, segments, FLOATS(out), 0);
}

KERNEL(segment_sum_ints, (Base base, At x, At ids, int rows, int columns, int segments, At out)) {
  segment_sum(INTS(x), INTS(ids), rows, columns, segments, INTS(out), 1);
}

KERNEL(batch_norm_forward,
    (Base base, At x, int rows, int channels, At gamma, At beta, double eps, int relu, At y, At mean, At variance, At scratch)) {
  (void)scratch;
  batch_norm_forward(FLOATS(x), rows, channels, FLOATS(gamma), FLOATS(beta), eps, relu, FLOATS(y), FLOATS(mean), FLOATS(variance));
}

KERNEL(batch_norm_grad, (Base base, At x, At dy, int rows, int channels, At gamma, At beta, At mean, At variance, double eps, int relu,
                            At dx, At d_gamma, At d_beta, At scratch)) {
  (void)scratch;
  batch_norm_grad(FLOATS(x), FLOATS(dy), rows, channels, FLOATS(gamma), FLOATS(beta), FLOATS(mean), FLOATS(variance), eps, relu, FLOATS(dx),
      FLOATS(d_gamma), FLOATS(d_beta));
}

KERNEL(softmax_cross_entropy,
    (Base base, At logits, At labels, At weights, double smoothing, double factor, int rows, int classes, At losses, At gradients)) {
  softmax_cross_entropy(FLOATS(logits), INTS(labels), OPTIONAL(weights), smoothing, factor, rows, classes, FLOATS(losses), FLOATS(gradients));
}

KERNEL(pack_weights, (Base base, At weights, int stride, int transposed, int depth, int columns, At to)) {
  pack_weights(FLOATS(weights), stride, transposed, depth, columns, FLOATS(to));
}

/** A sequence's job: steps, batch, a number that is not for us, hidden, then addresses. */
#define SEQUENCE job[0], job[1], job[3]

KERNEL(lstm_forward, (Base base, const int32_t *job)) {
  lstm_forward(SEQUENCE, JOB_FLOATS(4), JOB_FLOATS(5), JOB_FLOATS(6), JOB_FLOATS(7), JOB_FLOATS(8), JOB_FLOATS(9), JOB_FLOATS(10), JOB_FLOATS(11));
}

KERNEL(lstm_grad, (Base base, const int32_t *job)) {
  lstm_grad(SEQUENCE, JOB_FLOATS(4), JOB_FLOATS(5), JOB_FLOATS(6), JOB_FLOATS(7), JOB_FLOATS(8), JOB_FLOATS(9), JOB_FLOATS(10), JOB_FLOATS(11));
}

KERNEL(gru_forward, (Base base, const int32_t *job)) {
  gru_forward(SEQUENCE, JOB_FLOATS(4), JOB_FLOATS(5), JOB_FLOATS(6), JOB_FLOATS(7), JOB_FLOATS(8), JOB_FLOATS(9), JOB_FLOATS(10), JOB_FLOATS(11));
}

KERNEL(gru_grad, (Base base, const int32_t *job)) {
  gru_grad(SEQUENCE, JOB_FLOATS(4), JOB_FLOATS(5), JOB_FLOATS(6), JOB_FLOATS(7), JOB_FLOATS(8), JOB_FLOATS(9), JOB_FLOATS(10), JOB_FLOATS(11));
}

KERNEL(optimizer_step, (Base base, const int32_t *job)) { optimizer_step(base, job); }

KERNEL(unary, (Base base, int op, At x, At out, int count, double alpha)) {
  PointwiseJob job = {.op = op, .count = count, .alpha = (float)alpha, .x = FLOATS(x), .out = FLOATS(out)};
  pointwise(unary_task, &job);
}

KERNEL(binary, (Base base, int op, At x, At y, At out, int count)) {
  PointwiseJob job = {.op = op, .count = count, .x = FLOATS(x), .y = FLOATS(y), .out = FLOATS(out)};
  pointwise(binary_task, &job);
}

KERNEL(scale_shift, (Base base, At x, int rows, int columns, At mean, At variance, At gamma, At beta, double eps, At y, At scratch)) {
  (void)scratch;
  scale_shift(FLOATS(x), rows, columns, FLOATS(mean), FLOATS(variance), OPTIONAL(gamma), OPTIONAL(beta), eps, FLOATS(y));
}

KERNEL(gather_floats, (Base base, At x, int outer, int length, int inner, At ids, int count, At out, int32_t *stranger)) {
  *stranger = gather_floats(FLOATS(x), outer, length, inner, INTS(ids), count, FLOATS(out));
}

KERNEL(find_not_finite, (Base base, At runs, int count, int32_t *found)) {
  *found = find_not_finite(base, (const FiniteRun *)(base + runs), count);
}

#define TEXT2(x) #x
#define TEXT(x) TEXT2(x)
#define ENTRY(name, parameters, arguments) .name = run_##name,

const KernelTable FN(fastap_kernels) = {.isa = TEXT(ISA), FASTAP_KERNELS(ENTRY)};
