// Products of blocks. `by_rows` serves matrix products, convolutions and their input gradients, `by_columns` products with a transposed
// left side and filter gradients. Both run in one thread, on a range of rows and columns; what a number of the output is does not depend
// on that range, as the depth is always cut in the same places.
#ifndef FASTAP_PRODUCT_H
#define FASTAP_PRODUCT_H
#include "pool.h"
#include "simd.h"
#include "tile.h"
#include <string.h>
#if defined(__SSE__)
#include <immintrin.h>
#endif

// The order of the sums, the same here and in backend-wasm's assembly/, so that both have the same bits: the depth is cut in blocks, a block
// is summed up from 0 in the order of the depth, and the blocks are added one after the other.

/** Depth of a block at most. */
#define MOST_DEPTH 416
/** Columns packed at a time. */
#define COLUMN_BLOCK (16 * NR)

/** Depth of the blocks into which a depth is cut: as few as possible, of about the same size. */
INLINE int depth_block(int depth) {
  const int count = max_int(1, ceil_div(depth, MOST_DEPTH));
  return (max_int(1, ceil_div(depth, count)) + 3) & ~3;
}

/** `depth` x `width` numbers at `from`, `row` and `column` floats apart, to rows of `padded` floats, with zeros behind them. */
static void pack_panel(const float *from, size_t row, size_t column, int depth, int width, int padded, float *to) {
  if (column == 1 && width == padded) {
    for (int k = 0; k < depth; k++, from += row, to += padded)
      for (int v = 0; v < padded; v += VL) *(Loose *)(to + v) = *(const Loose *)(from + v);
    return;
  }
  if (column == 1) {
    for (int k = 0; k < depth; k++, from += row, to += padded) {
      int c = 0;
      for (; c < width; c++) to[c] = from[c];
      for (; c < padded; c++) to[c] = 0;
    }
    return;
  }
  int done = 0;
#if defined(__SSE__)
  if (row == 1) {
    for (; done + 4 <= width; done += 4) {
      const float *s = from + done * column;
      float *d = to + done;
      int k = 0;
      for (; k + 4 <= depth; k += 4, s += 4, d += 4 * (size_t)padded) {
        __m128 p = _mm_loadu_ps(s), q = _mm_loadu_ps(s + column), r = _mm_loadu_ps(s + 2 * column), t = _mm_loadu_ps(s + 3 * column);
        _MM_TRANSPOSE4_PS(p, q, r, t);
        _mm_storeu_ps(d, p);
        _mm_storeu_ps(d + padded, q);
        _mm_storeu_ps(d + 2 * padded, r);
        _mm_storeu_ps(d + 3 * padded, t);
      }
      for (; k < depth; k++, s++, d += padded)
        for (int c = 0; c < 4; c++) d[c] = s[c * column];
    }
  }
#endif
  for (int c = done; c < padded; c++) {
    if (c < width) for (int k = 0; k < depth; k++) to[(size_t)k * padded + c] = from[k * row + c * column];
    else for (int k = 0; k < depth; k++) to[(size_t)k * padded + c] = 0;
  }
}

/** Right operand: `[taps, depth, columns]`, in floats apart. */
typedef struct {
  const float *data;
  ptrdiff_t tap;
  size_t row, column;
} Right;

typedef struct RowProduct {
  int rows, columns, taps, depth;
  Right right;
  int accumulate;
  /** Whether the blocks are those of a tap, and the sum of each tap is added by itself; otherwise they are those of all taps in a row. */
  int each_tap;
  /** Fills the entries of taps `first_tap` to `end_tap` that matter to a tile of rows from `row` on; returns their number. */
  int (*entries)(const struct RowProduct *product, int row, int first_tap, int end_tap, Entry *to);
  /** Fills the addresses of a tile's rows of the output; there is no row from `end_row` on. */
  void (*out)(const struct RowProduct *product, int row, int end_row, float **to);
  const void *shape;
  const float *left;
  size_t left_stride;
  float *to;
  size_t to_stride;
} RowProduct;

static void pack_block(const RowProduct *p, DepthBlock b, int column, int width, int padded, float *to) {
  for (int t = b.first_tap; t < b.end_tap; t++) {
    const int begin = t == b.first_tap ? b.begin : 0, depth = (t == b.end_tap - 1 ? b.end : p->depth) - begin;
    const float *from = p->right.data + t * p->right.tap + begin * p->right.row + column * p->right.column;
    pack_panel(from, p->right.row, p->right.column, depth, width, padded, to);
    to += (size_t)depth * padded;
  }
}

typedef struct {
  int first_row, end_row, first_column, end_column;
} Range;

typedef struct {
  float *panels;
  Entry *entries;
  int *counts;
  float **out;
  int block_tiles;
} RowSpace;

