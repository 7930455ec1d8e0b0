// The kernels that the library exports, one line each: X(name, parameters, arguments). Each returns the bytes of memory that it could not
// get for its work, 0 where all went well. Pointers are offsets from `base`, the start of the heap of tfjs's wasm backend; names, order and
// meaning of all else are those of backend-wasm's kernel table.
#ifndef FASTAP_TABLE_H
#define FASTAP_TABLE_H
#include <stdint.h>

/** Raised whenever a line below changes; the loader refuses a library of another number. */
#define FASTAP_ABI 11

typedef uint32_t At;
typedef char *Base;

#define FASTAP_KERNELS(X)                                                                                                                \
  X(products, (Base base, const int32_t *job), (base, job))                                                                              \
  X(conv_forward, (Base base, const int32_t *job), (base, job))                                                                          \
  X(conv_filter_grad, (Base base, const int32_t *job), (base, job))                                                                      \
  X(conv_input_grad, (Base base, const int32_t *job), (base, job))                                                                       \
  X(winograd_tiles, (Base base, const int32_t *job), (base, job))                                                                        \
  X(winograd_grad_tiles, (Base base, const int32_t *job), (base, job))                                                                   \
  X(winograd_output, (Base base, const int32_t *job), (base, job))                                                                       \
  X(winograd_filter, (Base base, const int32_t *job), (base, job))                                                                       \
  X(winograd_filter_grad, (Base base, const int32_t *job), (base, job))                                                                  \
  X(winograd_products, (Base base, const int32_t *job), (base, job))                                                                     \
  X(grid_sample, (Base base, const int32_t *job), (base, job))                                                                           \
  X(lighting, (Base base, const int32_t *job), (base, job))                                                                              \
  X(depthwise_forward, (Base base, At geometry, At x, At filter, At y, At scratch), (base, geometry, x, filter, y, scratch))               \
  X(depthwise_filter_grad, (Base base, At geometry, At x, At dy, At out, At sums), (base, geometry, x, dy, out, sums))                   \
  X(depthwise_input_grad, (Base base, At geometry, At dy, At filter, At dx), (base, geometry, dy, filter, dx))                           \
  X(max_pool_grad, (Base base, At geometry, At x, At dy, At dx), (base, geometry, x, dy, dx))                                            \
  X(sum_middle, (Base base, At x, int outer, int reduced, int inner, double scale, At out, At sums), (base, x, outer, reduced, inner, scale, out, sums)) \
  X(bias_activation, (Base base, At x, At bias, int rows, int columns, int activation, At out), (base, x, bias, rows, columns, activation, out)) \
  X(activation_grad, (Base base, At dy, At y, int count, int activation, At out), (base, dy, y, count, activation, out))                 \
  X(segment_sum_floats, (Base base, At x, At ids, int rows, int columns, int segments, At out), (base, x, ids, rows, columns, segments, out)) \
  X(segment_sum_ints, (Base base, At x, At ids, int rows, int columns, int segments, At out), (base, x, ids, rows, columns, segments, out)) \
  X(batch_norm_forward, (Base base, At x, int rows, int channels, At gamma, At beta, double eps, int relu, At y, At mean, At variance, At scratch), \
      (base, x, rows, channels, gamma, beta, eps, relu, y, mean, variance, scratch))                                                     \
  X(batch_norm_grad, (Base base, At x, At dy, int rows, int channels, At gamma, At beta, At mean, At variance, double eps, int relu,     \
        At dx, At d_gamma, At d_beta, At scratch),                                                                                       \
      (base, x, dy, rows, channels, gamma, beta, mean, variance, eps, relu, dx, d_gamma, d_beta, scratch))                               \
  X(softmax_cross_entropy, (Base base, At logits, At labels, At weights, double smoothing, double factor, int rows, int classes, At losses, At gradients), \
      (base, logits, labels, weights, smoothing, factor, rows, classes, losses, gradients))                                              \
  X(pack_weights, (Base base, At weights, int stride, int transposed, int depth, int columns, At to), (base, weights, stride, transposed, depth, columns, to)) \
  X(lstm_forward, (Base base, const int32_t *job), (base, job))                                                                          \
  X(lstm_grad, (Base base, const int32_t *job), (base, job))                                                                             \
  X(gru_forward, (Base base, const int32_t *job), (base, job))                                                                           \
  X(gru_grad, (Base base, const int32_t *job), (base, job))                                                                              \
  X(optimizer_step, (Base base, const int32_t *job), (base, job))                                                                        \
  X(unary, (Base base, int op, At x, At out, int count, double alpha), (base, op, x, out, count, alpha))                                 \
  X(binary, (Base base, int op, At x, At y, At out, int count), (base, op, x, y, out, count))                                            \
  X(scale_shift, (Base base, At x, int rows, int columns, At mean, At variance, At gamma, At beta, double eps, At y, At scratch),        \
      (base, x, rows, columns, mean, variance, gamma, beta, eps, y, scratch))                                                            \
  X(gather_floats, (Base base, At x, int outer, int length, int inner, At ids, int count, At out, int32_t *stranger),                    \
      (base, x, outer, length, inner, ids, count, out, stranger))                                                                        \
  X(find_not_finite, (Base base, At runs, int count, int32_t *found), (base, runs, count, found))

#define FASTAP_FIELD(name, parameters, arguments) void(*name) parameters;

typedef struct {
  const char *isa;
  FASTAP_KERNELS(FASTAP_FIELD)
} KernelTable;

#endif
