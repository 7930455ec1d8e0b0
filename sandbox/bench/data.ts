// What data cost: `npm run bench:data [-- --workers 0,1,2] [--model resnet18] [--steps 4] [--json]`, with FASTAP_DATA set.
// Images a second through the whole pipeline (read, decode, resize to 128, augment as batches of 64), the best of three epochs; then
// the share of a training step on wasm that the loop waits for its batch, beside training steps on the same batches held ready.
import { parseArgs } from "node:util";
import { createHost } from "@fastap/kernel";
import type { DataLoaders, Host, Loader, Tensor } from "@fastap/kernel";
import { createLearner } from "@fastap/plugin-learner";
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
interface Waiting {
  readonly numWorkers: number;
  readonly model: string;
  readonly stepMs: number;
  readonly waitMs: number;
  /** Part of the step, 0…1. */
  readonly share: number;
}

async function withHost<T>(f: (host: Host) => Promise<T>): Promise<T> {
  const plugins = [
    ["progress", { mode: "none" }],
    ["backend-wasm", { threads: 2 }],
  ] as const;
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

/** A loader of at most `steps` batches that notes how long each was waited for, and when it came. */
function timed(loader: Loader, steps: number, waits: number[], starts: number[]): Loader {
  return {
    length: steps,
    ...(loader.nInp === undefined ? {} : { nInp: loader.nInp }),
    async *[Symbol.asyncIterator](): AsyncGenerator<readonly Tensor[]> {
      const batches = loader[Symbol.asyncIterator]();
      for (let i = 0; i < steps; i++) {
        const start = performance.now();
        const next = await batches.next();
        if (next.done === true) break;
        waits.push(performance.now() - start);
        starts.push(start);
        yield next.value;
      }
      starts.push(performance.now());
      await batches.return?.();
    },
  };
}

async function waiting(numWorkers: number, model: string, steps: number): Promise<Waiting> {
  return withHost(async (host) => {
    const dls = await flowers(host, numWorkers);
    const [waits, starts]: [number[], number[]] = [[], []];
    const train = timed(dls.train, steps + WARM_UP, waits, starts);
    const none: Loader = { length: 0, async *[Symbol.asyncIterator]() {} };
    const { vocab = [], c = 5, lossFunc = "crossEntropyLossFlat" } = dls;
    const facts: DataLoaders = { train, valid: none, loaders: [train, none], vocab, c, lossFunc };
    const learn = createLearner(host, facts, [model, { nOut: c }]);
    await learn.fit(1, 1e-3);
    const spans = starts.slice(1).map((at, i) => at - (starts[i] ?? at));
    const [stepMs, waitMs] = [median(spans.slice(WARM_UP)), median(waits.slice(WARM_UP))];
    return { numWorkers, model, stepMs: rounded(stepMs), waitMs: rounded(waitMs), share: rounded(waitMs / stepMs) };
  });
}

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "0,1,2" },
    model: { type: "string", default: "resnet18" },
    steps: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});
for (const numWorkers of values.workers.split(",").map(Number)) {
  const speed = await throughput(numWorkers);
  const { stepMs, waitMs, share } = await waiting(numWorkers, values.model, Number(values.steps));
  if (values.json) console.log(JSON.stringify({ ...speed, model: values.model, stepMs, waitMs, share }));
  else
    console.log(
      `${numWorkers} workers  ${String(speed.imagesPerSecond).padStart(5)} images/s   ${values.model} step ${stepMs.toFixed(0)} ms, ` +
        `waits ${waitMs.toFixed(1)} ms for data, ${(100 * share).toFixed(1)} %`,
    );
}
