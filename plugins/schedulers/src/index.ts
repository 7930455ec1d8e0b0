export type * from "./augment.ts";
export { combinedCos, combineScheds } from "./combine-scheds.ts";
export { fineTune, type FineTuneOptions } from "./fine-tune.ts";
export { fitFlatCos, type FlatCosOptions } from "./fit-flat-cos.ts";
export { fitOneCycle, type OneCycleOptions } from "./fit-one-cycle.ts";
export { fitSgdr, type SgdrOptions } from "./fit-sgdr.ts";
export { paramScheduler } from "./param-scheduler.ts";
export { SchedCos, SchedExp, SchedLin, SchedNo, SchedPoly, type Level, type Sched } from "./sched.ts";
export { schedulers } from "./plugin.ts";
