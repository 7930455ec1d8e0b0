import type { Entry, HyperValue } from "@fastap/kernel";
import { methodOptions, type Learner, type LearnerMethod } from "@fastap/plugin-learner";
import { fineTune, type FineTuneOptions } from "./fine-tune.ts";
import { fitFlatCos, type FlatCosOptions } from "./fit-flat-cos.ts";
import { fitOneCycle, type OneCycleOptions } from "./fit-one-cycle.ts";
import { lrFind, type LrFindOptions } from "./lr-find.ts";
import { fitSgdr, type SgdrOptions } from "./fit-sgdr.ts";

const FIT = { nEpoch: "count", wd: "hyper", resetOpt: "boolean", startEpoch: "number", resume: "resume" } as const;
const CYCLE = { ...FIT, div: "number", divFinal: "number", pctStart: "share", moms: "triple" } as const;

const oneCycle: LearnerMethod = {
  bind: (learner) => (nEpoch: number, lrMax?: HyperValue, options?: OneCycleOptions) => fitOneCycle(learner, nEpoch, lrMax, options),
  async fromConfig(learner, raw) {
    const { nEpoch = 1, lrMax, ...options } = methodOptions("fitOneCycle", raw, { ...CYCLE, lrMax: "hyper" });
    await fitOneCycle(learner, nEpoch, lrMax, options);
  },
};

const flatCos: LearnerMethod = {
  bind: (learner) => (nEpoch: number, lr?: HyperValue, options?: FlatCosOptions) => fitFlatCos(learner, nEpoch, lr, options),
  async fromConfig(learner, raw) {
    const spec = { ...FIT, lr: "hyper", divFinal: "number", pctStart: "share" } as const;
    const { nEpoch = 1, lr, ...options } = methodOptions("fitFlatCos", raw, spec);
    await fitFlatCos(learner, nEpoch, lr, options);
  },
};

const sgdr: LearnerMethod = {
  bind: (learner) => (nCycles: number, cycleLen: number, lrMax?: HyperValue, options?: SgdrOptions) =>
    fitSgdr(learner, nCycles, cycleLen, lrMax, options),
  async fromConfig(learner, raw) {
    const { nEpoch: _, ...fit } = FIT;
    const spec = { ...fit, nCycles: "count", cycleLen: "count", cycleMult: "number", lrMax: "hyper" } as const;
    const { nCycles = 1, cycleLen = 1, lrMax, ...options } = methodOptions("fitSgdr", raw, spec);
    await fitSgdr(learner, nCycles, cycleLen, lrMax, options);
  },
};

const tune: LearnerMethod = {
  bind: (learner: Learner) => (epochs: number, options?: FineTuneOptions) => fineTune(learner, epochs, options),
  async fromConfig(learner, raw) {
    const spec = { ...CYCLE, baseLr: "number", freezeEpochs: "countOrNone", lrMult: "number" } as const;
    const { nEpoch = 1, ...options } = methodOptions("fineTune", raw, spec);
    await fineTune(learner, nEpoch, options);
  },
};

const find: LearnerMethod = { bind: (learner: Learner) => (options?: LrFindOptions) => lrFind(learner, options) };

/** What the plugin contributes. */
export const methodEntries: readonly Entry<LearnerMethod>[] = [
  { name: "fitOneCycle", make: () => oneCycle },
  { name: "fitFlatCos", make: () => flatCos },
  { name: "fitSgdr", make: () => sgdr },
  { name: "fineTune", make: () => tune },
  { name: "lrFind", make: () => find },
];
