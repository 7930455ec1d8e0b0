// Whether memory stays flat while photos are read, augmented and trained on: `npm run bench:photos-memory [-- --epochs 5 --workers 1 --backend wasm]`.
// Flowers of FASTAP_DATA through worker threads, prefetch and augTransforms; prints tensors and memory after every epoch as JSON lines. Exit code 1
// where tensors grow at all after the first epoch, or the resident set by more than 5 % of the most it was after the first two.
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createHost, type Callback } from "@fastap/kernel";
import { backendNative } from "@fastap/plugin-backend-native";
import "@fastap/plugin-schedulers";
import { augTransforms, imageDataLoaders, Resize, visionLearner } from "@fastap/plugin-vision";
import { vision } from "@fastap/preset-vision";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "5" },
    workers: { type: "string", default: "1" },
    backend: { type: "string", default: "wasm" },
  },
});
const MOST_GROWTH = 0.05;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

await using host = await createHost({
  presets: [vision],
  plugins: [backendNative, ["progress", { mode: "none" }]],
  config: { backend: values.backend, seed: 42 },
});
const data = { itemTfms: new Resize(128), batchTfms: augTransforms(), bs: 32, prefetch: 2, numWorkers: Number(values.workers) };
const dls = await imageDataLoaders.fromFolder(host, "${FASTAP_DATA}/flowers-mini", data);
const rows: { readonly epoch: number; readonly tensors: number; readonly tensorMiB: number; readonly rssMiB: number }[] = [];
const probe: Callback = {
  name: "probe",
  stage: "report",
  afterEpoch({ epoch, engine }) {
    collectGarbage();
    const { tensors, bytes } = engine.memory();
    const row = { epoch, tensors, tensorMiB: bytes / 2 ** 20, rssMiB: process.memoryUsage().rss / 2 ** 20 };
    rows.push(row);
    console.log(JSON.stringify(row));
  },
};
const learn = visionLearner(host, dls, "mobilenet_v2", { cbs: [probe] });
learn.unfreeze();
await learn.fit(Number(values.epochs), 1e-4);
learn.dispose();
await dls.close();

const last = rows.at(-1);
const grown = (last?.rssMiB ?? NaN) / Math.max(...rows.slice(0, 2).map(({ rssMiB }) => rssMiB)) - 1;
const tensorGrowth = (last?.tensors ?? NaN) - (rows[0]?.tensors ?? NaN);
console.log(
  JSON.stringify({ backend: values.backend, workers: Number(values.workers), epochs: rows.length, tensorGrowth, rssGrowth: grown }),
);
if (tensorGrowth !== 0 || !(grown < MOST_GROWTH)) process.exitCode = 1;
