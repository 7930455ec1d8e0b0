import type { Run } from "@fastap/kernel";
import { tensor1d } from "@tensorflow/tfjs-core";
import type { Draws } from "./draws.ts";
import { lerp } from "./lerp.ts";
import { MixHandler } from "./mix-handler.ts";

export interface MixUpOptions {
  /** Of Beta(alpha, alpha), that the shares come from; default 0.4. */
  readonly alpha?: number;
  /** Default: the run's generator. */
  readonly draws?: Draws;
}

/** Trains on sums of two items, with a share for each item. `@source fastai.callback.mixup.MixUp, Zhang et al. 2017` */
export class MixUp extends MixHandler {
  readonly name: string = "mixUp";

  beforeBatch(run: Run): void {
    const { xb, yb, draws } = { xb: run.xb, yb: run.yb, draws: this.draws };
    const n = yb[0]?.shape[0] ?? 0;
    this.lam = Array.from(draws.beta(n), (share) => Math.fround(Math.max(share, 1 - share)));
    const order = draws.permutation(n);
    const lam = tensor1d([...this.lam], "float32");
    const others = this.partners(xb, order);
    run.xb = xb.map((x, i) => lerp(x, others[i] ?? x, lam));
    this.mix(run, { partners: this.partners(yb, order), lam }, (own, other) => lerp(own, other, lam));
  }
}

/** @throws E_MIXUP_OPTION */
export function mixUp({ alpha = 0.4, draws }: MixUpOptions = {}): MixUp {
  return new MixUp(alpha, draws);
}
