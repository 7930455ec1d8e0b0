import { parseArgs } from "node:util";
import { readExclusions } from "./exclusions.ts";
import { problemsOf, rowOf } from "./report.ts";
import { runSuite } from "./suite.ts";

const usage = "npm run conformance -- [--backend cpu|wasm|native|webgpu] [--json]";

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { backend: { type: "string", default: "wasm" }, json: { type: "boolean", default: false } } });
  const outcome = await runSuite(values.backend, await readExclusions(values.backend));
  for (const { spec, reason } of outcome.excluded) console.log(`EXCLUDED ${spec}\n  ${reason}`);
  const problems = problemsOf(outcome);
  for (const problem of problems) console.log(problem);
  const row = rowOf(outcome);
  console.log(`${row.backend}: ${row.specs} specs  ${row.passed} passed  ${row.failed} failed  ${row.excluded} excluded`);
  if (values.json) console.log(JSON.stringify(row));
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
