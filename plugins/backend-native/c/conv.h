// Convolutions, NHWC and HWIO, as products with no matrix of columns in between: a tile is six pixels of one place in different images,
// so that taps which fall outside the image there are left out for all six. Few channels are laid out as columns first.
#ifndef FASTAP_CONV_H
#define FASTAP_CONV_H
#include "gemm.h"
#include "geometry.h"

/** Fewer channels than this make a tap too short for a loop of its own. */
#define FEW_CHANNELS 8

typedef struct {
  Geometry g;
  const float *zeros;
} ConvShape;

/** A pixel of `[height, width, batch]`. */
typedef struct {
  int y, x, n;
} Pixel;

INLINE Pixel pixel_of(int index, int width, int batch) {
  const int place = index / batch;
  return (Pixel){place / width, place % width, index % batch};
}

/** NULL where there is no memory for it. */
static const float *zero_row(int length) {
  static const float some[2048];
  if (length <= 2048) return some;
  float *zeros = pool_scratch(SLOT_TILES, sizeof(float) * length);
  if (zeros == NULL) return NULL;
  memset(zeros, 0, sizeof(float) * length);
  return zeros;
}

/** An image of `[batch, height, width, channels]`. */
typedef struct {
  const float *data;
  int height, width, channels;
} Images;

INLINE size_t image_floats(Images m) { return (size_t)m.height * m.width * m.channels; }

/** Where a tap looks from a pixel: row and column in the other image, or negative. */
typedef Pixel (*Look)(const Geometry *g, Pixel from, int a, int b);

INLINE const float *looked_at(Images m, Pixel at) {
  if ((unsigned)at.y >= (unsigned)m.height || (unsigned)at.x >= (unsigned)m.width) return NULL;
  return m.data + (((size_t)at.n * m.height + at.y) * m.width + at.x) * m.channels;
}

/** Entries for the pixels from `row` on, of an image `width` wide. */
INLINE int look_entries(const RowProduct *p, int row, int first_tap, int end_tap, Entry *to, int width, Images m, Look look) {
  const ConvShape *s = p->shape;
  const Geometry *g = &s->g;
  Pixel pixels[MR];
  for (int i = 0; i < MR; i++) pixels[i] = pixel_of(min_int(row + i, p->rows - 1), width, g->batch);
  const int one_place = pixels[0].y == pixels[MR - 1].y && pixels[0].x == pixels[MR - 1].x;
  Entry *entry = to;
  int a = first_tap / g->filter_width, b = first_tap % g->filter_width;
  for (int tap = first_tap; tap < end_tap; tap++) {
    int any = 0;
    if (one_place) {
      const float *first = looked_at(m, look(g, pixels[0], a, b));
      any = first != NULL;
      for (int i = 0; any && i < MR; i++) entry->row[i] = first + (pixels[i].n - pixels[0].n) * image_floats(m);
    } else {
      for (int i = 0; i < MR; i++) {
        const float *at = looked_at(m, look(g, pixels[i], a, b));
        entry->row[i] = at == NULL ? s->zeros : at;
        any |= at != NULL;
      }
    }
    entry->tap = tap;
    entry += any;
    if (++b < g->filter_width) continue;
    b = 0;
    a++;
  }
  return (int)(entry - to);
}

/** Strides of 1 and 2 without a division. */
INLINE int divided(int position, int stride) {
  if (position < 0 || stride == 1) return position;
  if (stride == 2) return position & 1 ? -1 : position >> 1;
  return position % stride == 0 ? position / stride : -1;
}

INLINE Pixel look_forward(const Geometry *g, Pixel from, int a, int b) {
  const int y = from.y * g->stride_height + a * g->dilation_height - g->pad_top;
  return (Pixel){y, from.x * g->stride_width + b * g->dilation_width - g->pad_left, from.n};
}

/** The taps from the last to the first: in the order of the output's pixels, in which backend-wasm adds them. */
INLINE Pixel look_back(const Geometry *g, Pixel from, int a, int b) {
  const int y = divided(from.y + g->pad_top - (g->filter_height - 1 - a) * g->dilation_height, g->stride_height);
  const int x = from.x + g->pad_left - (g->filter_width - 1 - b) * g->dilation_width;
  return (Pixel){y, y < 0 ? -1 : divided(x, g->stride_width), from.n};
}

static int forward_entries(const RowProduct *p, int row, int first_tap, int end_tap, Entry *to) {
  const Geometry *g = &((const ConvShape *)p->shape)->g;
  const Images m = {p->left, g->in_height, g->in_width, g->in_channels};
  return look_entries(p, row, first_tap, end_tap, to, g->out_width, m, look_forward);
}