/** All tiles of a block of rows with all panels of a block of columns; packs the panels on the first block of rows. */
static void rows_block(const RowProduct *p, const RowSpace *space, DepthBlock b, int row, int end_row, int column, int end_column, int pack) {
  float dummy[NR];
  const int taps = b.end_tap - b.first_tap;
  const int tiles = ceil_div(end_row - row, MR);
  const int accumulate = p->accumulate || b.first_tap > 0 || b.begin > 0;
  Entry *entry = space->entries;
  for (int t = 0; t < tiles; t++) {
    space->counts[t] = p->entries(p, row + t * MR, b.first_tap, b.end_tap, entry + (size_t)t * taps);
    p->out(p, row + t * MR, end_row, space->out + t * MR);
  }
  float *panel = space->panels;
  for (int j = column; j < end_column; j += NR) {
    const int width = min_int(NR, end_column - j), nv = ceil_div(width, VL);
    if (pack) pack_block(p, b, j, width, nv * VL, panel);
    Target to = {.columns = width};
    for (int t = 0; t < tiles; t++) {
      to.accumulate = accumulate;
      if (accumulate && space->counts[t] == 0) continue;
      for (int i = 0; i < MR; i++) to.out[i] = space->out[t * MR + i] == NULL ? dummy : space->out[t * MR + i] + j;
      const Entry *first = entry + (size_t)t * taps;
      const int at_once = p->each_tap ? 1 : max_int(1, space->counts[t]);
      for (int e = 0; e == 0 || e < space->counts[t]; e += at_once, to.accumulate = 1)
        multiply_rows(nv, first + e, min_int(at_once, space->counts[t]), b, p->depth, panel, &to);
    }
    panel += (size_t)block_depth(b, p->depth) * NR;
  }
}

/** All rows of a range with the columns from `column` on. */
static void all_rows(const RowProduct *p, const RowSpace *space, DepthBlock b, Range range, int column) {
  const int block = space->block_tiles * MR, end_column = min_int(range.end_column, column + COLUMN_BLOCK);
  for (int i = range.first_row; i < range.end_row; i += block)
    rows_block(p, space, b, i, min_int(range.end_row, i + block), column, end_column, i == range.first_row);
}

static void by_rows(const RowProduct *p, Range range) {
  const int total = p->taps * p->depth, depth = max_int(1, p->depth), most = depth_block(p->each_tap ? depth : total);
  // Taps of which each is a block of its own, but that are packed together.
  const int together = most < depth ? 1 : max_int(1, MOST_DEPTH / depth);
  const int taps = min_int(p->taps, p->each_tap ? together : most / depth + 2), length = p->each_tap ? together * most : most;
  RowSpace space;
  space.block_tiles = max_int(8, 65536 / (MR * length));
  space.panels = pool_scratch(SLOT_PANELS, sizeof(float) * COLUMN_BLOCK * length);
  space.entries = pool_scratch(SLOT_ROWS, (sizeof(Entry) * taps + sizeof(int) + sizeof(float *) * MR) * space.block_tiles + 64);
  if (space.panels == NULL || space.entries == NULL) return;
  space.out = (float **)(space.entries + (size_t)taps * space.block_tiles);
  space.counts = (int *)(space.out + (size_t)MR * space.block_tiles);
  // A depth of 0 still writes zeros.
  for (int j = range.first_column; j < range.end_column; j += COLUMN_BLOCK) {
    if (total == 0) all_rows(p, &space, (DepthBlock){0}, range, j);
    for (int k = 0; !p->each_tap && k < total; k += most) {
      const int end = min_int(total, k + most), end_tap = ceil_div(end, depth);
      all_rows(p, &space, (DepthBlock){k / depth, end_tap, k % depth, end - (end_tap - 1) * depth}, range, j);
    }
    for (int k = 0; p->each_tap && total > 0 && k < depth; k += most)
      for (int t = 0; t < p->taps; t += together)
        all_rows(p, &space, (DepthBlock){t, min_int(p->taps, t + together), k, min_int(depth, k + most)}, range, j);
  }
}

typedef struct ColumnProduct {
  int taps, rows, columns, depth;
  /** Each so much of the depth is cut in blocks by itself. */
  int line;
  /** Fills the addresses of a tap's rows at depth `first` to `end`, and those of the panel's rows beside them; returns their number. */
  int (*pairs)(const struct ColumnProduct *product, int tap, int first, int end, const float *panel, int width, const float **left, const float **right);
  int accumulate;
  const void *shape;
  const float *left;
  size_t left_stride;
  const float *data;
  size_t row, column;
  /** `[taps, rows, columns]` */
  float *to;
  size_t to_stride;
} ColumnProduct;

/** Up to MR rows of a left side that has fewer than MR: copies with zeros behind them, lest the kernel read past the end. */
static void widen(const float **left, int count, int rows, float *to) {
  for (int k = 0; k < count; k++, to += MR) {
    for (int i = 0; i < MR; i++) to[i] = i < rows ? left[k][i] : 0;
    left[k] = to;
  }
}

