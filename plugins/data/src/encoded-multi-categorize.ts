import type { Label } from "./category-map.ts";
import { TensorMultiCategory } from "./semantic-types.ts";
import { MultiCategory } from "./titled.ts";
import { Transform } from "./transform.ts";

/** Labels that are 0 and 1 already → float32 `[classes]`, and back to labels. `@source fastai.data.transforms.EncodedMultiCategorize` */
export class EncodedMultiCategorize extends Transform {
  override order = 1;
  readonly lossFunc = "bceWithLogitsLossFlat";
  readonly vocab: readonly Label[];
  readonly c: number;

  constructor(vocab: readonly Label[]) {
    super();
    this.vocab = vocab;
    this.c = vocab.length;
    const encode = (values: readonly number[]): TensorMultiCategory =>
      new TensorMultiCategory({ data: Float32Array.from(values), shape: [values.length], dtype: "float32" });
    const decode = ({ data }: TensorMultiCategory): MultiCategory => new MultiCategory(vocab.filter((_, i) => data[i] === 1));
    this.on(Array, encode).on(TensorMultiCategory, null, decode);
  }
}
