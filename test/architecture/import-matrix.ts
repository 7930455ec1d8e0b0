/** What the sources of a package may import besides themselves, and what its package.json may depend on: the house's table as data. */
export interface Allowance {
  /** Package names; a trailing `*` matches the rest. */
  readonly packages: readonly string[];
  /** Whether `node:*` is allowed. Where not, the package runs in a browser. */
  readonly node: boolean;
}

const kernel = "@fastap/kernel";
const tfjs = "@tensorflow/tfjs-core";

const allow = (packages: readonly string[], node = false): Allowance => ({ packages: [kernel, ...packages], node });

/** By folder. */
export const importMatrix: Readonly<Record<string, Allowance>> = {
  kernel: { packages: ["awilix", "pluralize", "semver", "tapable"], node: false },
  "plugins/config": allow(["cosmiconfig", "pluralize", "zod"], true),
  "plugins/cli": allow(["@fastap/plugin-config", "@fastap/plugin-data", "commander"], true),
  "plugins/engine-tfjs": allow([tfjs, "@tensorflow/tfjs-layers", "pure-rand"]),
  "plugins/backend-cpu": allow([tfjs, "@tensorflow/tfjs-backend-cpu", "@fastap/plugin-engine-tfjs"], true),
  "plugins/backend-native": allow([tfjs, "@fastap/plugin-backend-wasm", "koffi"], true),
  "plugins/backend-wasm": allow(
    [tfjs, "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-cpu", "@fastap/plugin-engine-tfjs"],
    true,
  ),
  "plugins/backend-node-gpu": allow([tfjs, "@tensorflow/tfjs-node-gpu"], true),
  "plugins/backend-webgpu": allow([tfjs, "@tensorflow/tfjs-backend-webgpu", "webgpu"]),
  "plugins/nn": allow([tfjs], true),
  "plugins/data": allow([tfjs, "@fastap/plugin-display", "tar", "tinypool", "yauzl", "zod"], true),
  "plugins/display": allow(["@resvg/resvg-js", "dejavu-fonts-ttf", "fast-png"], true),
  "plugins/learner": allow(["@fastap/plugin-data", "@fastap/plugin-display", "@fastap/plugin-nn", "zod"], true),
  "plugins/optimizers": allow([tfjs]),
  "plugins/losses": allow([tfjs]),
  "plugins/metrics": allow([tfjs]),
  "plugins/schedulers": allow(["@fastap/plugin-learner"]),
  "plugins/trackers": allow(["@fastap/plugin-learner"]),
  "plugins/mixup": allow([tfjs]),
  "plugins/training": allow([tfjs, "@fastap/plugin-nn"]),
  "plugins/inspect": allow([tfjs, "@fastap/plugin-learner"]),
  "plugins/interpretation": allow(["@fastap/plugin-display", "@fastap/plugin-learner", "@fastap/plugin-metrics", "vega", "vega-lite"]),
  "plugins/progress": allow(["@fastap/plugin-learner"], true),
  "plugins/checkpoint": allow(["@fastap/plugin-learner", "@fastap/plugin-nn"], true),
  "plugins/logger-csv": allow(["@fastap/plugin-learner"], true),
  "plugins/logger-tensorboard": allow(["@fastap/plugin-learner"], true),
  "plugins/logger-wandb": allow(["@fastap/plugin-learner"], true),
  "plugins/vision": allow(
    [
      ...[tfjs, "@fastap/plugin-data", "@fastap/plugin-display", "@fastap/plugin-learner", "@fastap/plugin-nn"],
      ...["@rgrove/parse-xml", "papaparse", "sharp"],
    ],
    true,
  ),
  "presets/core": allow(["@fastap/plugin-*"]),
  "presets/vision": allow(["@fastap/plugin-*", "@fastap/preset-core"]),
  "test/contract": allow(["chai", "mocha", tfjs], true),
  "sandbox/third-party-plugin": allow([]),
};

/** Packages that touch the global state of tfjs. */
export function ownsTensorGlobals(folder: string): boolean {
  return /^plugins\/(engine|backend)-/.test(folder);
}

export function isAllowed(name: string, { packages }: Allowance): boolean {
  return packages.some((p) => (p.endsWith("*") ? name.startsWith(p.slice(0, -1)) : name === p));
}
