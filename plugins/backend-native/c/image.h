// Images seen through projective maps, and in another light: one task for each image, every pixel computed alone.
#ifndef FASTAP_IMAGE_H
#define FASTAP_IMAGE_H
#include "exp.h"
#include "pool.h"

/** The job as backend-wasm writes it; behind it the places of columns and rows of the result, float32. */
enum { SEEN_IMAGES, SEEN_HEIGHT, SEEN_WIDTH, SEEN_CHANNELS, OUT_HEIGHT, OUT_WIDTH, NEAREST, PADDING, ALIGN_CORNERS, SEEN_X, SEEN_MAPS, SEEN_OUT, SEEN_HEADER };
enum { PAD_ZEROS, PAD_BORDER, PAD_REFLECTION };

typedef struct {
  const int32_t *numbers;
  const float *x, *maps, *factors;
  float *out;
} ImageJob;

INLINE float reflected(float at, float length, int align) {
  const float low = align ? 0 : -0.5f, span = align ? length - 1 : length;
  if (span == 0) return 0;
  const float far = fabsf(at - low), turns = floorf(far / span), rest = far - turns * span;
  return (turns - 2 * floorf(turns * 0.5f) > 0.5f ? span - rest : rest) + low;
}

/** From −1…1 to pixels of an axis, what lies outside brought in as the padding says. */
INLINE float image_pixel(float place, int n, int padding, int align) {
  const float length = (float)n, last = length - 1;
  float at = align ? (place + 1) * 0.5f * last : ((place + 1) * length - 1) * 0.5f;
  if (at >= 0 && at <= last) return at;
  if (padding == PAD_ZEROS) return at == at ? fmaxf(fminf(at, length + 1), -2) : -2;
  if (padding == PAD_REFLECTION) at = reflected(at, length, align);
  return at == at ? fmaxf(fminf(at, last), 0) : 0;
}

INLINE void take_nearest(const int32_t *g, const float *source, float px, float py, float *to) {
  const int x = (int)rintf(px), y = (int)rintf(py), channels = g[SEEN_CHANNELS];
  const int outside = x < 0 || y < 0 || x >= g[SEEN_WIDTH] || y >= g[SEEN_HEIGHT];
  const float *from = source + ((ptrdiff_t)y * g[SEEN_WIDTH] + x) * channels;
  for (int c = 0; c < channels; c++) to[c] = outside ? 0 : from[c];
}

INLINE int clamped(int i, int n) { return max_int(0, min_int(i, n - 1)); }

/** A tap outside has no weight, and is read inside. */
INLINE float tap_weight(int i, int n, float weight) { return i >= 0 && i < n ? weight : 0; }

INLINE void take_between(const int32_t *g, const float *source, int channels, float px, float py, float *to) {
  const int w = g[SEEN_WIDTH], h = g[SEEN_HEIGHT];
  const float left = floorf(px), top = floorf(py), fx = px - left, fy = py - top;
  const int x = (int)left, y = (int)top;
  const float w0 = tap_weight(x, w, 1 - fx), w1 = tap_weight(x + 1, w, fx);
  const float h0 = tap_weight(y, h, 1 - fy), h1 = tap_weight(y + 1, h, fy);
  const float *upper = source + (size_t)clamped(y, h) * w * channels, *lower = source + (size_t)clamped(y + 1, h) * w * channels;
  const int x0 = clamped(x, w) * channels, x1 = clamped(x + 1, w) * channels;
  for (int c = 0; c < channels; c++) {
    to[c] = (upper[x0 + c] * w0 + upper[x1 + c] * w1) * h0 + (lower[x0 + c] * w0 + lower[x1 + c] * w1) * h1;
  }
}

static void grid_sample_task(void *job, int image) {
  const ImageJob *j = job;
  const int32_t *g = j->numbers;
  const int channels = g[SEEN_CHANNELS], align = g[ALIGN_CORNERS], padding = g[PADDING];
  const float *xs = (const float *)(g + SEEN_HEADER), *ys = xs + g[OUT_WIDTH], *m = j->maps + 9 * image;
  const float *source = j->x + (size_t)image * g[SEEN_HEIGHT] * g[SEEN_WIDTH] * channels;
  float *to = j->out + (size_t)image * g[OUT_HEIGHT] * g[OUT_WIDTH] * channels;
  for (int row = 0; row < g[OUT_HEIGHT]; row++) {
    const float y = ys[row], right = m[1] * y + m[2], down = m[4] * y + m[5], scale = m[7] * y + m[8];
    for (int column = 0; column < g[OUT_WIDTH]; column++, to += channels) {
      const float x = xs[column], by = 1 / (m[6] * x + scale);
      const float px = image_pixel((m[0] * x + right) * by, g[SEEN_WIDTH], padding, align);
      const float py = image_pixel((m[3] * x + down) * by, g[SEEN_HEIGHT], padding, align);
      if (g[NEAREST]) take_nearest(g, source, px, py, to);
      else if (channels == 3) take_between(g, source, 3, px, py, to);
      else take_between(g, source, channels, px, py, to);
    }
  }
}

enum { LIT_IMAGES, LIT_COUNT, LIT_CHANNELS, LIT_X, LIT_FACTORS, LIT_OUT };

INLINE float logit_float(float x) {
  const float high = 0.9999999f, low = 1e-7f, inside = x > high ? high : x < low ? low : x;
  return log_float(inside / (1 - inside));
}

static void lighting_task(void *job, int image) {
  const ImageJob *j = job;
  const int count = j->numbers[LIT_COUNT];
  const float *factors = j->factors + 3 * image, a = factors[0], b = factors[1], d = factors[2];
  const float *restrict x = j->x + (size_t)image * count;
  float *restrict out = j->out + (size_t)image * count;
  if (b == 0 || j->numbers[LIT_CHANNELS] != 3) {
    for (int i = 0; i < count; i++) out[i] = sigmoid_float(a * logit_float(x[i]) + d);
    return;
  }
  for (int i = 0; i < count; i += 3) {
    const float red = logit_float(x[i]), green = logit_float(x[i + 1]), blue = logit_float(x[i + 2]);
    const float more = (red * 0.2989f + green * 0.587f + blue * 0.114f) * b;
    out[i] = sigmoid_float(a * red + d + more);
    out[i + 1] = sigmoid_float(a * green + d + more);
    out[i + 2] = sigmoid_float(a * blue + d + more);
  }
}

#endif
