/** Debiased exponential moving average of the training loss. `@source fastai.learner.AvgSmoothLoss` */
export class AvgSmoothLoss {
  readonly name: string = "loss";
  readonly beta: number;
  #average = 0;
  #count = 0;

  constructor(beta: number = 0.98) {
    this.beta = beta;
  }

  /** Batches seen. */
  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#average = 0;
    this.#count = 0;
  }

  add(loss: number): void {
    this.#count++;
    this.#average = this.beta * this.#average + (1 - this.beta) * loss;
  }

  state(): readonly [average: number, count: number] {
    return [this.#average, this.#count];
  }

  restore([average, count]: readonly [average: number, count: number]): void {
    this.#average = average;
    this.#count = count;
  }

  value(): number | undefined {
    return this.#count === 0 ? undefined : this.#average / (1 - this.beta ** this.#count);
  }
}
