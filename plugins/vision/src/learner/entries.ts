import type { Entry, Host, Model } from "@fastap/kernel";
import type { LearnerMaker } from "@fastap/plugin-learner";
import { architectureOf } from "../models/architecture.ts";
import type { Architecture } from "../models/architecture.ts";
import { createUnet } from "../models/create-unet.ts";
import { createVisionModel } from "../models/create-vision-model.ts";
import { configOptions } from "./config-options.ts";
import { unetLearner } from "./unet-learner.ts";
import { visionLearner } from "./vision-learner.ts";

/** What a config may name as `task.model` to train with pretrained weights. */
export const learnerEntries: readonly Entry<LearnerMaker>[] = [
  {
    name: "visionLearner",
    make(raw, host) {
      const { arch, ...options } = configOptions("visionLearner", raw);
      return (dls, learner, start) => visionLearner(host, dls, arch, { ...options, ...learner, ...start });
    },
  },
  {
    name: "unetLearner",
    make(raw, host) {
      const { arch, ...options } = configOptions("unetLearner", raw);
      return (dls, learner, start) => unetLearner(host, dls, arch, { ...options, ...learner, ...start });
    },
  },
];

/** Bodies with heads, and U-Nets, without weights: what an exported Learner names. */
export const modelEntries: readonly Entry<Model>[] = [
  {
    name: "visionModel",
    make(raw, host) {
      const { arch, nOut, ...options } = configOptions("visionModel", raw);
      return createVisionModel(architectureOf(host, arch), nOut, options);
    },
  },
  {
    name: "unetModel",
    make(raw, host) {
      const { arch, nOut, imgSize, ...options } = configOptions("unetModel", raw);
      return createUnet(architectureOf(host, arch), nOut, imgSize, options);
    },
  },
];

/** Puts an architecture into the registry, and under its name into that of models: the whole classifier, without weights. */
export function contributeArchitecture(host: Host, arch: Architecture): void {
  const kind = arch.name.startsWith("resnet") ? "resnet" : "classifier";
  host.contribute("architectures", { name: arch.name, make: () => arch });
  host.contribute("models", { name: arch.name, make: (raw) => arch.make(configOptions(kind, raw, arch.name)) });
}
