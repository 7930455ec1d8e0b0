// How far the losses of two backends drift apart: `npm run bench:parity -- wasm native [--steps 200] [--small] [--threads 1] [--json] [--case mlp …]`.
// At a tenth of the bench's learning rate (`--lr 0.1`): at the whole one these recipes learn noise by heart and multiply rounding by 1e5, so
// that even two builds of the same kernels, with and without fused multiply-add, end 1e-2 apart, and the figure says nothing about kernels.
// resnet18 multiplies it so at the tenth too; there the first few steps say what there is to say.
import { parseArgs } from "node:util";
import { openHost } from "./open-host.ts";
import { runTrial } from "./trial.ts";
import type { Workload } from "./workload.ts";
import { smallWorkloads, workloads } from "./workloads.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "200" },
    threads: { type: "string", default: "1" },
    small: { type: "boolean", default: false },
    lr: { type: "string", default: "0.1" },
    json: { type: "boolean", default: false },
    case: { type: "string", multiple: true },
  },
});

async function losses(backend: string, workload: Workload): Promise<readonly number[]> {
  await using host = await openHost(backend, backend === "cpu" ? 1 : Number(values.threads));
  const slower = { ...workload, lr: workload.lr * Number(values.lr) };
  return (await runTrial(host, slower, { warm: 0, runs: Number(values.steps), batches: 16 })).losses;
}

const [reference = "wasm", ...others] = positionals;
for (const workload of (values.small ? smallWorkloads : workloads).filter(({ name }) => values.case?.includes(name) ?? true)) {
  const want = await losses(reference, workload);
  for (const backend of others) {
    const got = await losses(backend, workload);
    const drift = Math.max(...got.map((loss, i) => Math.abs(loss - (want[i] ?? NaN)) / Math.abs(want[i] ?? NaN)));
    const row = {
      case: workload.name,
      reference,
      backend,
      threads: Number(values.threads),
      lr: workload.lr * Number(values.lr),
      steps: got.length,
      first: got[0],
      last: got.at(-1),
      drift,
    };
    if (values.json) console.log(JSON.stringify(row));
    else
      console.log(
        `${row.case.padEnd(9)} ${backend} against ${reference}: ${drift.toExponential(1)} at most, relative, in ${got.length} steps (loss ${row.first?.toFixed(4)} to ${row.last?.toFixed(4)})`,
      );
  }
}
