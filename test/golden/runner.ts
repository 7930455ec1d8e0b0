import type { Adapter, GoldenCase } from "./adapter.ts";
import type { CaseFile } from "./case-files.ts";
import { compare } from "./compare.ts";

export type Status = "passed" | "failed" | "noAdapter";

export interface CaseResult {
  readonly case: string;
  readonly kind: string;
  readonly status: Status;
  readonly reasons: readonly string[];
  readonly worst?: { readonly error: number; readonly limit: number };
}

export type Counts = Record<Status, number>;

/** Runs one file's case with the first adapter that accepts it. Whatever the adapter throws fails the case, not the run. */
export async function runCase(file: CaseFile, adapters: readonly Adapter[]): Promise<CaseResult> {
  if ("problem" in file) return { case: file.file, kind: "unreadable", status: "failed", reasons: [file.problem] };
  const { golden } = file;
  const adapter = adapters.find((a) => a.kind === golden.kind && a.accepts(golden));
  const { case: name, kind } = golden;
  if (adapter === undefined) return { case: name, kind, status: "noAdapter", reasons: [] };
  try {
    return { case: name, kind, ...judge(golden, await adapter.run(golden)) };
  } catch (error) {
    return { case: name, kind, status: "failed", reasons: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}

function judge(golden: GoldenCase, checks: Awaited<ReturnType<Adapter["run"]>>): Pick<CaseResult, "status" | "reasons" | "worst"> {
  if (checks.length === 0) return { status: "failed", reasons: ["the adapter checked nothing"] };
  const { mismatches, worst } = compare(checks, golden.tolerance);
  return { status: mismatches.length === 0 ? "passed" : "failed", reasons: mismatches, worst };
}

/** Counts by kind, kinds in alphabetical order. */
export function countByKind(results: readonly CaseResult[]): Map<string, Counts> {
  const kinds = new Map<string, Counts>();
  for (const { kind, status } of results.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))) {
    const counts = kinds.get(kind) ?? { passed: 0, failed: 0, noAdapter: 0 };
    counts[status] += 1;
    kinds.set(kind, counts);
  }
  return kinds;
}
