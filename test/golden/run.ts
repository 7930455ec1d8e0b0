import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { adapters } from "./adapters/index.ts";
import { readCases } from "./case-files.ts";
import { countByKind, runCase, type CaseResult } from "./runner.ts";

const usage = "npm run golden -- [DIR] [--kind K] [--json]";
const shownReasons = 5;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { kind: { type: "string" }, json: { type: "boolean" } } });
  const dir = positionals[0] ?? fileURLToPath(new URL("cases", import.meta.url));
  const files = await readCases(dir);
  const chosen = files.filter((f) => values.kind === undefined || "problem" in f || f.golden.kind === values.kind);
  if (chosen.length === 0) throw new Error(`no cases under ${dir}${values.kind === undefined ? "" : ` of kind ${values.kind}`}`);
  const results: CaseResult[] = [];
  for (const file of chosen) results.push(await runCase(file, adapters));
  report(results);
  const failures = results.filter((r) => r.status === "failed").map((r) => r.case);
  if (values.json === true) console.log(JSON.stringify({ kinds: Object.fromEntries(countByKind(results)), failures }));
  return failures.length === 0 ? 0 : 1;
}

function report(results: readonly CaseResult[]): void {
  for (const { case: name, status, reasons } of results) {
    if (status !== "failed") continue;
    console.log(`FAILED ${name}`);
    for (const reason of reasons.slice(0, shownReasons)) console.log(`  ${reason}`);
    if (reasons.length > shownReasons) console.log(`  and ${reasons.length - shownReasons} more`);
  }
  for (const [kind, { passed, failed, noAdapter }] of countByKind(results)) {
    console.log(`${kind.padEnd(12)} ${passed} passed  ${failed} failed  ${noAdapter} no adapter  ${worstOf(results, kind)}`);
  }
}

/** The case of a kind that came nearest to its limit. */
function worstOf(results: readonly CaseResult[], kind: string): string {
  const share = ({ worst }: CaseResult): number => (worst === undefined || worst.error === 0 ? 0 : worst.error / worst.limit);
  const ran = results.filter((r) => r.kind === kind && r.worst !== undefined).toSorted((a, b) => share(b) - share(a));
  const [first] = ran;
  if (first?.worst === undefined) return "";
  return `worst ${first.worst.error.toExponential(2)} of ${first.worst.limit.toExponential(2)} allowed (${first.case})`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
