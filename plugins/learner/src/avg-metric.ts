import type { Metric, MetricBatch, MetricFunc } from "@fastap/kernel";

/** Averages a metric of one batch over a phase, weighted by batch size. `@source fastai.learner.AvgMetric` */
export class AvgMetric implements Metric {
  readonly name: string;
  readonly #func: MetricFunc;
  #total = 0;
  #count = 0;

  constructor(func: MetricFunc) {
    this.name = func.name;
    this.#func = func;
  }

  reset(): void {
    this.#total = 0;
    this.#count = 0;
  }

  async accumulate({ pred, yb, size, engine }: MetricBatch): Promise<void> {
    const scalar = this.#func(pred, ...yb);
    const [value = NaN] = await engine.read(scalar);
    scalar.dispose();
    this.#total += value * size;
    this.#count += size;
  }

  value(): number | undefined {
    return this.#count === 0 ? undefined : this.#total / this.#count;
  }
}
