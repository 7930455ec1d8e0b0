// Matrix products: row-major, either side transposed, with leading dimensions in floats.
#ifndef FASTAP_GEMM_H
#define FASTAP_GEMM_H
#include "product.h"

static int gemm_entries(const RowProduct *p, int row, int first_tap, int end_tap, Entry *to) {
  (void)end_tap;
  for (int i = 0; i < MR; i++) to->row[i] = p->left + min_int(row + i, p->rows - 1) * p->left_stride;
  to->tap = first_tap;
  return 1;
}

static void gemm_out(const RowProduct *p, int row, int end_row, float **to) {
  for (int i = 0; i < MR; i++) to[i] = row + i < end_row ? p->to + (row + i) * p->to_stride : NULL;
}

static int gemm_pairs(const ColumnProduct *p, int tap, int first, int end, const float *panel, int width, const float **left, const float **right) {
  (void)tap;
  for (int k = first; k < end; k++) {
    *left++ = p->left + k * p->left_stride;
    *right++ = panel + (size_t)(k - first) * width;
  }
  return end - first;
}

static void gemm(int rows, int columns, int depth, const float *left, int left_stride, int left_transposed, const float *right,
    int right_stride, int right_transposed, float *out, int out_stride, int accumulate) {
  const size_t row = right_transposed ? 1 : right_stride, column = right_transposed ? right_stride : 1;
  if (left_transposed) {
    const ColumnProduct p = {.taps = 1, .rows = rows, .columns = columns, .depth = depth, .line = depth, .pairs = gemm_pairs, .accumulate = accumulate,
        .left = left, .left_stride = left_stride, .data = right, .row = row, .column = column, .to = out, .to_stride = out_stride};
    run_columns(&p);
    return;
  }
  const RowProduct p = {.rows = rows, .columns = columns, .taps = 1, .depth = depth, .right = {right, 0, row, column},
      .accumulate = accumulate, .entries = gemm_entries, .out = gemm_out, .left = left, .left_stride = left_stride, .to = out,
      .to_stride = out_stride};
  run_rows(&p);
}

#endif
