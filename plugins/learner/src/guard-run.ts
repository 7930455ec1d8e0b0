import { Stage, type Run } from "@fastap/kernel";
import { batchId, whereOf, type BatchId } from "./batch-items.ts";
import { E_LEARNER_GRADIENT_NOT_FINITE, E_LEARNER_LOSS_NOT_FINITE, E_LEARNER_WEIGHT_NOT_FINITE } from "./errors.ts";
import { findNotFinite } from "./find-not-finite.ts";
import { firstBroken, GoodWeights } from "./good-weights.ts";
import type { LossReader } from "./loss-reader.ts";
import { checksTargets } from "./target-check.ts";
import { TimeShare } from "./time-share.ts";

/** In the first steps of a fit good weights are kept at each where a model has at most so many elements. */
const FIRST = { steps: 64, elements: 65_536 };
/** Share of the time of a fit, after that. */
const COPIES = 0.005;
/** Behind every callback: what comes after could break what was found whole. */
const LAST = Number.MAX_SAFE_INTEGER;
/** Batches that an error names, where several make a step. */
const MOST_BATCHES = 16;

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
 * Stops a fit at a loss, gradient or weight that is NaN or infinite. Loss and gradients are looked at before every step, so it is never
 * taken with a broken one. A weight that a callback or an overflow breaks shows in the next loss, or at the end of an epoch's training;
 * then the model is put back to the last copy that was finite. Copies are made then, and as often as a small share of the time allows, or
 * before `every` step.
 */
export class StepGuard {
  readonly #reader: LossReader;
  readonly #every: boolean;
  readonly #good: GoodWeights = new GoodWeights();
  readonly #copies: TimeShare = new TimeShare(COPIES);
  /** Batches whose gradients are in the next step. */
  readonly #batches: BatchId[] = [];
  /** Of the last step. */
  #last: readonly BatchId[] = [];
  #elements: number | undefined;

  constructor(reader: LossReader, every: boolean) {
    this.#reader = reader;
    this.#every = every;
  }

  tap({ hooks }: Run): void {
    hooks.afterBackward.tapPromise({ name: "learner/finite", stage: Stage.setup }, (run) => this.#checkLoss(run));
    hooks.beforeStep.tapPromise({ name: "learner/finite", stage: LAST }, (run) => this.#beforeStep(run));
    hooks.afterTrain.tapPromise({ name: "learner/finite", stage: LAST }, async (run) => (run.probe === true ? undefined : this.#keep(run)));
  }

  async #checkLoss(run: Run): Promise<void> {
    this.#batches.push(batchId(run));
    if (this.#batches.length > MOST_BATCHES) this.#batches.shift();
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
    const found = findNotFinite(run.engine, [...run.grads.values()]);
    const broken = typeof found === "number" ? found : await found; // no turn is waited for where the answer is there
    if (broken >= 0) throw await gradientError(run, broken, this.#batches);
    if (this.#copyDue(run)) await this.#copies.spend(() => this.#keep(run));
    this.#last = this.#batches.splice(0);
  }

  #copyDue({ model, trainIter }: Run): boolean {
    this.#elements ??= model.parameters().reduce((sum, { value }) => sum + value.size, 0);
    const keeps = trainIter === 0 || (trainIter < FIRST.steps && this.#elements <= FIRST.elements);
    return this.#every || keeps || this.#copies.due;
  }

  async #keep(run: Run): Promise<void> {
    const param = await this.#good.keep(run);
    if (param !== undefined) throw this.#weightError(param, (await this.#good.putBack(run)).step);
  }

  #weightError(param: string, step: number | undefined): Error {
    return E_LEARNER_WEIGHT_NOT_FINITE({ param, restored: step, where: this.#last.length === 0 ? undefined : whereOfAll(this.#last) });
  }
}

async function gradientError(run: Run, index: number, batches: readonly BatchId[]): Promise<Error> {
  const [param = "", grad] = [...run.grads][index] ?? [];
  const value = grad === undefined ? undefined : firstBroken(await run.engine.read(grad));
  return E_LEARNER_GRADIENT_NOT_FINITE({ param, value: value ?? NaN, step: run.trainIter, where: whereOfAll(batches) });
}

function whereOfAll(batches: readonly BatchId[]): string {
  return batches.map((batch) => whereOf(batch)).join("; ");
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
