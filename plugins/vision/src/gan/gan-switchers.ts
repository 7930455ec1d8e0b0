import type { Callback, Run } from "@fastap/kernel";
import type { GANTrainer } from "./gan-trainer.ts";

/** How many batches; or a function of how many the other network had. */
export type Turns = number | ((others: number) => number);

/** Switches after so many batches of the critic and so many of the generator. @source fastai.vision.gan.FixedGANSwitcher */
export function fixedGANSwitcher({ nCrit = 1, nGen = 1 }: { readonly nCrit?: Turns; readonly nGen?: Turns } = {}): GANSwitcher {
  return (trainer) => {
    let [critics, generators] = [0, 0];
    return {
      name: "fixedGANSwitcher",
      order: 1,
      beforeTrain() {
        [critics, generators] = [0, 0];
      },
      afterBatch(run) {
        if (!run.training) return;
        if (trainer.genMode) generators++;
        else critics++;
        const [turns, others, done] = trainer.genMode ? [nGen, critics, generators] : [nCrit, generators, critics];
        if (done !== (typeof turns === "number" ? turns : turns(others))) return;
        trainer.switch();
        [critics, generators] = [0, 0];
      },
    };
  };
}

/** Switches when the loss of the network that trains is below its threshold; without one after every batch. @source fastai.vision.gan.AdaptiveGANSwitcher */
export function adaptiveGANSwitcher({
  genThresh = null,
  criticThresh = null,
}: { readonly genThresh?: number | null; readonly criticThresh?: number | null } = {}): GANSwitcher {
  return (trainer) => ({
    name: "adaptiveGANSwitcher",
    order: 1,
    async afterBatch(run: Run): Promise<void> {
      if (!run.training || run.loss === undefined) return;
      const threshold = trainer.genMode ? genThresh : criticThresh;
      const [loss = NaN] = await run.engine.read(run.loss);
      if (threshold === null || loss < threshold) trainer.switch();
    },
  });
}

/** Made for the trainer that it switches; acts after it. */
export type GANSwitcher = (trainer: GANTrainer) => Callback;

/** Batches of the critic learn `multLr` times faster. @source fastai.vision.gan.GANDiscriminativeLR */
export function ganDiscriminativeLR(multLr: number = 5): GANSwitcher {
  return (trainer) => {
    let before: readonly number[] | undefined;
    return {
      name: "ganDiscriminativeLR",
      order: -1,
      beforeBatch({ opt, training }) {
        if (trainer.genMode || !training || opt === undefined) return;
        before = opt.groups.map(({ hypers }) => hypers["lr"] ?? 0);
        opt.setHyper(
          "lr",
          before.map((lr) => lr * multLr),
        );
      },
      afterBatch({ opt }) {
        if (before !== undefined) opt?.setHyper("lr", before);
        before = undefined;
      },
    };
  };
}
