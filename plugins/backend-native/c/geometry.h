// Shape of a 2-d convolution: 15 int32 in this order, as backend-wasm writes them to the heap (its assembly/geometry.ts).
#ifndef FASTAP_GEOMETRY_H
#define FASTAP_GEOMETRY_H
#include <stdint.h>

typedef struct {
  int32_t batch, in_height, in_width, in_channels;
  int32_t out_height, out_width, out_channels;
  int32_t filter_height, filter_width, stride_height, stride_width;
  int32_t dilation_height, dilation_width, pad_top, pad_left;
} Geometry;

#endif
