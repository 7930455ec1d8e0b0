import { describeBackend, describeEngine, describePlugin } from "@fastap/contract";
import { type AnyPlugin, type Backend, createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendNodeGpu } from "@fastap/plugin-backend-node-gpu";
import { backendNative } from "@fastap/plugin-backend-native";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { backendWebgpu } from "@fastap/plugin-backend-webgpu";
import { checkpoint } from "@fastap/plugin-checkpoint";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { inspect } from "@fastap/plugin-inspect";
import { interpretation } from "@fastap/plugin-interpretation";
import { learner } from "@fastap/plugin-learner";
import { loggerCsv } from "@fastap/plugin-logger-csv";
import { loggerTensorboard } from "@fastap/plugin-logger-tensorboard";
import { loggerWandb } from "@fastap/plugin-logger-wandb";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { mixup } from "@fastap/plugin-mixup";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { progress } from "@fastap/plugin-progress";
import { schedulers } from "@fastap/plugin-schedulers";
import { trackers } from "@fastap/plugin-trackers";
import { training } from "@fastap/plugin-training";
import { vision } from "@fastap/plugin-vision";
import * as tf from "@tensorflow/tfjs-core";
import { manifestOf, packageFolders, root } from "./architecture/house.ts";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

/** Our own packages pass what we ask of third parties. */
const plugins: readonly AnyPlugin[] = [
  backendCpu,
  backendNodeGpu,
  backendNative,
  backendWasm,
  backendWebgpu,
  checkpoint,
  data,
  engineTfjs,
  inspect,
  interpretation,
  learner,
  loggerCsv,
  loggerTensorboard,
  loggerWandb,
  losses,
  metrics,
  mixup,
  nn,
  optimizers,
  progress,
  schedulers,
  trackers,
  training,
  vision,
];
const ground: readonly AnyPlugin[] = [engineTfjs, backendCpu];
const packageUrl = (name: string): URL => new URL(`plugins/${name}/package.json`, pathToFileURL(root));
/** tfjs-core keeps its engine there. */
const globals = ["_tfGlobals", "_tfengine"];
/** Options that a plugin needs so that its test writes nowhere else. */
const scratch = join(tmpdir(), `fastap-contract-${process.pid}`);
const options: Readonly<Record<string, unknown>> = {
  checkpoint: { dir: join(scratch, "checkpoints") },
  "logger-csv": { fname: join(scratch, "history.csv") },
  "logger-tensorboard": { logDir: join(scratch, "tensorboard") },
};
/** Logs to a service: its own tests have one to talk to. */
const noRun: ReadonlySet<string> = new Set(["logger-wandb"]);
after(() => rm(scratch, { recursive: true, force: true }));
const prepare = (): Promise<unknown> => import("@tensorflow/tfjs-layers");

for (const plugin of plugins) {
  const companions = ground.filter((p) => p !== plugin);
  const given = options[plugin.meta.name];
  describePlugin(plugin, {
    ...(noRun.has(plugin.meta.name) ? { parts: false } : {}),
    ...(given === undefined ? {} : { options: given }),
    companions,
    config: { backend: "cpu", seed: 1 },
    globals,
    packageUrl: packageUrl(plugin.meta.name),
  });
}

for (const name of ["cpu", "wasm", "native"]) describeBackend(name, () => backendOf(name), { tf, prepare });

for (const backend of ["cpu", "wasm"]) {
  describe(`engine-tfjs on ${backend}`, () => {
    describeEngine(async () => {
      const host = await createHost({ plugins: [engineTfjs, backendCpu, backendWasm], config: { backend, seed: 1 } });
      return { engine: host.resolve("engine"), dispose: () => host[Symbol.asyncDispose]() };
    });
  });
}

async function backendOf(name: string): Promise<Backend> {
  await using host = await createHost({
    plugins: [engineTfjs, backendCpu, backendWasm, backendNative],
    config: { backend: "cpu", seed: 1 },
  });
  return host.registry("backends").make(name);
}

describe("first-party plugins", () => {
  it("are all held to the contract", () => {
    const folders = packageFolders().filter((f) => f.startsWith("plugins/") && manifestOf(f).peerDependencies !== undefined);
    const libraries = ["plugins/cli", "plugins/config", "plugins/display"];
    expect(plugins.map((p) => `plugins/${p.meta.name}`)).to.have.members(folders.filter((f) => !libraries.includes(f)));
  });
});
