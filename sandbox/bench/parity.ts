// How far the losses of two backends drift apart: `npm run bench:parity -- wasm native [--steps 200] [--small] [--threads 1] [--json]
// [--case mlp …] [--batches 1] [--seed 42] [--lr 1] [--vs-torch]`, `--lr` in parts of the bench's rate. What the figures mean: README.md.
import { parseArgs } from "node:util";
import { openHost } from "./open-host.ts";
import { torchLosses } from "./torch-parity.ts";
import type { TorchLosses } from "./torch-parity.ts";
import { runTrial } from "./trial.ts";
import type { Start } from "./trial.ts";
import type { Workload } from "./workload.ts";
import { smallWorkloads, workloads } from "./workloads.ts";

type Losses = readonly number[];

/** Distances of loss curves, and signs of ReLU inputs. */
interface InTorch {
  readonly torch_float32: number;
  readonly torch_float64: number;
  readonly float64_rounded_weights: number;
  readonly ours_float64: Readonly<Record<string, number>>;
  readonly relu_inputs: number;
  readonly relu_otherwise: readonly number[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "200" },
    threads: { type: "string", default: "1" },
    small: { type: "boolean", default: false },
    lr: { type: "string", default: "1" },
    batches: { type: "string", default: "1" },
    seed: { type: "string", default: "42" },
    json: { type: "boolean", default: false },
    case: { type: "string", multiple: true },
    "vs-torch": { type: "boolean", default: false },
  },
});
if (values.small && values["vs-torch"]) throw new Error("--vs-torch has the nets in full size only: leave out --small");

async function losses(backend: string, workload: Workload, onStart?: (start: Start) => void): Promise<Losses> {
  await using host = await openHost(backend, backend === "cpu" ? 1 : Number(values.threads), Number(values.seed));
  const options = { warm: 0, runs: Number(values.steps), batches: Number(values.batches), ...(onStart === undefined ? {} : { onStart }) };
  return (await runTrial(host, workload, options)).losses;
}

/** The largest distance of two curves, relative to the second. */
function drift(got: Losses, want: Losses): number {
  return Math.max(...got.map((loss, i) => Math.abs(loss - (want[i] ?? NaN)) / Math.abs(want[i] ?? NaN)));
}

/** PyTorch's float32 against itself and float64, float64 against itself, and each backend against float64. */
function inTorch({ float64, rounded, float32, relu }: TorchLosses, ours: ReadonlyMap<string, Losses>): InTorch {
  const [first = [], ...others] = float32;
  return {
    torch_float32: Math.max(...others.map((other) => drift(other, first))),
    torch_float64: Math.max(...float32.map((losses32) => drift(losses32, float64))),
    float64_rounded_weights: drift(rounded, float64),
    ours_float64: Object.fromEntries([...ours].map(([backend, curve]) => [backend, drift(curve, float64)])),
    relu_inputs: relu.inputs,
    relu_otherwise: relu.otherwise,
  };
}

/** As many lines as there are things to say. */
function text({ torch_float32, torch_float64, float64_rounded_weights, ours_float64, relu_inputs, relu_otherwise }: InTorch): string {
  const ours = Object.entries(ours_float64).map(([backend, far]) => `${backend} ${far.toExponential(1)}`);
  return [
    `PyTorch: its float32 against itself ${torch_float32.toExponential(1)}; against its float64 ${torch_float64.toExponential(1)}, ours: ${ours.join(", ")}`,
    `its float64 against itself with the weights kept in float32: ${float64_rounded_weights.toExponential(1)}`,
    `ReLU inputs of one batch ${relu_inputs}; other sign in its float32, first batches: ${relu_otherwise.join(" ")}`,
  ]
    .map((line) => `          ${line}`)
    .join("\n");
}

const [reference = "wasm", ...others] = positionals;
for (const plain of (values.small ? smallWorkloads : workloads).filter(({ name }) => values.case?.includes(name) ?? true)) {
  const workload = { ...plain, lr: plain.lr * Number(values.lr) };
  let start: Start | undefined;
  const curves = new Map([[reference, await losses(reference, workload, (given) => void (start = given))]]);
  for (const backend of others) curves.set(backend, await losses(backend, workload));
  const want = curves.get(reference) ?? [];
  const of = { case: workload.name, threads: Number(values.threads), batches: Number(values.batches), lr: workload.lr, steps: want.length };
  for (const backend of others) {
    const row = { ...of, reference, backend, first: want[0], last: want.at(-1), drift: drift(curves.get(backend) ?? [], want) };
    if (values.json) console.log(JSON.stringify(row));
    else
      console.log(
        `${row.case.padEnd(9)} ${backend} against ${reference}: ${row.drift.toExponential(1)} at most, relative, in ${row.steps} steps (loss ${row.first?.toFixed(4)} to ${row.last?.toFixed(4)})`,
      );
  }
  if (!values["vs-torch"] || start === undefined) continue;
  const row = inTorch(await torchLosses(workload.name, start, want.length, workload.lr), curves);
  console.log(values.json ? JSON.stringify({ ...of, ...row }) : text(row));
}
