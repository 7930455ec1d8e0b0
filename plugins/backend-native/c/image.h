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

/** From −1…1 to pixels of an axis. */
INLINE float place_of(float place, float length, int align) {
  return align ? (place + 1) * 0.5f * (length - 1) : ((place + 1) * length - 1) * 0.5f;
}

/** What lies outside, brought in as the padding says. */
INLINE float brought_in(float at, float length, int padding, int align) {
  const float last = length - 1;
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

/** Columns whose places are computed at once. */
#define SEEN_RUN 64

static void grid_sample_task(void *job, int image) {
  const ImageJob *j = job;
  const int32_t *g = j->numbers;
  const int channels = g[SEEN_CHANNELS], align = g[ALIGN_CORNERS], padding = g[PADDING];
  const float *xs = (const float *)(g + SEEN_HEADER), *ys = xs + g[OUT_WIDTH], *m = j->maps + 9 * image;
  const float *source = j->x + (size_t)image * g[SEEN_HEIGHT] * g[SEEN_WIDTH] * channels;
  float *to = j->out + (size_t)image * g[OUT_HEIGHT] * g[OUT_WIDTH] * channels;
  const float width = (float)g[SEEN_WIDTH], height = (float)g[SEEN_HEIGHT];
  for (int row = 0; row < g[OUT_HEIGHT]; row++) {
    const float y = ys[row], right = m[1] * y + m[2], down = m[4] * y + m[5], scale = m[7] * y + m[8];
    for (int first = 0; first < g[OUT_WIDTH]; first += SEEN_RUN) {
      const int n = min_int(SEEN_RUN, g[OUT_WIDTH] - first);
      float px[SEEN_RUN], py[SEEN_RUN];
      for (int i = 0; i < n; i++) {
        const float x = xs[first + i], by = 1 / (m[6] * x + scale);
        px[i] = place_of((m[0] * x + right) * by, width, align);
        py[i] = place_of((m[3] * x + down) * by, height, align);
      }
      for (int i = 0; i < n; i++, to += channels) {
        const float at = brought_in(px[i], width, padding, align), over = brought_in(py[i], height, padding, align);
        if (g[NEAREST]) take_nearest(g, source, at, over, to);
        else if (channels == 3) take_between(g, source, 3, at, over, to);
        else take_between(g, source, channels, at, over, to);
      }
    }
  }
}

enum { LIT_IMAGES, LIT_COUNT, LIT_CHANNELS, LIT_X, LIT_FACTORS, LIT_OUT };

INLINE float logit_float(float x) {
  const float high = 0.9999999f, low = 1e-7f, inside = x > high ? high : x < low ? low : x;
  return log_float(inside / (1 - inside));
}

/** Numbers, of whole pixels of three channels, that go through each loop at once: what mixes channels does not become vectors. */
#define LIT_RUN 192

static void lighting_task(void *job, int image) {
  const ImageJob *j = job;
  const int count = j->numbers[LIT_COUNT];
  const float *factors = j->factors + 3 * image, a = factors[0], b = factors[1], d = factors[2];
  const float *restrict x = j->x + (size_t)image * count;
  float *restrict out = j->out + (size_t)image * count;
  const int mixes = b != 0 && j->numbers[LIT_CHANNELS] == 3;
  for (int first = 0; first < count; first += LIT_RUN) {
    const int n = min_int(LIT_RUN, count - first);
    float z[LIT_RUN], more[LIT_RUN] = {0};
    for (int i = 0; i < n; i++) z[i] = logit_float(x[first + i]);
    for (int i = 0; mixes && i < n; i += 3)
      more[i] = more[i + 1] = more[i + 2] = (z[i] * 0.2989f + z[i + 1] * 0.587f + z[i + 2] * 0.114f) * b;
    for (int i = 0; i < n; i++) out[first + i] = sigmoid_float(a * z[i] + d + more[i]);
  }
}

#endif
