#ifndef FASTAP_EXP_H
#define FASTAP_EXP_H
#include "simd.h"
#include <math.h>
#include <string.h>

/** `e^x` to about 1 ulp; 0 below −87.3, saturated above 88.7, NaN for NaN. Written so that a loop over it becomes vectors. */
INLINE float exp_float(float x) {
  const float low = -87.3f, high = 88.7f;
  const float clamped = x > high ? high : x < low ? low : x;
  const float n = rintf(clamped * 1.4426950408889634f);
  const float r = (clamped - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1;
  const int32_t bits = (int32_t)((uint32_t)((int32_t)n + 127) << 23);
  float power;
  memcpy(&power, &bits, sizeof power);
  return x < low ? 0 : p * power;
}

INLINE float sigmoid_float(float x) { return 1 / (1 + exp_float(-x)); }

/** To about 2 ulp: a polynomial near 0, where `1 - 2 / (e^2x + 1)` would cancel. */
INLINE float tanh_float(float x) {
  const float size = fabsf(x), z = x * x;
  const float far = 1 - 2 / (exp_float(size + size) + 1);
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z + -5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z + -3.33332819422e-1f;
  const float near = p * z * x + x;
  return size < 0.625f ? near : copysignf(far, x);
}

#endif
