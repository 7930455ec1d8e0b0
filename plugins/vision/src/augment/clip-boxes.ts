import { ItemTransform, TensorBatch, TensorBBox, TensorMultiCategory, Tuple, tuple } from "@fastap/plugin-data";
import { cast, clipByValue, greater, mul, slice, squeeze, sub, tidy } from "@tensorflow/tfjs-core";
import type { Tensor3D } from "@tensorflow/tfjs-core";

/**
 * Boxes that batch transforms have moved over the edge are cut to the image; those of which nothing is left become empty ones of label 0,
 * as `bbPad` fills up with. fastai leaves them outside.
 * @source fastai.vision.data.clip_remove_empty, for batches
 */
export class ClipBoxes extends ItemTransform {
  /** After the affine transforms. */
  override order = 35;

  constructor() {
    super();
    this.on(Tuple, clipped);
  }
}

function clipped(batch: Tuple): Tuple {
  const boxes = batch.find((part) => part instanceof TensorBatch && isA(part, TensorBBox)) as TensorBatch | undefined;
  if (boxes === undefined) return batch;
  const [cut, kept] = tidy(() => {
    const inside = clipByValue(boxes.tensor, -1, 1) as Tensor3D;
    const [width, height] = [0, 1].map((side) => sub(column(inside, side + 2), column(inside, side)));
    const some = cast(greater(mul(width ?? 0, height ?? 0), 0), "float32");
    return [mul(inside, some), squeeze(some, [2])];
  });
  const parts = batch.map((part) => {
    if (part === boxes) return boxes.with(cut);
    if (!(part instanceof TensorBatch && isA(part, TensorMultiCategory))) return part;
    return part.with(tidy(() => mul(part.tensor, cast(kept, part.tensor.dtype))));
  });
  kept.dispose();
  return tuple(...parts);
}

/** `[batch, boxes, 1]` */
function column(boxes: Tensor3D, i: number): Tensor3D {
  return slice(boxes, [0, 0, i], [-1, -1, 1]);
}

function isA({ type }: TensorBatch, other: typeof TensorBBox | typeof TensorMultiCategory): boolean {
  return type === other || type.prototype instanceof other;
}
