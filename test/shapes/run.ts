import { parseArgs } from "node:util";
import { compareShapes, variants } from "./compare.ts";
import type { Variant } from "./compare.ts";

const usage = `npm run shapes -- [--backend ${Object.keys(variants).join("|")}] [--runs 1000] [--seed N] [--json]`;
const { values } = parseArgs({
  options: {
    backend: { type: "string" },
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    json: { type: "boolean", default: false },
  },
});

const names = (values.backend === undefined ? Object.keys(variants) : [values.backend]) as Variant[];
if (names.some((name) => !(name in variants))) {
  console.error(`there is no backend ${values.backend}\n${usage}`);
  process.exit(2);
}
for (const name of names) {
  const row = await compareShapes(name, { runs: Number(values.runs), seed: Number(values.seed) });
  if (row.failed > 0) process.exitCode = 1;
  if (values.json) console.log(JSON.stringify(row));
  else
    console.log(
      `${name}: ${row.runs} shapes, seed ${row.seed}, off by ${row.worst.toExponential(1)} at most${row.report === undefined ? "" : `\n${row.report}`}`,
    );
}
