// One training step of each workload through the Learner: `npm run bench:steps -- --backend wasm --threads 1 [--json] [--vs-torch] [case …]`.
import { openHost } from "./open-host.ts";
import { parseSteps, USAGE } from "./steps-options.ts";
import type { StepsOptions } from "./steps-options.ts";
import { timing } from "./timing.ts";
import { runTrial } from "./trial.ts";
import { versusTorch } from "./versus-torch.ts";

async function alone({ backend, threads, cases, json }: StepsOptions): Promise<void> {
  await using host = await openHost(backend, threads);
  for (const workload of cases) {
    const { ms } = await runTrial(host, workload);
    const row = timing({ case: workload.name, variant: backend, threads }, ms);
    if (json) console.log(JSON.stringify(row));
    else
      console.log(
        `${row.case.padEnd(9)} ${backend}, ${threads} thread${threads === 1 ? "" : "s"}: median ${row.median_ms} ms, best ${row.best_ms} ms of ${row.runs} steps`,
      );
  }
}

try {
  const options = parseSteps(process.argv.slice(2));
  await (options.vsTorch ? versusTorch(options) : alone(options));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
}
