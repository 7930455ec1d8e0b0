import { TensorMultiCategory } from "./semantic-types.ts";
import { Transform } from "./transform.ts";
import type { SetupItems } from "./transform.ts";

/** Class numbers → float32 `[classes]` of 0 and 1, and back. `@source fastai.data.transforms.OneHotEncode` */
export class OneHotEncode extends Transform {
  override order = 2;
  c: number | undefined;

  /** `c` is the number of classes; default that of the vocabulary before it. */
  constructor(c?: number) {
    super();
    this.c = c;
    this.on(
      TensorMultiCategory,
      ({ data }: TensorMultiCategory) => oneHot(data, this.c ?? 0),
      ({ data }: TensorMultiCategory) => hot(data),
    );
  }

  protected override setups(items: SetupItems): void {
    const vocab = items.attribute?.("vocab");
    this.c ??= Array.isArray(vocab) ? vocab.length : 0;
  }
}

function oneHot(ids: ArrayLike<number>, c: number): TensorMultiCategory {
  const data = new Float32Array(c);
  for (const id of Array.from(ids)) data[id] = 1;
  return new TensorMultiCategory({ data, shape: [c], dtype: "float32" });
}

function hot(values: ArrayLike<number>): TensorMultiCategory {
  const ids = Array.from(values).flatMap((value, i) => (value === 1 ? [i] : []));
  return new TensorMultiCategory({ data: Int32Array.from(ids), shape: [ids.length], dtype: "int32" });
}
