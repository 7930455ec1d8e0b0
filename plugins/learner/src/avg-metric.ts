import type { MetricBatch, MetricFunc } from "@fastap/kernel";
import type { ResumableMetric } from "./metric-state.ts";
import { checksTargets } from "./target-check.ts";

/** Averages a metric of one batch over a phase, weighted by batch size. `@source fastai.learner.AvgMetric` */
export class AvgMetric implements ResumableMetric {
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

  async accumulate(batch: MetricBatch): Promise<void> {
    const value = await this.#of(batch);
    if (Number.isNaN(value) && skipsNaN(this.#func)) return;
    this.#total += value * batch.size;
    this.#count += batch.size;
  }

  /** Throws what `accumulate` would, and keeps nothing. */
  async tryOn(batch: MetricBatch): Promise<void> {
    await this.#of(batch);
  }

  state(): readonly [total: number, count: number] {
    return [this.#total, this.#count];
  }

  restore(state: unknown): void {
    [this.#total, this.#count] = state as ReturnType<this["state"]>;
  }

  value(): number | undefined {
    return this.#count === 0 ? undefined : this.#total / this.#count;
  }

  async #of({ pred, yb, engine }: MetricBatch): Promise<number> {
    const [targ] = yb;
    const func = this.#func;
    if (targ !== undefined && checksTargets(func)) func.checkTargets(pred, targ, await engine.read(targ), func.name);
    const scalar = func(pred, ...yb);
    const [value = NaN] = await engine.read(scalar);
    scalar.dispose();
    return value;
  }
}

/** A metric that is NaN where a batch has nothing for it to judge, as `foregroundAcc`: such a batch does not count. */
function skipsNaN(func: MetricFunc): boolean {
  return "skipsNaN" in func && func.skipsNaN === true;
}
