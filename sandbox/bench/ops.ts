// Single kernels: `npm run bench:ops -- [--backend wasm] [--threads 1] [--json] [--ms 300] [part of a name …]`.
import { parseArgs } from "node:util";
import type { Host } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import { Bench } from "tinybench";
import { machinePeak } from "./machine-peak.ts";
import type { MachinePeak } from "./machine-peak.ts";
import { opCases } from "./op-cases.ts";
import type { OpCase } from "./op-cases.ts";
import { openHost } from "./open-host.ts";
import { rounded } from "./timing.ts";

interface Row {
  readonly op: string;
  readonly backend: string;
  readonly threads: number;
  readonly best_ms: number;
  readonly median_ms: number;
  /** Of the best run. */
  readonly rate: number;
  readonly unit: "GFLOPS" | "GB/s";
  /** Share of what the machine can do; null where there is no C compiler to measure that with. */
  readonly of_peak: number | null;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: "string", default: "wasm" },
    threads: { type: "string", default: "1" },
    ms: { type: "string", default: "300" },
    json: { type: "boolean", default: false },
  },
});

async function measure(host: Host, op: OpCase): Promise<{ readonly best: number; readonly median: number }> {
  const engine = host.resolve("engine");
  const random = host.resolve("random").fork(op.name);
  const inputs = op.inputs.map((shape) =>
    engine.from(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
      shape,
    ),
  );
  const bench = new Bench({ time: Number(values.ms), warmupTime: 50, iterations: 5 });
  bench.add(op.name, () => tf.dispose([op.run(engine, inputs)].flat()));
  const [task] = await bench.run();
  tf.dispose(inputs);
  const result = task?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${op.name} could not be measured`, { cause: result });
  return { best: result.latency.min, median: result.latency.p50 ?? NaN };
}

function rowOf(op: OpCase, { best, median }: { readonly best: number; readonly median: number }, peak: MachinePeak | undefined): Row {
  const isFlops = "flops" in op.work;
  const rate = ("flops" in op.work ? op.work.flops : op.work.bytes) / best / 1e6;
  const most = isFlops ? peak?.gflops : peak?.gbps;
  return {
    ...{ op: op.name, backend: values.backend, threads: Number(values.threads), best_ms: rounded(best), median_ms: rounded(median) },
    ...{ rate: rounded(rate), unit: isFlops ? "GFLOPS" : "GB/s", of_peak: most === undefined ? null : rounded(rate / most) },
  };
}

const chosen = opCases.filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
if (chosen.length === 0) throw new Error(`no name has ${positionals.join(" or ")} in it: ${opCases.map(({ name }) => name).join(", ")}`);
await using host = await openHost(values.backend, Number(values.threads));
const peak = machinePeak(Number(values.threads));
console.error(
  peak === undefined
    ? "no C compiler here: the peak is unknown"
    : `peak, ${values.threads} thread(s): ${peak.gflops} GFLOPS, ${peak.gbps} GB/s`,
);
for (const op of chosen) {
  const row = rowOf(op, await measure(host, op), peak);
  const share = row.of_peak === null ? "" : `, ${(100 * row.of_peak).toFixed(0)} % of peak`;
  console.log(
    values.json
      ? JSON.stringify(row)
      : `${row.op.padEnd(42)} ${row.best_ms.toFixed(3).padStart(8)} ms ${row.rate.toFixed(1).padStart(7)} ${row.unit}${share}`,
  );
}
