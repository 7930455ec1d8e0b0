import type { Tensor } from "@fastap/kernel";
import { concat, div, gather, matMul, max, min, ones, reshape, split, tensor3d, tidy } from "@tensorflow/tfjs-core";
import type { Tensor3D } from "@tensorflow/tfjs-core";
import type { Matrix } from "./matrix.ts";

/** Points `[batch, points, 2]` where the map of each image sends them. */
export function projectPoints(points: Tensor, maps: readonly Matrix[]): Tensor {
  return tidy(() => {
    const [n = 0, count = 0] = points.shape;
    const homogeneous = concat([points as Tensor3D, ones([n, count, 1])], 2);
    const moved = matMul(homogeneous, tensor3d(maps.flat(), [n, 3, 3]), false, true);
    const [xy, scale] = split(moved, [2, 1], 2) as [Tensor3D, Tensor3D];
    return div(xy, scale);
  });
}

/** The upright boxes around the moved corners of boxes `[batch, boxes, 4]`. */
export function projectBoxes(boxes: Tensor, maps: readonly Matrix[]): Tensor {
  return tidy(() => {
    const [n = 0, count = 0] = boxes.shape;
    const corners = reshape(gather(boxes as Tensor3D, [0, 1, 0, 3, 2, 1, 2, 3], 2), [n, count * 4, 2]);
    const moved = reshape(projectPoints(corners, maps), [n, count, 4, 2]);
    return concat([min(moved, 2), max(moved, 2)], 2);
  });
}
