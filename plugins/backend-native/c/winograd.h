// Winograd's F(2x2, 3x3) in the tasks of backend-wasm's assembly/winograd-*.ts, which say what they compute; src/kernels/winograd.ts there
// puts them together. There are at least 16 channels, and always a multiple of 4; the last vector of them overlaps the one before.
#ifndef FASTAP_WINOGRAD_H
#define FASTAP_WINOGRAD_H
#include "conv.h"

#define COMPONENTS 16
/** Of a tile whose image is 2x2 pixels with padding all around. */
#define LONE_COMPONENTS 9
/** Floats of a task of a transform. */
#define TRANSFORM_FLOATS 16384

/** The head of a transform's job; behind it the geometry of the convolution. */
enum { WINOGRAD_SOURCE, WINOGRAD_TARGET, WINOGRAD_STEP, WINOGRAD_FIRST, WINOGRAD_COUNT, WINOGRAD_LONE = 6, WINOGRAD_HEADER };

typedef struct {
  const float *source;
  float *target;
  /** Floats between two components. */
  size_t step;
  int first, count, per_task, lone;
  const Geometry *g;
  const float *zeros;
} WinogradJob;

INLINE Vector at(const float *from) { return *(const Loose *)from; }
INLINE void put(float *to, Vector v) { *(Loose *)to = v; }

/** Image, and pixel of the output at the top left, of a tile. */
INLINE Pixel tile_pixel(const WinogradJob *j, int i) {
  const int across = (j->g->out_width + 1) >> 1, down = (j->g->out_height + 1) >> 1, tile = j->first + i;
  return (Pixel){2 * (tile / across % down), 2 * (tile % across), tile / (across * down)};
}

INLINE const float *pixel_or_zeros(const WinogradJob *j, Images m, Pixel at) {
  const float *found = looked_at(m, at);
  return found == NULL ? j->zeros : found;
}

/** `Bᵀ d B` */
static void input_tile(const WinogradJob *j, int i) {
  const Geometry *g = j->g;
  const Images m = {j->source, g->in_height, g->in_width, g->in_channels};
  const Pixel corner = tile_pixel(j, i);
  const size_t s = j->step;
  const float *p[4][4];
  for (int a = 0; a < 4; a++)
    for (int b = 0; b < 4; b++) p[a][b] = pixel_or_zeros(j, m, (Pixel){corner.y - g->pad_top + a, corner.x - g->pad_left + b, corner.n});
  for (int k = 0; k < m.channels; k += VL) {
    const int c = min_int(k, m.channels - VL);
    float *to = j->target + (size_t)i * m.channels + c;
    Vector t[4][4];
    UNROLL
    for (int b = 0; b < 4; b++) {
      const Vector d0 = at(p[0][b] + c), d1 = at(p[1][b] + c), d2 = at(p[2][b] + c), d3 = at(p[3][b] + c);
      t[0][b] = d0 - d2;
      t[1][b] = d1 + d2;
      t[2][b] = d2 - d1;
      t[3][b] = d1 - d3;
    }
    UNROLL
    for (int u = 0; u < 4; u++, to += 4 * s) {
      put(to, t[u][0] - t[u][2]);
      put(to + s, t[u][1] + t[u][2]);
      put(to + 2 * s, t[u][2] - t[u][1]);
      put(to + 3 * s, t[u][1] - t[u][3]);
    }
  }
}

/** `A` times two numbers. */
INLINE void spread(float *to, size_t step, Vector a, Vector b) {
  put(to, a);
  put(to + step, a + b);
  put(to + 2 * step, a - b);
  put(to + 3 * step, -b);
}

/** `A dy Aᵀ` */
static void gradient_tile(const WinogradJob *j, int i) {
  const Geometry *g = j->g;
  const Images m = {j->source, g->out_height, g->out_width, g->out_channels};
  const Pixel at0 = tile_pixel(j, i);
  const size_t s = j->step;
  const float *p[4];
  for (int k = 0; k < 4; k++) p[k] = pixel_or_zeros(j, m, (Pixel){at0.y + k / 2, at0.x + k % 2, at0.n});
  for (int k = 0; k < m.channels; k += VL) {
    const int c = min_int(k, m.channels - VL);
    float *to = j->target + (size_t)i * m.channels + c;
    const Vector v0 = at(p[0] + c), v1 = at(p[1] + c), v2 = at(p[2] + c), v3 = at(p[3] + c);
    spread(to, s, v0, v1);
    spread(to + 4 * s, s, v0 + v2, v1 + v3);
    spread(to + 8 * s, s, v0 - v2, v1 - v3);
    spread(to + 12 * s, s, -v2, -v3);
  }
}

