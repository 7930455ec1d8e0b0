import { SPECS } from "./suite.ts";
import type { Outcome } from "./suite.ts";

export interface Row {
  readonly backend: string;
  readonly specs: number;
  readonly passed: number;
  readonly failed: number;
  readonly excluded: number;
}

/** The line of numbers. */
export function rowOf({ backend, specs, passed, failed, excluded }: Outcome): Row {
  return { backend, specs, passed, failed: failed.length, excluded: excluded.length };
}

/** Everything that a run must not have, one text each. */
export function problemsOf({ backend, specs, failed, stale }: Outcome): string[] {
  const problems = failed.map(({ name, reason }) => `FAILED ${name}\n  ${reason}`);
  problems.push(...stale.map(({ spec }) => `NO SPEC is called ${spec}, which the list of exclusions names`));
  // Backends without synchronous reads have fewer: tfjs leaves out what needs them.
  const expected = backend === "webgpu" ? specs : SPECS;
  if (specs !== expected) problems.push(`${specs} SPECS ran instead of ${expected}: some were not loaded`);
  return problems;
}
