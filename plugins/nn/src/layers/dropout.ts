import type { Tensor } from "@fastap/kernel";
import { zerosLike } from "@tensorflow/tfjs-core";
import { E_NN_OPTION } from "../errors.ts";
import { Module } from "../module.ts";

/** In training, zeroes each value with chance `p` and scales the others by 1 / (1 − p); draws from the host's generator. @source torch.nn.Dropout */
export class Dropout extends Module {
  readonly p: number;

  /** @throws E_NN_OPTION */
  constructor(p: number = 0.5) {
    super();
    if (!(p >= 0 && p <= 1)) throw E_NN_OPTION({ of: "Dropout", option: "p", problem: `p must be from 0 to 1, not ${p}` });
    this.p = p;
  }

  protected override ops(): readonly string[] {
    return ["FastapDropout"];
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    if (!this.training || this.p === 0) return x;
    return this.p === 1 ? zerosLike(x) : this.engine.ops.dropout(x, this.p, this.random.int(2 ** 31));
  }
}
