import type { Engine, Tensor } from "@fastap/kernel";

/** Reads the loss of a batch once, however many ask. */
export class LossReader {
  readonly #engine: Engine;
  #tensor: Tensor | undefined;
  #value = NaN;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The loss, or the mean of an unreduced one. */
  async read(loss: Tensor): Promise<number> {
    if (loss !== this.#tensor) {
      const values = await this.#engine.read(loss);
      let sum = 0;
      for (const value of values) sum += value;
      this.#value = sum / values.length;
      this.#tensor = loss;
    }
    return this.#value;
  }
}
