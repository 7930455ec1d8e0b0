import type { Run } from "@fastap/kernel";
import { tensor, tensor1d } from "@tensorflow/tfjs-core";
import { boxAround, maskOf, outside } from "./box.ts";
import type { Draws } from "./draws.ts";
import { E_MIXUP_IMAGES } from "./errors.ts";
import { lerp } from "./lerp.ts";
import { MixHandler } from "./mix-handler.ts";
import { paste } from "./paste.ts";

export interface CutMixOptions {
  /** Of Beta(alpha, alpha), that the share of the batch comes from; default 1. */
  readonly alpha?: number;
  /** Default: the run's generator. */
  readonly draws?: Draws;
}

/** Trains on images that hold a box of another one, the same box in a whole batch. `@source fastai.callback.mixup.CutMix, Yun et al. 2019` */
export class CutMix extends MixHandler {
  readonly name: string = "cutMix";

  /** @throws E_MIXUP_IMAGES unless the first input is `[batch, height, width, channels]` */
  beforeBatch(run: Run): void {
    const { draws } = this;
    const [x, ...rest] = run.xb;
    if (x === undefined || x.shape.length !== 4) throw E_MIXUP_IMAGES({ received: x?.shape });
    const [n = 0, height = 0, width = 0] = x.shape;
    const [share = 0] = draws.beta(1);
    const order = draws.permutation(n);
    const [cx, cy] = [draws.int(width), draws.int(height)];
    const image = { height, width };
    const box = boxAround(image, share, cx, cy);
    const mask = tensor(maskOf(image, box), [1, height, width, 1], "float32");
    const [other = x] = this.partners([x], order);
    run.xb = [paste(x, other, mask), ...rest];
    this.lam = [Math.fround(outside(image, box))];
    const lam = tensor1d([...this.lam], "float32");
    this.mix(run, { partners: this.partners(run.yb, order), lam }, (own, partner) => lerp(own, partner, lam));
  }
}

/** @throws E_MIXUP_OPTION */
export function cutMix({ alpha = 1, draws }: CutMixOptions = {}): CutMix {
  return new CutMix(alpha, draws);
}
