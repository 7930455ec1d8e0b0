import type { Engine, Tensor } from "@fastap/kernel";
import { onBatch, RandTransform, TensorBase, type Call, type TensorBatch } from "@fastap/plugin-data";

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

/** Moves a whole batch by what it draws once for it. */
export class Shift extends RandTransform<number> {
  constructor(engine: Engine) {
    super({ p: 0.7 });
    const shift = (tensor: Tensor, by: number): Tensor =>
      engine.add(tensor, engine.from(new Float32Array(tensor.size).fill(by), tensor.shape));
    this.on(Spot, (x: Spot | TensorBatch, by: number) => onBatch((tensor) => shift(tensor, by))(x));
  }

  protected override beforeCall(_x: unknown, { random }: Call): number {
    return random.normal() * 0.1;
  }
}