/** Row groups `first` to `end` of all `taps * ceil(rows / MR)`, for one panel. */
static void column_groups(const ColumnProduct *p, int first, int end, int k, int end_k, int j, int width, const float *panel, const float **left, float *wide) {
  const int per_tap = ceil_div(p->rows, MR), nv = ceil_div(width, VL);
  const float **right = left + MOST_DEPTH;
  float dummy[NR];
  Target to = {.columns = width, .accumulate = p->accumulate || k > 0};
  int tap = -1, count = 0;
  for (int g = first; g < end; g++) {
    if (g / per_tap != tap) {
      tap = g / per_tap;
      count = p->pairs(p, tap, k, end_k, panel, nv * VL, left, right);
      if (p->rows < MR) widen(left, count, p->rows, wide);
    }
    const int row = (g % per_tap) * MR;
    const int start = p->rows < MR ? 0 : min_int(row, p->rows - MR);
    for (int i = 0; i < MR; i++) {
      const int r = start + i;
      to.out[i] = r < row || r >= p->rows ? dummy : p->to + ((size_t)tap * p->rows + r) * p->to_stride + j;
    }
    if (count > 0 || !to.accumulate) multiply_columns(nv, left, right, start, count, &to);
  }
}

/** `range.first_row` to `range.end_row` count groups of MR rows, over all taps. */
static void by_columns(const ColumnProduct *p, Range range) {
  const int most = depth_block(p->line);
  float *panel = pool_scratch(SLOT_PANELS, sizeof(float) * MOST_DEPTH * (NR + MR));
  float *wide = panel + MOST_DEPTH * NR;
  const float **left = pool_scratch(SLOT_ROWS, 2 * MOST_DEPTH * sizeof(float *));
  if (panel == NULL || left == NULL) return;
  for (int k = 0, end_k; k < p->depth || k == 0; k = max_int(end_k, 1)) {
    end_k = min_int(p->depth, min_int(k + most, (k / max_int(p->line, 1) + 1) * p->line));
    for (int j = range.first_column; j < range.end_column; j += NR) {
      const int width = min_int(NR, range.end_column - j), padded = ceil_div(width, VL) * VL;
      pack_panel(p->data + k * p->row + j * p->column, p->row, p->column, end_k - k, width, padded, panel);
      column_groups(p, range.first_row, range.end_row, k, end_k, j, width, panel, left, wide);
    }
  }
}

/** Multiply-adds that a task should have at least: some 5 µs. */
#define TASK_WORK 250000.0

/** How a product is cut into tasks: into ranges of rows, or of columns. */
typedef struct {
  int tasks, by_columns, rows, columns, row_unit;
} Cut;

static Cut cut_of(int rows, int row_unit, int columns, double work, int prefer_columns) {
  int tasks = work / TASK_WORK < pool_threads() ? (int)(work / TASK_WORK) : pool_threads();
  const int panels = ceil_div(columns, NR), units = ceil_div(rows, row_unit);
  // More tasks than threads even out what else the machine does.
  if (work > 64 * TASK_WORK && tasks > 1) tasks *= 2;
  const int by_columns = panels >= tasks && (prefer_columns || units < tasks);
  tasks = max_int(1, min_int(tasks, by_columns ? panels : units));
  return (Cut){tasks, by_columns, rows, columns, row_unit};
}

static Range range_of(const Cut *cut, int task) {
  Range all = {0, cut->rows, 0, cut->columns};
  if (cut->by_columns) {
    const int panels = ceil_div(cut->columns, NR);
    all.first_column = (int)((long)panels * task / cut->tasks) * NR;
    all.end_column = min_int(cut->columns, (int)((long)panels * (task + 1) / cut->tasks) * NR);
  } else {
    const int units = ceil_div(cut->rows, cut->row_unit);
    all.first_row = (int)((long)units * task / cut->tasks) * cut->row_unit;
    all.end_row = min_int(cut->rows, (int)((long)units * (task + 1) / cut->tasks) * cut->row_unit);
  }
  return all;
}

typedef struct {
  const RowProduct *product;
  Cut cut;
} RowJob;

static void row_task(void *job, int task) {
  const RowJob *j = job;
  by_rows(j->product, range_of(&j->cut, task));
}

static void run_rows(const RowProduct *p) {
  if (p->rows <= 0 || p->columns <= 0) return;
  const double work = (double)p->rows * p->columns * p->taps * p->depth;
  RowJob job = {p, cut_of(p->rows, MR, p->columns, work, p->rows < 4 * p->columns)};
  pool_run(row_task, &job, job.cut.tasks);
}

typedef struct {
  const ColumnProduct *product;
  Cut cut;
} ColumnJob;

static void column_task(void *job, int task) {
  const ColumnJob *j = job;
  by_columns(j->product, range_of(&j->cut, task));
}

static void run_columns(const ColumnProduct *p) {
  if (p->rows <= 0 || p->columns <= 0) return;
  const double work = (double)p->taps * p->rows * p->columns * p->depth;
  ColumnJob job = {p, cut_of(p->taps * ceil_div(p->rows, MR), 1, p->columns, work, 1)};
  pool_run(column_task, &job, job.cut.tasks);
}

#endif
