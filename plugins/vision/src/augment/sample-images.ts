import type { Engine, Tensor } from "@fastap/kernel";
import { matMul, reshape, tensor2d, tensor3d, tidy } from "@tensorflow/tfjs-core";
import type { Size } from "../core/image-size.ts";
import type { PadMode } from "./item-window.ts";
import { project } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface Sampling {
  /** From the result to the image, one for each. */
  readonly maps: readonly Matrix[];
  /** Of the result. */
  readonly size: Size;
  readonly mode: "bilinear" | "nearest";
  readonly padMode: PadMode;
  readonly alignCorners: boolean;
}

/** Images `[batch, height, width, channels]` seen through maps; those that become less than half as large are averaged first. `@source fastai.vision.augment._grid_sample` */
export function sampleImages(engine: Engine, images: Tensor, sampling: Sampling): Tensor {
  const {
    maps,
    size: [width, height],
    mode,
    padMode,
    alignCorners,
  } = sampling;
  return tidy(() => {
    const [n = 0, h = 0, w = 0] = images.shape;
    // As fastai has it, who takes the result's width for its height, and 2 for its width.
    const shrink = Math.min(h / width, w / 2) / 2;
    const isCoarse = mode === "bilinear" && shrink > 1 && shrink > zoomOf(sampling);
    const source = isCoarse ? areaResize(images, Math.floor(h / shrink), Math.floor(w / shrink)) : images;
    return engine.ops.gridSample(source, tensor3d(maps.flat(), [n, 3, 3]), { height, width, mode, padMode, alignCorners });
  });
}

/** How much larger than the whole image the largest extent of what is seen makes it. */
function zoomOf({ maps, size, alignCorners }: Sampling): number {
  const [x, y] = size.map((length) => (alignCorners ? 1 : 1 - 1 / length));
  const corners = [-1, 1].flatMap((i) => [-1, 1].map((j) => [i * (x ?? 1), j * (y ?? 1)] as const));
  const seen = maps.flatMap((map) => corners.flatMap(([cx, cy]) => project(map, cx, cy)));
  return 2 / (Math.max(...seen) - Math.min(...seen));
}

/** Means over the windows of adaptive pooling. `@source torch.nn.functional.interpolate, mode="area"` */
export function areaResize(images: Tensor, height: number, width: number): Tensor {
  return tidy(() => {
    const [n = 0, h = 0, w = 0, c = 0] = images.shape;
    const rows = matMul(windows(h, height), reshape(images, [n, h, w * c]));
    return reshape(matMul(windows(w, width), reshape(rows, [n * height, w, c])), [n, height, width, c]);
  });
}

/** `[to, from]`, weights of the old pixels in each new one. */
function windows(from: number, to: number): ReturnType<typeof tensor2d> {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const [first, end] = [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)];
    weights.fill(1 / (end - first), i * from + first, i * from + end);
  }
  return tensor2d(weights, [to, from]);
}
