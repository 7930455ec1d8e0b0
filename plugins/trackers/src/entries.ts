import type { Callback, Entry } from "@fastap/kernel";
import { earlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
import { E_TRACKERS_OPTION } from "./errors.ts";
import { parseOptions } from "./options.ts";
import { reduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.ts";
import { saveModel, type SaveModelOptions } from "./save-model.ts";
import { terminateOnNaN } from "./terminate-on-nan.ts";
import { tracker, TRACKER_DEFAULTS, type TrackerOptions } from "./tracker.ts";

const SAVE = { ...TRACKER_DEFAULTS, fname: "model", everyEpoch: false, atEnd: false, withOpt: false };

/** Every callback by name, with fastai's as an alias. Options of a config are checked here; `null` stands for an option left out. */
export const callbackEntries: readonly Entry<Callback>[] = [
  { name: "tracker", aliases: ["TrackerCallback"], make: (o) => tracker(checked<TrackerOptions>("tracker", TRACKER_DEFAULTS, o)) },
  {
    name: "saveModel",
    aliases: ["SaveModelCallback"],
    make: (o) => saveModel(checked<SaveModelOptions>("saveModel", everyNth(o) ? { ...SAVE, everyEpoch: 1 } : SAVE, o)),
  },
  {
    name: "earlyStopping",
    aliases: ["EarlyStoppingCallback"],
    make: (o) => earlyStopping(checked<EarlyStoppingOptions>("earlyStopping", { ...TRACKER_DEFAULTS, patience: 1 }, o)),
  },
  {
    name: "reduceLROnPlateau",
    aliases: ["ReduceLROnPlateau"],
    make: (o) =>
      reduceLROnPlateau(
        checked<ReduceLROnPlateauOptions>("reduceLROnPlateau", { ...TRACKER_DEFAULTS, patience: 1, factor: 10, minLr: 0 }, o),
      ),
  },
  {
    name: "terminateOnNaN",
    aliases: ["TerminateOnNaNCallback"],
    make: (o) => {
      if (o !== undefined && Object.keys(o as object).length > 0)
        throw E_TRACKERS_OPTION({ callback: "terminateOnNaN", problem: "takes no options", known: [] });
      return terminateOnNaN();
    },
  },
];

function checked<O>(callback: string, defaults: Parameters<typeof parseOptions>[1], raw: unknown): O {
  const { comp, ...options } = parseOptions<Record<string, number | boolean | string | null>>(callback, { ...(defaults as object) }, raw);
  return (comp === null ? options : { ...options, comp }) as O; // each was checked against the type of its default
}

function everyNth(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && "everyEpoch" in raw && typeof raw.everyEpoch === "number";
}
