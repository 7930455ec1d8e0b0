// Whether memory stays flat: `npm run bench:memory -- wasm native [--steps 10000] [--case cnn] [--threads 1]`. Trains a small net through the
// Learner and prints a JSON line per backend; exit code 1 where tensors grow at all, or the resident set by 1 KiB a step or more.
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Callback, Loader } from "@fastap/kernel";
import { createLearner } from "@fastap/plugin-learner";
import { openHost } from "./open-host.ts";
import { smallWorkloads } from "./workloads.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "10000" },
    threads: { type: "string", default: "1" },
    case: { type: "string", default: "cnn" },
  },
});

const STEPS = Number(values.steps);
const SAMPLES = 100;
/** Part of the steps in which caches fill and code is compiled. */
const WARM = 0.2;
const MOST_BYTES_PER_STEP = 1024;

interface Sample {
  readonly step: number;
  readonly tensors: number;
  readonly rss: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

async function sample(backend: string): Promise<readonly Sample[]> {
  await using host = await openHost(backend, Number(values.threads));
  const workload = smallWorkloads.find(({ name }) => name === values.case);
  if (workload === undefined) throw new Error(`no case ${values.case}; there are ${smallWorkloads.map(({ name }) => name).join(", ")}`);
  const engine = host.resolve("engine");
  const fields = workload.batch(host.resolve("random").fork("bench memory"));
  const loader = (length: number): Loader => ({
    length,
    nInp: fields.length - 1,
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < length; i++) yield fields.map(({ data, shape }) => engine.from(data, shape));
    },
  });
  const samples: Sample[] = [];
  let step = 0;
  const probe: Callback = {
    name: "probe",
    beforeBatch() {
      if (step++ % Math.ceil(STEPS / SAMPLES) !== 0) return;
      collectGarbage();
      samples.push({ step: step - 1, tensors: engine.memory().tensors, rss: process.memoryUsage().rss });
    },
  };
  const [train, valid] = [loader(STEPS), loader(0)];
  const { optFunc, lr } = workload;
  const dls = { train, valid, loaders: [train, valid] };
  const learn = createLearner(host, dls, workload.model(), { lossFunc: "crossEntropy", optFunc, lr: lr / 10, cbs: [probe] });
  await learn.fit(1);
  learn.dispose();
  return samples.slice(Math.ceil(samples.length * WARM));
}

/** Of the line through the samples with the least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number): number => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [step, rss] = [mean((one) => one.step), mean((one) => one.rss)];
  const covariance = mean((one) => (one.step - step) * (one.rss - rss));
  return covariance / mean((one) => (one.step - step) ** 2);
}

for (const backend of positionals.length === 0 ? ["wasm"] : positionals) {
  const samples = await sample(backend);
  const [first, last] = [samples[0], samples.at(-1)];
  const row = {
    case: values.case,
    backend,
    threads: Number(values.threads),
    steps: STEPS,
    tensorGrowth: (last?.tensors ?? NaN) - (first?.tensors ?? NaN),
    rssBytesPerStep: Math.round(slope(samples)),
    firstRssMiB: Math.round((first?.rss ?? NaN) / 2 ** 20),
    lastRssMiB: Math.round((last?.rss ?? NaN) / 2 ** 20),
  };
  console.log(JSON.stringify(row));
  if (row.tensorGrowth !== 0 || !(row.rssBytesPerStep < MOST_BYTES_PER_STEP)) process.exitCode = 1;
}
