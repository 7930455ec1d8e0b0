import { Geometry } from "./geometry";

/** A transform of Winograd's convolution, cut into tasks: int32 in this order, behind it the geometry of the convolution. */
@unmanaged
export class WinogradJob {
  source: usize;
  target: usize;
  /** Floats between the 16 components of what is transformed. */
  step: i32;
  /** First tile of this job; tiles count through all images, row by row. */
  first: i32;
  /** Tiles, or pairs of channels, of this job. */
  count: i32;
  perTask: i32;
}

const HEADER_BYTES: usize = 24;

// @ts-ignore: decorator
@inline
export function geometryOf(job: usize): Geometry {
  return changetype<Geometry>(job + HEADER_BYTES);
}
