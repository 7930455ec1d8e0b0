import { onBatch, RandTransform, TensorBase, type Call, type TensorBatch } from "@fastap/plugin-data";
import { mul } from "@tensorflow/tfjs-core";

/** A point of the plane, told from its class by its type. */
export class Spot extends TensorBase {}

/** Moves every point by what it draws for it. */
export class Jitter extends RandTransform<readonly [number, number]> {
  constructor() {
    super({ p: 0.8 });
    const move = ({ data, shape }: Spot, by: readonly [number, number]): Spot =>
      new Spot({ data: Float32Array.from(data, (value, i) => value + (by[i % 2] ?? 0)), shape });
    this.on(Spot, move);
  }

  protected override beforeCall(_x: unknown, { random }: Call): readonly [number, number] {
    return [random.normal() * 0.2, random.normal() * 0.2];
  }
}

/** Stretches the inputs of a batch by what it draws once for it. */
export class Stretch extends RandTransform<number> {
  constructor() {
    super({ p: 0.7 });
    this.on(Spot, (x: Spot | TensorBatch, by: number) => onBatch((tensor) => mul(tensor, by))(x));
  }

  protected override beforeCall(_x: unknown, { random }: Call): number {
    return 0.8 + random.uniform() * 0.4;
  }
}
