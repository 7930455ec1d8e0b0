// Run by full-heap.test.ts in a process of its own, whose heap stays at 4 GB: `full-heap.ts BACKEND`. Prints one JSON line.
import * as tf from "@tensorflow/tfjs-core";
import { createHost } from "@fastap/kernel";
import type { Host, Loader } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import { createLearner } from "@fastap/plugin-learner";
import type { Learner } from "@fastap/plugin-learner";
import { core } from "@fastap/preset-core";

interface Heap {
  _malloc(bytes: number): number;
}

/** Takes the heap but for so many bytes at most; nothing is written there, so that the machine needs no memory for it. */
function fill(left: number): void {
  const { wasm } = tf.backend() as unknown as { wasm: Heap };
  for (let bytes = 2 ** 31; bytes >= left; bytes /= 2) while (wasm._malloc(bytes) !== 0);
}

/** Two batches of black images. */
function learnerOf(host: Host, bs: number): Learner {
  const engine = host.resolve("engine");
  const loader: Loader = {
    length: 2,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < 2; i++) {
        const xb = engine.from(new Float32Array(bs * 28 * 28), [bs, 28, 28, 1]);
        yield await Promise.resolve([xb, engine.from(new Int32Array(bs), [bs], "int32")]);
      }
    },
  };
  const options = { lossFunc: "crossEntropy", path: "" } as const;
  return createLearner(
    host,
    { train: loader, valid: loader, loaders: [loader, loader] },
    ["convNet", { channels: [1, 16, 16, 10] }],
    options,
  );
}

const backend = process.argv[2] ?? "wasm";
await using host = await createHost({
  presets: [core],
  plugins: [backendNative, ["progress", { mode: "none" }]],
  config: { backend, seed: 7 },
});
const engine = host.resolve("engine");
const [large, small] = [learnerOf(host, 2048), learnerOf(host, 64)];
fill(2 ** 25);
const before = engine.memory().tensors;
const error = await large.fit(1).then(() => "none", String);
const left = engine.memory().tensors - before;
await small.fit(1);
console.log(JSON.stringify({ error, left, loss: small.recorder?.losses.at(-1) }));