/** `Aᵀ m A`: 2x2 pixels, or what of them lies inside. */
static void output_tile(const WinogradJob *j, int i) {
  const Geometry *g = j->g;
  const Pixel at0 = tile_pixel(j, i);
  const size_t s = j->step, pixel = g->out_channels, row = g->out_width * pixel;
  const int right = at0.x + 1 < g->out_width, below = at0.y + 1 < g->out_height;
  float *first = j->target + (((size_t)at0.n * g->out_height + at0.y) * g->out_width + at0.x) * pixel;
  for (int k = 0; k < g->out_channels; k += VL) {
    const int c = min_int(k, g->out_channels - VL);
    const float *from = j->source + (size_t)i * pixel + c;
    Vector t[4], b[4];
    UNROLL
    for (int v = 0; v < 4; v++, from += s) {
      const Vector m1 = at(from + 4 * s), m2 = at(from + 8 * s);
      t[v] = at(from) + m1 + m2;
      b[v] = m1 - m2 - at(from + 12 * s);
    }
    float *to = first + c;
    put(to, t[0] + t[1] + t[2]);
    if (right) put(to + pixel, t[1] - t[2] - t[3]);
    if (!below) continue;
    put(to + row, b[0] + b[1] + b[2]);
    if (right) put(to + row + pixel, b[1] - b[2] - b[3]);
  }
}

/** `G` times three numbers. */
INLINE void expand(Vector to[4], Vector a, Vector b, Vector c) {
  const Vector outer = a + c;
  to[0] = a;
  to[1] = (outer + b) * 0.5f;
  to[2] = (outer - b) * 0.5f;
  to[3] = c;
}

/** `Gᵀ` times four numbers. */
INLINE void fold(Vector to[3], Vector a, Vector b, Vector c, Vector d) {
  const Vector even = (b + c) * 0.5f;
  to[0] = a + even;
  to[1] = (b - c) * 0.5f;
  to[2] = even + d;
}

/** `G g Gᵀ` of a vector of pairs of channels. */
static void filter_pairs_expanded(const WinogradJob *j, int i) {
  const float *from = j->source + i;
  float *to = j->target + i;
  Vector columns[3][4], row[4];
  UNROLL
  for (int b = 0; b < 3; b++)
    expand(columns[b], at(from + b * (size_t)j->count), at(from + (b + 3) * (size_t)j->count), at(from + (b + 6) * (size_t)j->count));
  UNROLL
  for (int u = 0; u < 4; u++) {
    expand(row, columns[0][u], columns[1][u], columns[2][u]);
    for (int v = 0; v < 4; v++) put(to + (4 * u + v) * j->step, row[v]);
  }
}

/** `Gᵀ u G` of a vector of pairs. */
static void filter_pairs_folded(const WinogradJob *j, int i) {
  const float *from = j->source + i;
  float *to = j->target + i;
  Vector columns[4][3], row[3];
  UNROLL
  for (int v = 0; v < 4; v++)
    fold(columns[v], at(from + v * j->step), at(from + (v + 4) * j->step), at(from + (v + 8) * j->step), at(from + (v + 12) * j->step));
  UNROLL
  for (int a = 0; a < 3; a++) {
    fold(row, columns[0][a], columns[1][a], columns[2][a], columns[3][a]);
    for (int b = 0; b < 3; b++) put(to + (3 * a + b) * (size_t)j->count, row[b]);
  }
}

INLINE void put_three(float *to, size_t step, Vector sum, Vector second, Vector third) {
  put(to, sum);
  put(to + step, second);
  put(to + 2 * step, third);
}

/** Of an image the sums of two pixels, then the later and the earlier one; of a gradient these the other way round. */
INLINE void lone_tile(const WinogradJob *j, int i, int channels, int gradient) {
  const float *image = j->source + (size_t)(j->first + i) * 4 * channels;
  const size_t s = j->step;
  for (int k = 0; k < channels; k += VL) {
    const int c = min_int(k, channels - VL);
    const float *from = image + c;
    float *to = j->target + (size_t)i * channels + c;
    const Vector p = at(from), q = at(from + channels), r = at(from + 2 * channels), t = at(from + 3 * channels);
    const Vector left = p + r, right = q + t;
    put_three(to, s, left + right, gradient ? left : right, gradient ? right : left);
    put_three(to + (gradient ? 3 : 6) * s, s, p + q, gradient ? p : q, gradient ? q : p);
    put_three(to + (gradient ? 6 : 3) * s, s, r + t, gradient ? r : t, gradient ? t : r);
  }
}

static void lone_input_tile(const WinogradJob *j, int i) { lone_tile(j, i, j->g->in_channels, 0); }
static void lone_gradient_tile(const WinogradJob *j, int i) { lone_tile(j, i, j->g->out_channels, 1); }

