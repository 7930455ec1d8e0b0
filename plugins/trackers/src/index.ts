export { EarlyStopping, earlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { directionOf, improves, type Direction } from "./monitor.ts";
export { trackers } from "./plugin.ts";
export { ReduceLROnPlateau, reduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.ts";
export { SaveModel, saveModel, type SaveModelOptions } from "./save-model.ts";
export { terminateOnNaN } from "./terminate-on-nan.ts";
export { Tracker, tracker, type TrackerOptions } from "./tracker.ts";
