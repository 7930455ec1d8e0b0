/** Mean of the losses of a phase, weighted by batch size. `@source fastai.learner.AvgLoss` */
export class AvgLoss {
  readonly name: string = "loss";
  #total = 0;
  #count = 0;

  reset(): void {
    this.#total = 0;
    this.#count = 0;
  }

  /** `loss` is the mean over the `size` items of a batch. */
  add(loss: number, size: number): void {
    this.#total += loss * size;
    this.#count += size;
  }

  value(): number | undefined {
    return this.#count === 0 ? undefined : this.#total / this.#count;
  }
}
