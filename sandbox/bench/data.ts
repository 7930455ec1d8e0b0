// What data cost: `npm run bench:data [-- --workers 0,1,2] [--model mobilenet_v2] [--steps 4] [--json]`, with FASTAP_DATA set.
// Images a second through the whole pipeline (read, decode, resize to 128, augment as batches of 64), the best of three epochs; then
// the share of a training step on wasm that the loop waits for its batch: where the head alone is trained, the fastest step there is, and where
// all of the net is, as in most epochs of a fineTune.
import { parseArgs } from "node:util";
import { createHost } from "@fastap/kernel";
import type { AnyPlugin, DataLoaders, Host } from "@fastap/kernel";
import { visionLearner } from "@fastap/plugin-vision";
import { vision } from "@fastap/preset-vision";
import { median, rounded } from "./timing.ts";

const EPOCHS = 3;
const BS = 64;
/** Not looked at: threads start, caches fill. */
const WARM_UP = 1;

interface Throughput {
  readonly numWorkers: number;
  /** Best epoch. */
  readonly imagesPerSecond: number;
}
const parts = ["head", "all"] as const;

interface Waiting {
  readonly trains: (typeof parts)[number];
  readonly stepMs: number;
  readonly waitMs: number;
  /** Part of the step, 0…1. */
  readonly share: number;
}

async function withHost<T>(f: (host: Host) => Promise<T>, extra: readonly AnyPlugin[] = []): Promise<T> {
  const plugins = [["progress", { mode: "none" }], ["backend-wasm", { threads: 2 }], ...extra] as const;
  const host = await createHost({ presets: [vision], plugins, config: { backend: "wasm", seed: 42 } });
  try {
    return await f(host);
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

async function flowers(host: Host, numWorkers: number): Promise<DataLoaders> {
  const folder = process.env["FASTAP_DATA"];
  if (folder === undefined) throw new Error("set FASTAP_DATA to the folder that holds flowers-mini");
  // Until the augmentations of batches are registered, what is measured is decoding and resizing.
  const batchTfms = host.registry("transforms").has("augTransforms") ? ["augTransforms"] : [];
  const options = { path: `${folder}/flowers-mini`, bs: BS, numWorkers, itemTfms: [["resize", 128]], batchTfms };
  return host.registry("datasets").make(["imageFolder", options]);
}

async function throughput(numWorkers: number): Promise<Throughput> {
  return withHost(async (host) => {
    const { train } = await flowers(host, numWorkers);
    const engine = host.resolve("engine");
    const rates: number[] = [];
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      let images = 0;
      const start = performance.now();
      for await (const batch of train) {
        const [x] = batch;
        images += x?.shape[0] ?? 0;
        if (x !== undefined) await engine.read(x);
        for (const tensor of batch) tensor.dispose();
      }
      rates.push((1000 * images) / (performance.now() - start));
    }
    return { numWorkers, imagesPerSecond: Math.round(Math.max(...rates)) };
  });
}

/** Notes when each training batch was asked for and when it came: between, the loop waits for its data. Ends the fit after some. */
class Watch implements AnyPlugin {
  readonly meta = { name: "bench", version: "1.0.0", kernel: "^0.1.0" };
  readonly asked: number[] = [];
  readonly came: number[] = [];
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }
  apply(host: Host): void {
    host.hooks.run.tap("bench", ({ hooks, cancel }) => {
      hooks.beforeTrain.tap({ name: "bench", stage: 1000 }, () => void this.asked.push(performance.now()));
      hooks.beforeBatch.tap({ name: "bench", stage: -1000 }, () => void this.came.push(performance.now()));
      hooks.afterBatch.tap({ name: "bench", stage: 1000 }, () => {
        this.asked.push(performance.now());
        if (this.came.length >= this.most) cancel("fit");
      });
    });
  }
}

async function waiting(trains: Waiting["trains"], numWorkers: number, arch: string, steps: number): Promise<Waiting> {
  const watch = new Watch(steps + WARM_UP);
  const train = async (host: Host): Promise<void> => {
    const learn = visionLearner(host, await flowers(host, numWorkers), arch);
    if (trains === "all") learn.unfreeze();
    await learn.fit(1, 1e-3);
  };
  await withHost(train, [watch]);
  const { asked, came } = watch;
  const all = came.map((at, i) => ({ waitMs: at - (asked[i] ?? at), stepMs: (asked[i + 1] ?? at) - (asked[i] ?? at) }));
  const counted = all.slice(WARM_UP);
  const [stepMs, waitMs] = [median(counted.map((step) => step.stepMs)), median(counted.map((step) => step.waitMs))];
  return { trains, stepMs: rounded(stepMs), waitMs: rounded(waitMs), share: rounded(waitMs / stepMs) };
}

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "0,1,2" },
    model: { type: "string", default: "mobilenet_v2" },
    steps: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});
for (const numWorkers of values.workers.split(",").map(Number)) {
  const speed = await throughput(numWorkers);
  const waits: Waiting[] = [];
  for (const part of parts) waits.push(await waiting(part, numWorkers, values.model, Number(values.steps)));
  if (values.json) console.log(JSON.stringify({ ...speed, model: values.model, waits }));
  else console.log([`${numWorkers} workers  ${speed.imagesPerSecond} images/s`, ...waits.map(line)].join("\n"));
}

function line({ trains, stepMs, waitMs, share }: Waiting): string {
  const what = `${values.model}, ${trains === "all" ? "all of it" : "its head"} trained`;
  return `           ${what}: step ${stepMs.toFixed(0)} ms, waits ${waitMs.toFixed(1)} ms for data, ${(100 * share).toFixed(1)} %`;
}
