// The instruction set that a file of kernels is compiled for: -DISA=… names it and the compiler's own macros tell its vectors.
#ifndef FASTAP_SIMD_H
#define FASTAP_SIMD_H
#include <stddef.h>
#include <stdint.h>

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

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }
INLINE int ceil_div(int a, int b) { return (a + b - 1) / b; }

#endif