static int input_entries(const RowProduct *p, int row, int first_tap, int end_tap, Entry *to) {
  const Geometry *g = &((const ConvShape *)p->shape)->g;
  const Images m = {p->left, g->out_height, g->out_width, g->out_channels};
  return look_entries(p, row, first_tap, end_tap, to, g->in_width, m, look_back);
}

INLINE void pixel_out(float *data, int batch, int height, int width, int channels, int row, int end_row, float **to) {
  Pixel at = pixel_of(row, width, batch);
  for (int i = 0; i < MR; i++) {
    to[i] = row + i < end_row ? data + (((size_t)at.n * height + at.y) * width + at.x) * channels : NULL;
    if (++at.n < batch) continue;
    at.n = 0;
    if (++at.x < width) continue;
    at.x = 0;
    at.y++;
  }
}

static void forward_out(const RowProduct *p, int row, int end_row, float **to) {
  const Geometry *g = &((const ConvShape *)p->shape)->g;
  pixel_out(p->to, g->batch, g->out_height, g->out_width, g->out_channels, row, end_row, to);
}

static void input_out(const RowProduct *p, int row, int end_row, float **to) {
  const Geometry *g = &((const ConvShape *)p->shape)->g;
  pixel_out(p->to, g->batch, g->in_height, g->in_width, g->in_channels, row, end_row, to);
}

/** Patches of output pixels `first` to `end` in `[batch, height, width]` order. */
static void image_to_columns(const Geometry *g, const float *image, int first, int end, float *to) {
  const int channels = g->in_channels;
  for (int r = first; r < end; r++) {
    const int x = r % g->out_width, y = r / g->out_width % g->out_height, n = r / g->out_width / g->out_height;
    const int left = x * g->stride_width - g->pad_left;
    const int whole = g->dilation_width == 1 && left >= 0 && left + g->filter_width <= g->in_width;
    for (int a = 0; a < g->filter_height; a++) {
      const int row = y * g->stride_height + a * g->dilation_height - g->pad_top;
      const int line = g->filter_width * channels;
      if ((unsigned)row >= (unsigned)g->in_height) {
        for (int c = 0; c < line; c++) *to++ = 0;
        continue;
      }
      const float *from = image + ((size_t)n * g->in_height + row) * g->in_width * channels;
      if (whole) {
        const float *source = from + left * channels;
        for (int c = 0; c < line; c++) *to++ = source[c];
        continue;
      }
      for (int b = 0; b < g->filter_width; b++) {
        const int column = left + b * g->dilation_width;
        const int inside = (unsigned)column < (unsigned)g->in_width;
        for (int c = 0; c < channels; c++) *to++ = inside ? from[column * channels + c] : 0;
      }
    }
  }
}

/** Floats of columns laid out at a time. */
#define COLUMN_FLOATS 262144

typedef struct {
  const Geometry *g;
  const float *x, *filter;
  float *y, *columns;
  int patch, pixels, chunk, first;
} ColumnsJob;

static void columns_forward_task(void *job, int task) {
  const ColumnsJob *j = job;
  const int co = j->g->out_channels, first = task * j->chunk, end = min_int(j->pixels, first + j->chunk);
  float *columns = pool_scratch(SLOT_COLUMNS, sizeof(float) * j->chunk * j->patch);
  if (columns == NULL) return;
  image_to_columns(j->g, j->x, first, end, columns);
  gemm(end - first, co, j->patch, columns, j->patch, 0, j->filter, co, 0, j->y + (size_t)first * co, co, 0);
}

static void columns_task(void *job, int task) {
  const ColumnsJob *j = job;
  const int first = j->first + task * j->chunk;
  const int end = min_int(j->pixels, first + j->chunk);
  if (first < end) image_to_columns(j->g, j->x, first, end, j->columns + (size_t)task * j->chunk * j->patch);
}

static void conv_forward(const Geometry *g, const float *x, const float *filter, float *y) {
  const int pixels = g->batch * g->out_height * g->out_width, taps = g->filter_height * g->filter_width;
  const int patch = taps * g->in_channels;
  if (pixels == 0 || g->out_channels == 0) return;
  if (g->in_channels < FEW_CHANNELS && patch > 0) {
    const int chunk = max_int(MR, COLUMN_FLOATS / 8 / patch / MR * MR);
    ColumnsJob job = {g, x, filter, y, NULL, patch, pixels, chunk, 0};
    pool_run(columns_forward_task, &job, ceil_div(pixels, chunk));
    return;
  }
  ConvShape shape = {*g, zero_row(g->in_channels)};
  if (shape.zeros == NULL) return;
  const RowProduct p = {.rows = pixels, .columns = g->out_channels, .taps = taps, .depth = g->in_channels,
      .right = {filter, (ptrdiff_t)g->in_channels * g->out_channels, g->out_channels, 1}, .entries = forward_entries, .out = forward_out,
      .shape = &shape, .left = x, .to = y};
  run_rows(&p);
}

