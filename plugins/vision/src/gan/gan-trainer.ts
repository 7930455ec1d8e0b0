import type { Callback, Run } from "@fastap/kernel";
import type { HostArray } from "@fastap/plugin-learner";
import { clipByValue, tidy, Variable } from "@tensorflow/tfjs-core";
import type { GANModule } from "./gan-module.ts";

export interface GANTrainerOptions {
  /** Evaluate the network that is not trained; default false. */
  readonly switchEval?: boolean;
  /** Hold the critic's weights to ±clip. */
  readonly clip?: number | null;
  /** Of the moving averages of the losses; default 0.98. */
  readonly beta?: number;
  /** Train the generator first; default false. */
  readonly genFirst?: boolean;
}

/** Which network is trained when, and how it went. @source fastai.vision.gan.GANTrainer */
export class GANTrainer implements Callback {
  readonly name: string = "ganTrainer";
  /** Debiased moving averages, one after every batch that trained it. */
  readonly genLosses: number[] = [];
  readonly critLosses: number[] = [];
  /** Images of the last batch that trained the generator. */
  lastGen: HostArray | undefined;
  genMode: boolean;
  readonly #model: GANModule;
  readonly #options: Required<GANTrainerOptions>;

  constructor(model: GANModule, { switchEval = false, clip = null, beta = 0.98, genFirst = false }: GANTrainerOptions = {}) {
    this.#model = model;
    this.#options = { switchEval, clip, beta, genFirst };
    this.genMode = genFirst;
  }

  get genLoss(): number | undefined {
    return this.genLosses.at(-1);
  }

  get critLoss(): number | undefined {
    return this.critLosses.at(-1);
  }

  beforeFit(): void {
    this.genLosses.length = 0;
    this.critLosses.length = 0;
    this.switch(this.#options.genFirst);
  }

  beforeEpoch(): void {
    this.switch(this.genMode);
  }

  beforeValidate(): void {
    this.switch(true);
  }

  /** The critic looks at the real image; the noise is for the loss. */
  beforeBatch(run: Run): void {
    const { clip } = this.#options;
    if (run.training && clip !== null) this.#clip(clip);
    if (!this.genMode) [run.xb, run.yb] = [run.yb, run.xb];
  }

  async afterBatch(run: Run): Promise<void> {
    if (!run.training || run.loss === undefined) return;
    const [loss = NaN] = await run.engine.read(run.loss);
    const losses = this.genMode ? this.genLosses : this.critLosses;
    losses.push(smoothed(losses, loss, this.#options.beta));
    const { pred } = run;
    if (!this.genMode || pred === undefined || !("shape" in pred)) return;
    this.lastGen = { data: Float32Array.from(await run.engine.read(pred)), shape: pred.shape };
  }

  /** To the other network, or to the one that is said: that one trains, the other one does not. */
  switch(genMode: boolean = !this.genMode): void {
    this.genMode = genMode;
    this.#model.switch(genMode);
    const { generator, critic } = this.#model;
    const [trained, asked] = genMode ? [generator, critic] : [critic, generator];
    for (const param of trained.parameters()) param.trainable = true;
    for (const param of asked.parameters()) param.trainable = false;
    if (!this.#options.switchEval) return;
    trained.train(true);
    asked.train(false);
  }

  #clip(limit: number): void {
    tidy(() => {
      for (const { value } of this.#model.critic.parameters())
        if (value instanceof Variable) value.assign(clipByValue(value, -limit, limit));
    });
  }
}

/** The next debiased moving average: the ones before had the weight 1 − betaⁿ together. */
function smoothed(before: readonly number[], loss: number, beta: number): number {
  const seen = 1 - beta ** before.length;
  return ((before.at(-1) ?? 0) * seen * beta + loss * (1 - beta)) / (1 - beta ** (before.length + 1));
}
