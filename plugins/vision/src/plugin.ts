import { definePlugin, type Plugin } from "@fastap/kernel";
import { taskCleaner } from "./cleaner/cleaner.ts";
import { namedTransforms } from "./augment/named-transforms.ts";
import { namedDatasets } from "./data/named-datasets.ts";
import { contributeArchitecture, learnerEntries, modelEntries } from "./learner/entries.ts";
import { architectures } from "./models/architectures.ts";
import { contributeDisplays } from "./show/contribute-displays.ts";
import { weightStore } from "./weights/fetch-weights.ts";
import { weightFiles } from "./weights/weight-files.ts";

/** Images: what a config may name of them. */
export const vision: Plugin<"vision"> = definePlugin({
  meta: {
    name: "vision",
    version: "0.1.0",
    kernel: "^0.1.0",
    provides: ["displays", "transforms", "datasets", "architectures", "weights", "learners", "cleaner", "fileStore"],
    requires: ["engine", "random", "models"],
  },
  apply(host) {
    contributeDisplays(host);
    host.provide("cleaner", () => taskCleaner(host));
    host.provide("fileStore", () => weightStore(host));
    for (const entry of namedTransforms) host.contribute("transforms", entry);
    for (const entry of namedDatasets) host.contribute("datasets", entry);
    for (const arch of architectures) contributeArchitecture(host, arch);
    for (const weights of weightFiles) host.contribute("weights", { name: weights.name, make: () => weights });
    for (const entry of modelEntries) host.contribute("models", entry);
    for (const entry of learnerEntries) host.contribute("learners", entry);
  },
});
