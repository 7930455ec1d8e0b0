// Metrics of a large validation set: `npm run bench:metrics -- [--rows 1000000] [--bs 1000] [--backend wasm] [--json]`. At most 2 s for 1,000,000 rows.
import { parseArgs } from "node:util";
import type { Host, Metric, Spec, Tensor } from "@fastap/kernel";
import { AvgMetric } from "@fastap/plugin-learner";
import { openHost } from "./open-host.ts";
import { rounded } from "./timing.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    bs: { type: "string", default: "1000" },
    backend: { type: "string", default: "wasm" },
    json: { type: "boolean", default: false },
  },
});
const [rows, bs] = [Number(values.rows), Number(values.bs)];

const sets: readonly { readonly classes: number; readonly metrics: readonly Spec[] }[] = [
  { classes: 2, metrics: ["accuracy", "f1Score", "rocAucBinary"] },
  { classes: 10, metrics: ["accuracy", ["f1Score", { average: "macro" }], "rocAuc"] },
];

interface Batch {
  readonly pred: Tensor;
  readonly targ: Tensor;
}

/** Predictions that lean towards their targets. */
function* batches(host: Host, classes: number): Generator<Batch> {
  const engine = host.resolve("engine");
  const random = host.resolve("random").fork(`rows of ${classes}`);
  for (let at = 0; at < rows; at += bs) {
    const targ = Int32Array.from({ length: bs }, () => random.int(classes));
    const pred = Float32Array.from(
      { length: bs * classes },
      (_, i) => random.uniform() + (i % classes === targ[Math.floor(i / classes)] ? 0.5 : 0),
    );
    yield { pred: engine.from(pred, [bs, classes]), targ: engine.from(targ, [bs], "int32") };
  }
}

async function seconds(host: Host, classes: number, specs: readonly Spec[]): Promise<{ readonly s: number; readonly values: object }> {
  const engine = host.resolve("engine");
  const made = specs.map((spec) => host.registry("metrics").make(spec));
  const metrics: readonly Metric[] = made.map((metric) => (typeof metric === "function" ? new AvgMetric(metric) : metric));
  const loss = engine.from([0], []);
  let ms = 0;
  for (const { pred, targ } of batches(host, classes)) {
    const start = performance.now();
    for (const metric of metrics) await metric.accumulate({ pred, yb: [targ], loss, size: bs, engine });
    ms += performance.now() - start;
    pred.dispose();
    targ.dispose();
  }
  const start = performance.now();
  const found = Object.fromEntries(metrics.map((metric) => [metric.name, rounded(metric.value() ?? NaN)]));
  ms += performance.now() - start;
  loss.dispose();
  return { s: ms / 1000, values: found };
}

const host = await openHost(values.backend, 1);
for (const { classes, metrics } of sets) {
  const { s, values: found } = await seconds(host, classes, metrics);
  const line = { rows, classes, seconds: rounded(s), limit: 2, ...found };
  console.log(
    values.json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([key, value]) => `${key} ${value}`)
          .join("  "),
  );
}
await host[Symbol.asyncDispose]();
