import { Stage, type Run } from "@fastap/kernel";
import { batchId, whereOf, type BatchId } from "./batch-items.ts";
import { E_LEARNER_GRADIENT_NOT_FINITE, E_LEARNER_LOSS_NOT_FINITE, E_LEARNER_WEIGHT_NOT_FINITE } from "./errors.ts";
import { isFiniteNorm } from "./finite-norm.ts";
import { firstBroken, GoodWeights } from "./good-weights.ts";
import type { LossReader } from "./loss-reader.ts";
import { checksTargets } from "./target-check.ts";
import { TimeShare } from "./time-share.ts";

/** In the first steps of a fit all gradients are looked at, and good weights kept where a model has at most so many elements. */
const FIRST = { steps: 64, elements: 65_536 };
/** Shares of the time of a fit, after that. */
const LOOKS = 0.008;
const COPIES = 0.005;

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
 * Stops a fit at a loss, gradient or weight that is NaN or infinite, before the step where it can be known. Gradients are looked at as often as
 * a small share of the time allows, or at `every` step; what slips through is seen by the next loss, and then the model is put back to the last
 * copy that was finite.
 */
export class StepGuard {
  readonly #reader: LossReader;
  readonly #every: boolean;
  readonly #good: GoodWeights = new GoodWeights();
  readonly #looks: TimeShare = new TimeShare(LOOKS);
  readonly #copies: TimeShare = new TimeShare(COPIES);
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
    if (looks) await this.#looks.spend(() => checkGradients(run));
    const broken = copies ? await this.#copies.spend(() => this.#good.keep(run)) : undefined;
    if (broken !== undefined) throw this.#weightError(broken, (await this.#good.putBack(run)).step);
    this.#last = batchId(run);
  }

  #due({ model, trainIter }: Run): { readonly looks: boolean; readonly copies: boolean } {
    this.#elements ??= model.parameters().reduce((sum, { value }) => sum + value.size, 0);
    const first = trainIter < FIRST.steps;
    const keeps = trainIter === 0 || (first && this.#elements <= FIRST.elements);
    return { looks: this.#every || first || this.#looks.due, copies: this.#every || keeps || this.#copies.due };
  }

  #weightError(param: string, step: number | undefined): Error {
    const last = this.#last;
    return E_LEARNER_WEIGHT_NOT_FINITE({ param, restored: step, where: last === undefined ? undefined : whereOf(last) });
  }
}

/** The norm over all of them tells in one pass whether to look closer. */
async function checkGradients(run: Run): Promise<void> {
  if (!(await isFiniteNorm(run.engine, [...run.grads.values()]))) await nameBroken(run);
}

/** A norm may be infinite and all gradients finite. */
async function nameBroken(run: Run): Promise<void> {
  for (const [param, grad] of run.grads) {
    const value = firstBroken(await run.engine.read(grad));
    if (value !== undefined) throw E_LEARNER_GRADIENT_NOT_FINITE({ param, value, step: run.trainIter, where: whereOf(batchId(run)) });
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
