import type { LrFindOptions, LrFindResult } from "./lr-find.ts";
import type { HyperValue } from "@fastap/kernel";
import type { FineTuneOptions } from "./fine-tune.ts";
import type { FlatCosOptions } from "./fit-flat-cos.ts";
import type { OneCycleOptions } from "./fit-one-cycle.ts";
import type { SgdrOptions } from "./fit-sgdr.ts";

declare module "@fastap/plugin-learner" {
  interface LearnerMethods {
    fitOneCycle(nEpoch: number, lrMax?: HyperValue, options?: OneCycleOptions): Promise<void>;
    fitFlatCos(nEpoch: number, lr?: HyperValue, options?: FlatCosOptions): Promise<void>;
    fitSgdr(nCycles: number, cycleLen: number, lrMax?: HyperValue, options?: SgdrOptions): Promise<void>;
    lrFind(options?: LrFindOptions): Promise<LrFindResult>;
    fineTune(epochs: number, options?: FineTuneOptions): Promise<void>;
  }
}
