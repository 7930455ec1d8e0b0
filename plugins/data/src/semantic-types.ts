import type { Engine, Tensor, TypedArray } from "@fastap/kernel";
import type { Dtype, Sample } from "./sample.ts";

/** Numbers of one item with a meaning that transforms are chosen by. Dtype as in {@link Sample}. */
export class TensorBase implements Sample {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype?: Dtype;

  constructor({ data, shape, dtype }: Sample) {
    this.data = data;
    this.shape = shape;
    if (dtype !== undefined) this.dtype = dtype;
  }
}
/** `[height, width, channels]`, bytes or fractions. */
export class TensorImage extends TensorBase {}
/** `[height, width, 1]` of one channel. */
export class TensorImageBW extends TensorImage {}
/** `[height, width]` of class numbers. */
export class TensorMask extends TensorBase {}
/** int32 scalar, a class number. */
export class TensorCategory extends TensorBase {}
/** `[classes]` of 0 and 1, or the numbers of the classes. */
export class TensorMultiCategory extends TensorCategory {}
/** `[points, 2]`, x before y. */
export class TensorPoint extends TensorBase {}
/** `[boxes, 4]`: left, top, right, bottom. */
export class TensorBBox extends TensorPoint {}

export type SemanticType = new (...args: never[]) => object;

/** A batch on the backend, which keeps the meaning of its items. */
export class TensorBatch {
  readonly tensor: Tensor;
  readonly type: SemanticType;
  /** For transforms that need fused ops. */
  readonly engine?: Engine;

  constructor(tensor: Tensor, type: SemanticType, engine?: Engine) {
    this.tensor = tensor;
    this.type = type;
    if (engine !== undefined) this.engine = engine;
  }

  /** Another tensor of the same meaning. */
  with(tensor: Tensor): TensorBatch {
    return new TensorBatch(tensor, this.type, this.engine);
  }
}

/** The class that transforms are chosen by: of a batch, that of its items; of a number, Number. */
export function typeOf(x: unknown): SemanticType {
  if (x instanceof TensorBatch) return x.type;
  if (x === null || x === undefined) return Object;
  return Object(x).constructor as SemanticType;
}
