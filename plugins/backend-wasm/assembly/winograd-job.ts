import { Geometry } from "./geometry";

/** A transform of Winograd's convolution, cut into tasks: int32 in this order, behind it the geometry of the convolution. */
@unmanaged
export class WinogradJob {
  source: usize;
  target: usize;
  /** Floats between the components of what is transformed. */
  step: i32;
  /** First tile of this job; tiles count through all images, row by row. */
  first: i32;
  /** Tiles, or pairs of channels, of this job. */
  count: i32;
  perTask: i32;
  /** Whether every image is 2x2 pixels with padding all around: then there are 9 components of a tile, otherwise 16. */
  lone: i32;
}

const HEADER_BYTES: usize = 28;

// @ts-ignore: decorator
@inline
export function geometryOf(job: usize): Geometry {
  return changetype<Geometry>(job + HEADER_BYTES);
}
