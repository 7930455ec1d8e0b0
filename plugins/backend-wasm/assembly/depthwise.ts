import { Geometry } from "./geometry";
import { addToDoubles, doubles, floats, loadLanes, mulAdd, storeLanes, zeroFloats } from "./lanes";

// The depthwise convolution's gradients: filter `[height, width, inChannels, multiplier]`, output channel `channel * multiplier + m`.

/** First output pixel whose tap at `offset` (dilated, less padding) falls inside the input. */
// @ts-ignore: decorator
@inline
export function firstInside(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride;
}

/** One past the last such pixel. */
// @ts-ignore: decorator
@inline
export function endInside(offset: i32, stride: i32, inSize: i32, outSize: i32): i32 {
  return offset >= inSize ? 0 : min(outSize, (inSize - 1 - offset) / stride + 1);
}

/** Adds the products of one output line with the input line under one filter tap to `sums`, float64 `[inChannels * multiplier]`. */
function addLineProducts(g: Geometry, x: usize, dy: usize, count: i32, sums: usize): void {
  const multiplier = g.outChannels / g.inChannels;
  const xStep = floats(g.strideWidth * g.inChannels);
  const yStep = floats(g.outChannels);
  if (multiplier == 1) {
    for (let c = 0; c < g.inChannels; c += 4) {
      const lanes = min(4, g.inChannels - c);
      let sum = f32x4.splat(0);
      let p = x + floats(c);
      let q = dy + floats(c);
      for (let i = 0; i < count; i++, p += xStep, q += yStep) sum = mulAdd(loadLanes(p, lanes), loadLanes(q, lanes), sum);
      addToDoubles(sums + doubles(c), sum, lanes);
    }
    return;
  }
  for (let d = 0; d < g.outChannels; d++) {
    let sum = f32x4.splat(0);
    let p = x + floats(d / multiplier);
    let q = dy + floats(d);
    for (let i = 0; i < count; i++, p += xStep, q += yStep) sum = mulAdd(v128.load32_zero(p), v128.load32_zero(q), sum);
    addToDoubles(sums + doubles(d), sum, 1);
  }
}

/** Gradient of the filter. `sums`: float64 `[outChannels]` of scratch memory. */
export function depthwiseFilterGrad(shape: usize, x: usize, dy: usize, dFilter: usize, sums: usize): void {
  const g = changetype<Geometry>(shape);
  for (let a = 0; a < g.filterHeight; a++) {
    const top = a * g.dilationHeight - g.padTop;
    const yEnd = endInside(top, g.strideHeight, g.inHeight, g.outHeight);
    for (let b = 0; b < g.filterWidth; b++, dFilter += floats(g.outChannels)) {
      const left = b * g.dilationWidth - g.padLeft;
      const xFirst = firstInside(left, g.strideWidth);
      const count = endInside(left, g.strideWidth, g.inWidth, g.outWidth) - xFirst;
      memory.fill(sums, 0, doubles(g.outChannels));
      for (let n = 0; n < g.batch; n++) {
        for (let y = firstInside(top, g.strideHeight); y < yEnd; y++) {
          const row = (n * g.inHeight + y * g.strideHeight + top) * g.inWidth + xFirst * g.strideWidth + left;
          const out = (n * g.outHeight + y) * g.outWidth + xFirst;
          addLineProducts(g, x + floats(row * g.inChannels), dy + floats(out * g.outChannels), count, sums);
        }
      }
      for (let d = 0; d < g.outChannels; d++) store<f32>(dFilter + floats(d), <f32>load<f64>(sums + doubles(d)));
    }
  }
}

/** `dx += dy * filter` for one pixel and one filter tap. */
// @ts-ignore: decorator
@inline
function addPixel(g: Geometry, dx: usize, dy: usize, filter: usize, multiplier: i32): void {
  if (multiplier == 1) {
    for (let c = 0; c < g.inChannels; c += 4, dx += 16, dy += 16, filter += 16) {
      const lanes = min(4, g.inChannels - c);
      storeLanes(dx, mulAdd(loadLanes(dy, lanes), loadLanes(filter, lanes), loadLanes(dx, lanes)), lanes);
    }
    return;
  }
  for (let c = 0; c < g.inChannels; c++, dx += 4) {
    let sum = load<f32>(dx);
    for (let m = 0; m < multiplier; m++, dy += 4, filter += 4) sum += load<f32>(dy) * load<f32>(filter);
    store<f32>(dx, sum);
  }
}

/** Gradient of the input. */
export function depthwiseInputGrad(shape: usize, dy: usize, filter: usize, dx: usize): void {
  const g = changetype<Geometry>(shape);
  const multiplier = g.outChannels / g.inChannels;
  zeroFloats(dx, g.batch * g.inHeight * g.inWidth * g.inChannels);
  for (let line = 0; line < g.batch * g.outHeight; line++) {
    const n = line / g.outHeight;
    const top = (line % g.outHeight) * g.strideHeight - g.padTop;
    for (let a = 0; a < g.filterHeight; a++) {
      const row = top + a * g.dilationHeight;
      if (<u32>row >= <u32>g.inHeight) continue;
      const to = dx + floats((n * g.inHeight + row) * g.inWidth * g.inChannels);
      for (let b = 0; b < g.filterWidth; b++) {
        const tap = filter + floats((a * g.filterWidth + b) * g.outChannels);
        const left = b * g.dilationWidth - g.padLeft;
        const end = endInside(left, g.strideWidth, g.inWidth, g.outWidth);
        for (let x = firstInside(left, g.strideWidth); x < end; x++) {
          const pixel = to + floats((x * g.strideWidth + left) * g.inChannels);
          addPixel(g, pixel, dy + floats((line * g.outWidth + x) * g.outChannels), tap, multiplier);
        }
      }
    }
  }
}