static void conv_input_grad(const Geometry *g, const float *dy, const float *filter, float *dx) {
  const int taps = g->filter_height * g->filter_width;
  ConvShape shape = {*g, zero_row(g->out_channels)};
  if (shape.zeros == NULL) return;
  const ptrdiff_t tap = (ptrdiff_t)g->in_channels * g->out_channels;
  const RowProduct p = {.rows = g->batch * g->in_height * g->in_width, .columns = g->in_channels, .taps = taps, .depth = g->out_channels,
      .right = {filter + (taps - 1) * tap, -tap, 1, g->out_channels}, .each_tap = 1, .entries = input_entries, .out = input_out,
      .shape = &shape, .left = dy, .to = dx};
  if (p.rows > 0) run_rows(&p);
}

/** Pairs of input and output pixels that a tap connects, the pixels in `[batch, height, width]` order. */
static int filter_pairs(const ColumnProduct *p, int tap, int first, int end, const float *panel, int width, const float **left, const float **right) {
  const Geometry *g = p->shape;
  const int top = tap / g->filter_width * g->dilation_height - g->pad_top, across = tap % g->filter_width * g->dilation_width - g->pad_left;
  int x = first % g->out_width, y = first / g->out_width % g->out_height, n = first / g->out_width / g->out_height, count = 0;
  for (int k = first; k < end; k++, panel += width) {
    const int row = y * g->stride_height + top, column = x * g->stride_width + across;
    const int inside = (unsigned)row < (unsigned)g->in_height && (unsigned)column < (unsigned)g->in_width;
    left[count] = p->left + (inside ? (((size_t)n * g->in_height + row) * g->in_width + column) * g->in_channels : 0);
    right[count] = panel;
    count += inside;
    if (++x < g->out_width) continue;
    x = 0;
    if (++y < g->out_height) continue;
    y = 0;
    n++;
  }
  return count;
}

/** Pixels of whole rows of the output, as many as make a block of the depth, or of one row: blocks do not go from one to the next. */
INLINE int line_pixels(const Geometry *g) { return max_int(1, MOST_DEPTH / max_int(g->out_width, 1)) * g->out_width; }

static void columns_filter_grad(const Geometry *g, const float *x, const float *dy, float *to, int patch, int pixels) {
  const int co = g->out_channels, parts = 4, line = max_int(1, line_pixels(g));
  const int chunk = max_int(1, COLUMN_FLOATS * 2 / max_int(patch, 1) / line) * line;
  float *columns = pool_scratch(SLOT_COLUMNS, sizeof(float) * min_int(chunk, pixels + parts) * (size_t)patch);
  if (columns == NULL) return;
  for (int first = 0; first < pixels || first == 0; first += chunk) {
    const int count = min_int(chunk, pixels - first);
    ColumnsJob job = {g, x, NULL, NULL, columns, patch, first + count, ceil_div(count, parts), first};
    if (count > 0) pool_run(columns_task, &job, parts);
    const ColumnProduct p = {.taps = 1, .rows = patch, .columns = co, .depth = count, .line = line, .pairs = gemm_pairs,
        .accumulate = first > 0, .left = columns, .left_stride = patch, .data = dy + (size_t)first * co, .row = co, .column = 1, .to = to,
        .to_stride = co};
    run_columns(&p);
  }
}

static void conv_filter_grad(const Geometry *g, const float *x, const float *dy, float *to) {
  const int pixels = g->batch * g->out_height * g->out_width, taps = g->filter_height * g->filter_width;
  if (g->in_channels < FEW_CHANNELS) return columns_filter_grad(g, x, dy, to, taps * g->in_channels, pixels);
  const ColumnProduct p = {.taps = taps, .rows = g->in_channels, .columns = g->out_channels, .depth = pixels, .line = line_pixels(g),
      .pairs = filter_pairs, .shape = g, .left = x, .data = dy, .row = g->out_channels, .column = 1, .to = to, .to_stride = g->out_channels};
  run_columns(&p);
}

#endif
