import type { Callback, LossFunc, Run, Tensor } from "@fastap/kernel";
import { gather, tensor1d } from "@tensorflow/tfjs-core";
import { randomDraws, type Draws } from "./draws.ts";
import { E_MIXUP_OPTION } from "./errors.ts";
import { mixedLoss, type Mixture } from "./mixed-loss.ts";

/** Draws, loss and partners: what MixUp and CutMix have in common. `@source fastai.callback.mixup.MixHandler` */
export abstract class MixHandler implements Callback {
  abstract readonly name: string;
  readonly runValid: boolean = false;
  readonly alpha: number;
  readonly recipe: unknown;
  /** Targets are class numbers, so the losses are mixed and not the targets. */
  stackY = false;
  /** Share of the original, of each item or of the batch; undefined before the first batch. */
  lam: readonly number[] | undefined;
  readonly #given: Draws | undefined;
  #draws: Draws | undefined;
  #replaced: LossFunc | undefined;
  #mixture: Mixture | undefined;

  /** @throws E_MIXUP_OPTION */
  constructor(alpha: number, draws: Draws | undefined) {
    if (!(alpha > 0 && Number.isFinite(alpha)))
      throw E_MIXUP_OPTION({ callback: "mix", problem: `alpha must be above 0, not ${alpha}`, known: ["alpha"], option: "alpha" });
    this.alpha = alpha;
    this.recipe = { alpha };
    this.#given = draws;
  }

  abstract beforeBatch(run: Run): void;

  beforeTrain(run: Run): void {
    this.#draws = this.#given ?? randomDraws(run.resolve("random"), this.alpha);
    this.stackY = run.lossFunc.yInt;
    if (!this.stackY) return;
    this.#replaced = run.lossFunc;
    run.lossFunc = mixedLoss(run.lossFunc, () => this.#mixture);
  }

  afterTrain(run: Run): void {
    this.#restore(run);
  }

  afterCancelTrain(run: Run): void {
    this.#restore(run);
  }

  afterCancelFit(run: Run): void {
    this.#restore(run);
  }

  afterCancelEpoch(run: Run): void {
    this.#restore(run);
  }

  protected get draws(): Draws {
    if (this.#draws === undefined) throw new TypeError("beforeTrain has not run");
    return this.#draws;
  }

  /** The batch in the order of the partners; new tensors. */
  protected partners(tensors: readonly Tensor[], order: ArrayLike<number>): Tensor[] {
    const index = tensor1d(Int32Array.from(order), "int32");
    const found = tensors.map((tensor) => gather(tensor, index));
    index.dispose();
    return found;
  }

  /** Takes over the mixture of a batch: for the loss, or for the targets. */
  protected mix(run: Run, mixture: Mixture, lerp: (own: Tensor, other: Tensor) => Tensor): void {
    if (this.stackY) this.#mixture = mixture;
    else run.yb = run.yb.map((y, i) => lerp(y, mixture.partners[i] ?? y));
  }

  #restore(run: Run): void {
    if (this.#replaced !== undefined) run.lossFunc = this.#replaced;
    this.#replaced = undefined;
    this.#mixture = undefined;
  }
}
