import { Stage, type Run } from "@fastap/kernel";
import { batchId, whereOf, type BatchId } from "./batch-items.ts";
import { E_LEARNER_GRADIENT_NOT_FINITE, E_LEARNER_LOSS_NOT_FINITE, E_LEARNER_WEIGHT_NOT_FINITE } from "./errors.ts";
import { firstBroken, GoodWeights } from "./good-weights.ts";
import type { LossReader } from "./loss-reader.ts";
import { checksTargets } from "./target-check.ts";

/** Gradients up to this size are looked at in each of the first steps, larger ones rarely: that costs no step half a percent. */
const SMALL = { elements: 65_536, steps: 64, every: 16 };
const LARGE_EVERY = 128;

/** Refuses targets that name no class of the predictions, in training before the step. They are read with the loss, which is read anyway. */
export function guardTargets({ hooks }: Run): void {
  const tap = { name: "learner/targets", stage: Stage.setup };
  hooks.afterBackward.tapPromise(tap, checkTargets);
  hooks.afterBatch.tapPromise(tap, async (run) => (run.training ? undefined : checkTargets(run)));
}

async function checkTargets(run: Run): Promise<void> {
  const { pred, loss, engine } = run;
  const lossFunc = run.learner?.lossFunc ?? run.lossFunc;
  const [targ, second] = run.yb;
  if (!checksTargets(lossFunc) || targ === undefined || second !== undefined) return;
  if (pred !== undefined && loss !== undefined) lossFunc.checkTargets(pred, targ, await engine.read(targ), whereOf(batchId(run)));
}

/**
 * Stops a fit at a loss, gradient or weight that is NaN or infinite, before the step where it can be known. Gradients are looked at now and then,
 * or at `every` step; what slips through is seen by the next loss, and then the model is put back to the last copy that was finite.
 */
export class StepGuard {
  readonly #reader: LossReader;
  readonly #every: boolean;
  readonly #good: GoodWeights = new GoodWeights();
  #last: BatchId | undefined;
  #elements: number | undefined;

  constructor(reader: LossReader, every: boolean) {
    this.#reader = reader;
    this.#every = every;
  }

  tap({ hooks }: Run): void {
    hooks.afterBackward.tapPromise({ name: "learner/finite", stage: Stage.setup }, (run) => this.#checkLoss(run));
    hooks.beforeStep.tapPromise({ name: "learner/finite", stage: Stage.report + 99 }, (run) => this.#beforeStep(run));
  }

  async #checkLoss(run: Run): Promise<void> {
    if (run.loss === undefined) return;
    const loss = await this.#reader.read(run.loss);
    if (Number.isFinite(loss)) return;
    const layer = await run.model.firstNonFinite?.(...run.xb);
    const { param, step } = await this.#good.putBack(run);
    if (param !== undefined) throw this.#weightError(param, step);
    const where = whereOf(batchId(run), await brokenRows(run));
    throw E_LEARNER_LOSS_NOT_FINITE({ loss, step: run.trainIter, where, layer });
  }

  async #beforeStep(run: Run): Promise<void> {
    if (run.probe === true) return;
    const { looks, copies } = this.#due(run);
    if (looks) await checkGradients(run);
    const broken = copies ? await this.#good.keep(run) : undefined;
    if (broken !== undefined) throw this.#weightError(broken, (await this.#good.putBack(run)).step);
    this.#last = batchId(run);
  }

  #due({ model, trainIter }: Run): { readonly looks: boolean; readonly copies: boolean } {
    this.#elements ??= model.parameters().reduce((sum, { value }) => sum + value.size, 0);
    const small = this.#elements <= SMALL.elements;
    const copies = this.#every || trainIter % (small ? SMALL.every : LARGE_EVERY) === 0;
    return { copies, looks: copies || (small && trainIter < SMALL.steps) };
  }

  #weightError(param: string, step: number | undefined): Error {
    const last = this.#last;
    return E_LEARNER_WEIGHT_NOT_FINITE({ param, restored: step, where: last === undefined ? undefined : whereOf(last) });
  }
}

async function checkGradients(run: Run): Promise<void> {
  const { grads, engine } = run;
  const names = [...grads.keys()];
  const all = await Promise.all([...grads.values()].map((grad) => engine.read(grad)));
  for (const [i, values] of all.entries()) {
    const value = firstBroken(values);
    if (value !== undefined)
      throw E_LEARNER_GRADIENT_NOT_FINITE({ param: names[i] ?? "", value, step: run.trainIter, where: whereOf(batchId(run)) });
  }
}

/** Rows of the batch whose own loss is not finite; none where the loss gives no value per row. */
async function brokenRows({ engine, lossFunc, pred, yb }: Run): Promise<number[]> {
  if (pred === undefined) return [];
  const rows = yb[0]?.shape[0] ?? 1;
  return engine.scopeAsync(async () => {
    const values = await engine.read(lossFunc.withReduction("none").forward(pred, ...yb));
    const each = values.length / rows;
    if (!Number.isInteger(each)) return [];
    return Array.from({ length: rows }, (_, row) => row).filter(
      (row) => firstBroken(values.subarray(row * each, (row + 1) * each)) !== undefined,
    );
  });
}