static void lone_output_tile(const WinogradJob *j, int i) {
  const size_t s = j->step, pixel = j->g->out_channels;
  for (int k = 0; k < (int)pixel; k += VL) {
    const int c = min_int(k, (int)pixel - VL);
    const float *from = j->source + (size_t)i * pixel + c;
    float *to = j->target + (size_t)(j->first + i) * 4 * pixel + c;
    Vector t[3], b[3];
    UNROLL
    for (int v = 0; v < 3; v++, from += s) {
      t[v] = at(from) + at(from + 3 * s);
      b[v] = at(from) + at(from + 6 * s);
    }
    put(to, t[0] + t[1]);
    put(to + pixel, t[0] + t[2]);
    put(to + 2 * pixel, b[0] + b[1]);
    put(to + 3 * pixel, b[0] + b[2]);
  }
}

static void lone_pairs_expanded(const WinogradJob *j, int i) {
  const float *from = j->source + i;
  float *to = j->target + i;
  const size_t plane = j->count;
  Vector rows[3][3];
  UNROLL
  for (int b = 0; b < 3; b++) {
    const Vector x = at(from + b * plane), y = at(from + (b + 3) * plane), z = at(from + (b + 6) * plane);
    rows[0][b] = y;
    rows[1][b] = z - y;
    rows[2][b] = x - y;
  }
  UNROLL
  for (int u = 0; u < 3; u++)
    put_three(to + 3 * u * j->step, j->step, rows[u][1], rows[u][2] - rows[u][1], rows[u][0] - rows[u][1]);
}

static void lone_pairs_folded(const WinogradJob *j, int i) {
  const float *from = j->source + i;
  float *to = j->target + i;
  const size_t s = j->step, plane = j->count;
  Vector rows[3][3];
  UNROLL
  for (int v = 0; v < 3; v++) {
    const Vector x = at(from + v * s), y = at(from + (v + 3) * s), z = at(from + (v + 6) * s);
    rows[0][v] = z;
    rows[1][v] = x - y - z;
    rows[2][v] = y;
  }
  UNROLL
  for (int a = 0; a < 3; a++) put_three(to + 3 * a * plane, plane, rows[a][2], rows[a][0] - rows[a][1] - rows[a][2], rows[a][1]);
}

#define TRANSFORM_TASK(name, one, lone_one, unit)                                                                \
  static void name(void *job, int task) {                                                                        \
    const WinogradJob *j = job;                                                                                  \
    const int end = min_int(j->count, (task + 1) * j->per_task);                                                 \
    if (j->lone) for (int i = task * j->per_task; i < end; i += unit) lone_one(j, i);                            \
    else for (int i = task * j->per_task; i < end; i += unit) one(j, i);                                         \
  }

TRANSFORM_TASK(winograd_tiles_task, input_tile, lone_input_tile, 1)
TRANSFORM_TASK(winograd_grad_tiles_task, gradient_tile, lone_gradient_tile, 1)
TRANSFORM_TASK(winograd_output_task, output_tile, lone_output_tile, 1)
TRANSFORM_TASK(winograd_filter_task, filter_pairs_expanded, lone_pairs_expanded, VL)
TRANSFORM_TASK(winograd_filter_grad_task, filter_pairs_folded, lone_pairs_folded, VL)

static void transform(Task task, WinogradJob j, int channels) {
  j.zeros = zero_row(channels);
  if (j.zeros == NULL) return;
  j.per_task = max_int(1, TRANSFORM_FLOATS / COMPONENTS / channels);
  pool_run(task, &j, ceil_div(j.count, j.per_task));
}

/** `count` is a multiple of 16. */
static void transform_filter(Task task, WinogradJob j) {
  j.per_task = TRANSFORM_FLOATS / COMPONENTS;
  pool_run(task, &j, ceil_div(j.count, j.per_task));
}

/** The job of the products: three addresses, then these. */
enum { LEFT_STEP = 3, RIGHT_STEP, OUT_STEP, W_ROWS, W_COLUMNS, W_DEPTH, W_COMPONENTS, W_TILES, W_TURNED, W_ACCUMULATE };

typedef struct {
  const int32_t *numbers;
  const float *left, *right;
  float *out;
} WinogradProducts;

/** What stands in the place of one of `side` components along an axis once the filter is turned. */
INLINE int mirror(int u, int side) {
  if (side == 3) return u == 0 ? 0 : 3 - u;
  return u == 0 || u == 3 ? 3 - u : u;
}

/** The left side of two of tiles is transposed, and the right one where it is a filter turned. */
static void winograd_product_task(void *job, int c) {
  const WinogradProducts *p = job;
  const int32_t *n = p->numbers;
  const int rows = n[W_ROWS], columns = n[W_COLUMNS], depth = n[W_DEPTH], tiles = n[W_TILES], turned = n[W_TURNED];
  const int side = n[W_COMPONENTS] == LONE_COMPONENTS ? 3 : 4, of = turned ? mirror(c / side, side) * side + mirror(c % side, side) : c;
  gemm(rows, columns, depth, p->left + (size_t)c * n[LEFT_STEP], tiles ? rows : depth, tiles, p->right + (size_t)of * n[RIGHT_STEP],
      turned ? depth : columns, turned, p->out + (size_t)c * n[OUT_STEP], columns, n[W_ACCUMULATE]);
}

#endif
