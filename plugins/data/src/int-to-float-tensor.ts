import type { Tensor } from "@fastap/kernel";
import { cast, clipByValue, div, floorDiv, mul } from "@tensorflow/tfjs-core";
import { DisplayedTransform } from "./displayed-transform.ts";
import { onBatch } from "./on-batch.ts";
import { TensorImage, TensorMask } from "./semantic-types.ts";

export interface IntToFloatTensorOptions {
  /** Of images; default 255. 0: only the dtype changes. */
  readonly div?: number;
  /** Of masks; default 1. */
  readonly divMask?: number;
}

/** Batches of image bytes → float32 in 0…1, of masks → int32; and back. `@source fastai.data.transforms.IntToFloatTensor` */
export class IntToFloatTensor extends DisplayedTransform {
  override order = 10;

  constructor({ div: by = 255, divMask = 1 }: IntToFloatTensorOptions = {}) {
    super({ div: by, divMask });
    this.on(
      TensorImage,
      onBatch((x) => (by === 0 ? cast(x, "float32") : div(cast(x, "float32"), by))),
      onBatch(toBytes(by)),
    );
    this.on(
      TensorMask,
      onBatch((x) => (divMask === 1 ? cast(x, "int32") : cast(floorDiv(cast(x, "float32"), divMask), "int32"))),
    );
  }
}

function toBytes(by: number): (x: Tensor) => Tensor {
  return (x) => (by === 0 ? x : cast(mul(clipByValue(x, 0, 1), by), "int32"));
}
