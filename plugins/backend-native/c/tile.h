// The two micro-kernels. Both compute a tile of MR rows and `nv` vectors of columns from a packed panel of the right operand; neither
// needs the left operand packed, as each of its numbers is only broadcast.
#ifndef FASTAP_TILE_H
#define FASTAP_TILE_H
#include "simd.h"

/** Rows of the left operand under one tap of a filter (a matrix product has one tap). */
typedef struct {
  const float *row[MR];
  int tap;
} Entry;

/** A part of the depth: `begin` of the first tap to `end` of the last one, and the taps between them whole. */
typedef struct {
  int first_tap, end_tap, begin, end;
} DepthBlock;

/** `depth`: of a tap. */
INLINE int block_depth(DepthBlock b, int depth) { return (b.end_tap - b.first_tap - 1) * depth + b.end - b.begin; }

typedef struct {
  /** Where the tile's rows go. */
  float *out[MR];
  int columns;
  int accumulate;
} Target;

/** The first `count` numbers of a vector. */
INLINE void put_part(float *to, Vector v, int count, int accumulate) {
#if defined(__AVX512F__)
  const __mmask16 mask = (__mmask16)((1u << count) - 1);
  __m512 value = (__m512)v;
  if (accumulate) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(mask, to));
  _mm512_mask_storeu_ps(to, mask, value);
#else
  float part[VL];
  *(Loose *)part = v;
  if (accumulate) for (int c = 0; c < count; c++) to[c] += part[c];
  else for (int c = 0; c < count; c++) to[c] = part[c];
#endif
}

INLINE void put_tile(int nv, Vector sums[MR][NV], const Target *to) {
  const int part = nv * VL - to->columns;
  UNROLL
  for (int i = 0; i < MR; i++) {
    float *out = to->out[i];
    UNROLL
    for (int v = 0; v < nv; v++) {
      Loose *p = (Loose *)(out + v * VL);
      if (v == nv - 1 && part > 0) put_part(out + v * VL, sums[i][v], VL - part, to->accumulate);
      else *p = to->accumulate ? (Vector)*p + sums[i][v] : sums[i][v];
    }
  }
}

/** Rows contiguous in depth, `depth` of a tap: of each entry what belongs to the block, beside its part of the panel. */
INLINE void rows_tile(int nv, const Entry *entries, int count, DepthBlock block, int depth, const float *panel, const Target *to) {
  Vector sums[MR][NV];
  UNROLL
  for (int i = 0; i < MR; i++) {
    UNROLL
    for (int v = 0; v < nv; v++) sums[i][v] = (Vector){0};
  }
  for (int e = 0; e < count; e++) {
    const int tap = entries[e].tap, end = tap == block.end_tap - 1 ? block.end : depth;
    int k = tap == block.first_tap ? block.begin : 0;
    const float *a0 = entries[e].row[0], *a1 = entries[e].row[1], *a2 = entries[e].row[2];
    const float *a3 = entries[e].row[3], *a4 = entries[e].row[4], *a5 = entries[e].row[5];
    const float *b = panel + ((size_t)(tap - block.first_tap) * depth + k - block.begin) * (nv * VL);
    for (; k < end; k++, b += nv * VL) {
      Vector r[NV];
      UNROLL
      for (int v = 0; v < nv; v++) r[v] = *(const Loose *)(b + v * VL);
      const float s[MR] = {a0[k], a1[k], a2[k], a3[k], a4[k], a5[k]};
      UNROLL
      for (int i = 0; i < MR; i++) {
        UNROLL
        for (int v = 0; v < nv; v++) sums[i][v] = mul_add_vector(s[i], r[v], sums[i][v]);
      }
    }
  }
  put_tile(nv, sums, to);
}

/** Rows strided in depth: MR neighbours at each of `depth` addresses, times the row of the panel at the address beside it. */
INLINE void columns_tile(int nv, const float *const *left, const float *const *right, int offset, int depth, const Target *to) {
  Vector sums[MR][NV];
  UNROLL
  for (int i = 0; i < MR; i++) {
    UNROLL
    for (int v = 0; v < nv; v++) sums[i][v] = (Vector){0};
  }
  for (int k = 0; k < depth; k++) {
    const float *a = left[k] + offset, *b = right[k];
    Vector r[NV];
    UNROLL
    for (int v = 0; v < nv; v++) r[v] = *(const Loose *)(b + v * VL);
    UNROLL
    for (int i = 0; i < MR; i++) {
      UNROLL
      for (int v = 0; v < nv; v++) sums[i][v] = mul_add_vector(a[i], r[v], sums[i][v]);
    }
  }
  put_tile(nv, sums, to);
}

// One copy of each for every number of vectors.
#define FOR_EACH_NV(nv, call)                      \
  switch (nv) {                                    \
    case 1: call(1); break;                        \
    case 2: call(2); break;                        \
    case 3: if (NV > 2) { call(NV > 2 ? 3 : 1); } break; \
    default: if (NV > 3) { call(NV > 3 ? 4 : 1); } break; \
  }

static __attribute__((noinline)) void multiply_rows(
    int nv, const Entry *entries, int count, DepthBlock block, int depth, const float *panel, const Target *to) {
#define CALL(n) rows_tile(n, entries, count, block, depth, panel, to)
  FOR_EACH_NV(nv, CALL)
#undef CALL
}

static __attribute__((noinline)) void multiply_columns(
    int nv, const float *const *left, const float *const *right, int offset, int depth, const Target *to) {
#define CALL(n) columns_tile(n, left, right, offset, depth, to)
  FOR_EACH_NV(nv, CALL)
#undef CALL
}

#endif
