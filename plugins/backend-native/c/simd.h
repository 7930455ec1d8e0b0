// The instruction set that a file of kernels is compiled for: -DISA=… names it and the compiler's own macros tell its vectors.
#ifndef FASTAP_SIMD_H
#define FASTAP_SIMD_H
#include <stddef.h>
#include <stdint.h>
#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
/** A name of its own for every instruction set. */
#define FN(name) JOIN(name, ISA)

#if defined(__AVX512F__)
#define VL 16
#define NV 4
#elif defined(__AVX__)
#define VL 8
#define NV 2
#elif defined(__aarch64__) // NEON, with 32 registers
#define VL 4
#define NV 4
#else
#define VL 4
#define NV 2
#endif

/** Rows of a tile of the product. */
#define MR 6
/** Columns of a tile: NV vectors. With MR rows the sums fill 12 of 16, or 24 of 32 registers. */
#define NR (NV * VL)

typedef float Vector __attribute__((vector_size(4 * VL)));
typedef Vector Loose __attribute__((aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")

// The compiler joins no product and sum by itself (-ffp-contract=off): what is rounded once stands here, in the kernels of the wasm backend
// that are called mulAdd. A machine without the instruction rounds twice.

/** `a * b + c`, rounded once. */
INLINE float mul_add(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}

/** `a * b + c` of vectors with a number, rounded once. */
INLINE Vector mul_add_vector(float a, Vector b, Vector c) {
#if defined(__AVX512F__)
  return (Vector)_mm512_fmadd_ps(_mm512_set1_ps(a), (__m512)b, (__m512)c);
#elif defined(__FMA__)
  return (Vector)_mm256_fmadd_ps(_mm256_set1_ps(a), (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (Vector)vfmaq_n_f32((float32x4_t)c, (float32x4_t)b, a);
#else
  return a * b + c;
#endif
}

/** Sums over neighbours are those of so many lanes, which take the numbers in turn; what is left is added behind. */
#define SUM_LANES 8

/** Of the even lanes and of the odd ones. */
INLINE double sum_of_lanes(const double lanes[SUM_LANES]) {
  return ((lanes[0] + lanes[2]) + (lanes[4] + lanes[6])) + ((lanes[1] + lanes[3]) + (lanes[5] + lanes[7]));
}

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }
INLINE int ceil_div(int a, int b) { return (a + b - 1) / b; }

#endif
