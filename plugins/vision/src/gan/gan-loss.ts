import type { LossFunc, Pred, Tensor } from "@fastap/kernel";
import type { GANModule } from "./gan-module.ts";

/** Of what the critic says of the generated images, these, and the real ones: a scalar. */
export type GenLossFunc = (fakePred: Tensor, output: Tensor, target: Tensor) => Tensor;
/** Of what the critic says of real and of generated images: a scalar. */
export type CritLossFunc = (realPred: Tensor, fakePred: Tensor) => Tensor;

/** The loss of whichever network the module is switched to; the other one is asked, not trained. @source fastai.vision.gan.GANLoss */
export class GANLoss implements LossFunc {
  readonly name: string = "ganLoss";
  readonly yInt: boolean = false;
  readonly reduction = "mean" as const;
  readonly #gen: GenLossFunc;
  readonly #crit: CritLossFunc;
  readonly #model: GANModule;

  constructor(genLossFunc: GenLossFunc, critLossFunc: CritLossFunc, model: GANModule) {
    [this.#gen, this.#crit, this.#model] = [genLossFunc, critLossFunc, model];
  }

  /** In generator mode the output and the real image; in critic mode what it says of the real image, and the generator's input. */
  forward(pred: Pred, ...yb: readonly Tensor[]): Tensor {
    const { generator, critic, genMode } = this.#model;
    const output = pred as Tensor;
    if (genMode) return this.#gen(critic.forward(output) as Tensor, output, yb[0] ?? output);
    return this.#crit(output, critic.forward(generator.forward(...yb) as Tensor) as Tensor);
  }

  withReduction(): LossFunc {
    return this;
  }

  activation(pred: Pred): Pred {
    return pred;
  }

  decodes(pred: Pred): Pred {
    return pred;
  }
}
