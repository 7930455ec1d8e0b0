import type { Entry, Host, Model } from "@fastap/kernel";
import type { LearnerMaker } from "@fastap/plugin-learner";
import { architectureOf } from "../models/architecture.ts";
import type { Architecture } from "../models/architecture.ts";
import { createUnet } from "../models/create-unet.ts";
import { createVisionModel } from "../models/create-vision-model.ts";
import { addressOf, fetchWeights } from "../weights/fetch-weights.ts";
import { findWeights } from "../weights/find-weights.ts";
import { configOptions } from "./config-options.ts";
import { unetLearner } from "./unet-learner.ts";
import { visionLearner } from "./vision-learner.ts";
import type { TransferOptions } from "./vision-learner.ts";

/** What a config may name as `task.model` to train with pretrained weights. */
export const learnerEntries: readonly Entry<LearnerMaker>[] = [
  {
    name: "visionLearner",
    make(raw, host) {
      const { arch, ...options } = configOptions("visionLearner", raw);
      return async (dls, learner, start) => {
        await fetchAbsent(host, arch, { ...options, ...start });
        return visionLearner(host, dls, arch, { ...options, ...learner, ...start });
      };
    },
  },
  {
    name: "unetLearner",
    make(raw, host) {
      const { arch, ...options } = configOptions("unetLearner", raw);
      return async (dls, learner, start) => {
        await fetchAbsent(host, arch, { ...options, ...start });
        return unetLearner(host, dls, arch, { ...options, ...learner, ...start });
      };
    },
  },
];

/** Fetches the weights that are wanted and not here, where their address is known. */
async function fetchAbsent(host: Host, arch: string, { pretrained = true, readWeights = true, weights }: TransferOptions): Promise<void> {
  const name = weights ?? architectureOf(host, arch).weights;
  if (!pretrained || !readWeights || typeof name !== "string" || !host.registry("weights").names().includes(name)) return;
  const file = host.registry("weights").make(name);
  if (findWeights(host, file).file === undefined && addressOf(file) !== undefined) await fetchWeights(host, name);
}

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
