import { asSample } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { TensorBase } from "./semantic-types.ts";
import { TitledFloat, TitledTuple } from "./titled.ts";
import { Transform } from "./transform.ts";
import type { SetupItems } from "./transform.ts";

/** A number or a list of them → float32 scalar or `[n]`, and back. `@source fastai.data.transforms.RegressionSetup` */
export class RegressionSetup extends Transform {
  readonly lossFunc = "mseLossFlat";
  c: number | undefined;

  /** `c` is the number of targets; default that of the first item, 0 where there is none. */
  constructor(c?: number) {
    super();
    this.c = c;
    const float = ({ data, shape }: Sample): TensorBase => new TensorBase({ data: Float32Array.from(data), shape, dtype: "float32" });
    this.on(Number, (x: number) => float(asSample(x)))
      .on(Array, (xs: readonly number[]) => float({ data: Float32Array.from(xs), shape: [xs.length] }))
      .on(TensorBase, float, ({ data, shape }: TensorBase) =>
        shape.length === 0 ? new TitledFloat(data[0] ?? NaN) : new TitledTuple([...data]),
      );
  }

  protected override async setups(items: SetupItems): Promise<void> {
    if (this.c !== undefined) return;
    const first = items.length === 0 ? undefined : await items.get(0);
    this.c = first === undefined ? 0 : lengthOf(first);
  }
}

function lengthOf(first: unknown): number {
  if (Array.isArray(first)) return first.length;
  return first instanceof TensorBase ? (first.shape[0] ?? 1) : 1;
}
