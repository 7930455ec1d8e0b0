#ifndef FASTAP_EXP_H
#define FASTAP_EXP_H
#include "simd.h"
#include <math.h>
#include <string.h>

INLINE int32_t bits_of(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE float float_of(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Step by step as backend-wasm's assembly/exp.ts and squash.ts have it; written so that a loop over it becomes vectors.

/** `e^x` to about 1 ulp; 0 below −87.3, saturated at the largest float32, NaN for NaN. */
INLINE float exp_float(float x) {
  // Adding it rounds to a whole number and leaves that in the low bits.
  const float low = -87.3f, high = 88.72283f, rounder = 12582912;
  const float clamped = x > high ? high : x < low ? low : x;
  const float rounded = mul_add(clamped, 1.4426950408889634f, rounder), n = rounded - rounder;
  const float r = mul_add(n, 2.12194440e-4f, mul_add(n, -0.693359375f, clamped));
  float p = 1.9875691500e-4f;
  p = mul_add(p, r, 1.3981999507e-3f);
  p = mul_add(p, r, 8.3334519073e-3f);
  p = mul_add(p, r, 4.1665795894e-2f);
  p = mul_add(p, r, 1.6666665459e-1f);
  p = mul_add(p, r, 5.0000001201e-1f);
  p = mul_add(p, r * r, r) + 1;
  // Times 2^n, by adding to the exponent.
  const float power = float_of((int32_t)((uint32_t)bits_of(p) + ((uint32_t)bits_of(rounded) << 23)));
  return x != x ? x : x < low ? 0 : power;
}

/** Natural logarithm of a positive normal number; its products are rounded, as in assembly/unary.ts. @source Cephes, logf */
INLINE float log_float(float x) {
  const int32_t bits = bits_of(x);
  float e = (float)((bits >> 23) - 126);
  float m = float_of((bits & 0x007fffff) | 0x3f000000);
  const int low = m < 0.707106781f;
  e = low ? e - 1 : e;
  m = (low ? m + m : m) - 1;
  const float q = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  return m + (p * m * q + e * -2.12194440e-4f - q * 0.5f) + e * 0.693359375f;
}

/** log(1 + e^x) of a number of at least 0: the rounding of 1 + e^-x is undone by a quotient. */
INLINE float softplus_float(float x) {
  const float e = exp_float(-x), sum = 1 + e, rest = sum - 1;
  return x + (rest == 0 ? e : log_float(sum) * e / rest);
}

INLINE float sigmoid_float(float x) { return 1 / (1 + exp_float(-x)); }

/** To about 2 ulp: a polynomial near 0, where `1 - 2 / (e^2x + 1)` would cancel. */
INLINE float tanh_float(float x) {
  const float size = fabsf(x), z = x * x;
  const float far = 1 - 2 / (exp_float(size + size) + 1);
  float p = -5.70498872745e-3f;
  p = mul_add(p, z, 2.06390887954e-2f);
  p = mul_add(p, z, -5.37397155531e-2f);
  p = mul_add(p, z, 1.33314422036e-1f);
  p = mul_add(p, z, -3.33332819422e-1f);
  const float near = mul_add(p * z, x, x);
  return size < 0.625f ? near : copysignf(far, x);
}

#endif
