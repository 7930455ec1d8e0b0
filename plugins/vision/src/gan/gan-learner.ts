import type { DataLoaders, Host, LossFunc, Metric, Tensor } from "@fastap/kernel";
import { Learner } from "@fastap/plugin-learner";
import type { LearnerOptions } from "@fastap/plugin-learner";
import type { Module } from "@fastap/plugin-nn";
import { mean, sub } from "@tensorflow/tfjs-core";
import { adaptiveLoss, ganLossFromFunc } from "./adaptive-loss.ts";
import { ganImages } from "./gan-images.ts";
import { GANLoss } from "./gan-loss.ts";
import type { CritLossFunc, GenLossFunc } from "./gan-loss.ts";
import { GANModule } from "./gan-module.ts";
import { fixedGANSwitcher } from "./gan-switchers.ts";
import type { GANSwitcher } from "./gan-switchers.ts";
import { GANTrainer } from "./gan-trainer.ts";
import type { GANTrainerOptions } from "./gan-trainer.ts";

export interface GANLearnerOptions extends Omit<LearnerOptions, "lossFunc">, GANTrainerOptions {
  /** Default: in turns, one batch each. */
  readonly switcher?: GANSwitcher;
  /** Directory for a PNG after every epoch of what the generator made last, below the Learner's path; default none. */
  readonly showImg?: string;
}

/** Two losses: of the generator and of the critic. */
export interface GANLosses {
  readonly gen: GenLossFunc;
  readonly crit: CritLossFunc;
}

/** Trains a generator and a critic against each other; x is what the generator starts from, y the real image. @source fastai.vision.gan.GANLearner */
export class GANLearner extends Learner {
  readonly trainer: GANTrainer;
  readonly gan: GANModule;

  /** @throws E_NAME_UNKNOWN */
  constructor(
    host: Host,
    dls: DataLoaders,
    networks: { readonly generator: Module; readonly critic: Module },
    losses: GANLosses,
    options: GANLearnerOptions = {},
  ) {
    const {
      switcher = fixedGANSwitcher(),
      switchEval = true,
      clip = null,
      beta = 0.98,
      genFirst = false,
      showImg,
      cbs = [],
      metrics = [],
      ...rest
    } = options;
    const gan = new GANModule(networks.generator, networks.critic);
    const trainer = new GANTrainer(gan, { switchEval, clip, beta, genFirst });
    const lossFunc = new GANLoss(losses.gen, losses.crit, gan);
    const all = [...metrics, lossMetric("gen_loss", () => trainer.genLoss), lossMetric("crit_loss", () => trainer.critLoss)];
    const images = showImg === undefined ? [] : [ganImages(trainer, showImg)];
    super(host, dls, gan, { ...rest, lossFunc, metrics: all, cbs: [trainer, switcher(trainer), ...images, ...cbs] });
    [this.trainer, this.gan] = [trainer, gan];
  }

  /** Wasserstein: the critic, its weights clipped, tells how real an image is; five of its batches for one of the generator's. @source fastai.vision.gan.GANLearner.wgan; Arjovsky et al. 2017 */
  static wgan(
    host: Host,
    dls: DataLoaders,
    networks: { readonly generator: Module; readonly critic: Module },
    options: GANLearnerOptions = {},
  ): GANLearner {
    const losses: GANLosses = {
      gen: (fakePred) => mean(fakePred),
      crit: (realPred, fakePred) => sub(mean(realPred), mean(fakePred)),
    };
    const defaults = { switcher: fixedGANSwitcher({ nCrit: 5, nGen: 1 }), clip: 0.01, switchEval: false };
    return new GANLearner(host, dls, networks, losses, { ...defaults, ...options });
  }

  /** From a Learner of images and one of a critic: their models and losses, the first one's data. @source fastai.vision.gan.GANLearner.from_learners */
  static fromLearners(
    host: Host,
    networks: { readonly generator: Learner; readonly critic: Learner },
    { weightsGen, ...options }: GANLearnerOptions & { readonly weightsGen?: readonly [critic: number, image: number] } = {},
  ): GANLearner {
    const { generator, critic } = networks;
    const losses = ganLossFromFunc(twoArgs(generator.lossFunc), adaptiveLoss(critic.lossFunc), weightsGen);
    return new GANLearner(host, generator.dls, { generator: generator.model as Module, critic: critic.model as Module }, losses, options);
  }
}

function twoArgs(loss: LossFunc): (output: Tensor, target: Tensor) => Tensor {
  return (output, target) => loss.forward(output, target);
}

/** What the trainer knows, in the table of epochs. */
function lossMetric(name: string, value: () => number | undefined): Metric {
  return { name, reset: () => undefined, accumulate: () => undefined, value };
}
