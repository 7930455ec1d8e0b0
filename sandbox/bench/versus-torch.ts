import { fileURLToPath } from "node:url";
import { pinned } from "./pinned.ts";
import type { StepsOptions } from "./steps-options.ts";
import { median, rounded } from "./timing.ts";
import type { Timing } from "./timing.ts";
import { findTorch, torchTimings } from "./torch.ts";

const STEPS = fileURLToPath(new URL("steps.ts", import.meta.url));

/** What several rounds of one program came to. */
interface Result {
  readonly best: number;
  readonly median: number;
}

interface Case {
  readonly case: string;
  readonly backend: string;
  readonly threads: number;
}

/** What runs one round of each program, in fresh processes. */
interface Programs {
  readonly ours: () => Promise<readonly Timing[]>;
  readonly theirs: () => Promise<readonly Timing[]>;
}

/** Every case of `bench:steps`. */
export async function versusTorch({ backend, threads, rounds, cases }: StepsOptions): Promise<void> {
  const python = findTorch();
  for (const { name } of cases) {
    await alternate({ case: name, backend, threads }, rounds, {
      ours: () => ourTimings(backend, threads, name),
      theirs: () => torchTimings(python, threads, name),
    });
  }
}

/**
 * The two programs in turns on the same cores, then a line: best against best and median against median, PyTorch with whichever of its
 * variants is the faster.
 */
export async function alternate(of: Case, rounds: number, programs: Programs): Promise<void> {
  const ours: Timing[] = [];
  const theirs: Timing[] = [];
  const turns = [async () => note(ours, await programs.ours()), async () => note(theirs, await programs.theirs())];
  for (let round = 0; round < rounds; round++) for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  console.log(JSON.stringify(comparison(of, summary(ours), bestVariant(theirs))));
}

async function ourTimings(backend: string, threads: number, name: string): Promise<Timing[]> {
  const args = [...process.execArgv, STEPS, "--backend", backend, "--threads", String(threads), "--json", name];
  return [JSON.parse((await pinned(threads, [process.execPath, ...args])).trim()) as Timing];
}

/** Rounds as they come in, for who watches. */
function note(into: Timing[], timings: readonly Timing[]): void {
  into.push(...timings);
  for (const line of timings) console.error(JSON.stringify(line));
}

function bestVariant(timings: readonly Timing[]): Result {
  const variants = [...new Set(timings.map((t) => t.variant))].map((variant) => summary(timings.filter((t) => t.variant === variant)));
  return { best: Math.min(...variants.map((v) => v.best)), median: Math.min(...variants.map((v) => v.median)) };
}

function summary(timings: readonly Timing[]): Result {
  return { best: Math.min(...timings.map((t) => t.best_ms)), median: median(timings.map((t) => t.median_ms)) };
}

function comparison(of: Case, ours: Result, torch: Result): object {
  return {
    ...of,
    best_ms: rounded(ours.best),
    median_ms: rounded(ours.median),
    torch_best_ms: rounded(torch.best),
    torch_median_ms: rounded(torch.median),
    ratio_best: rounded(ours.best / torch.best),
    ratio_median: rounded(ours.median / torch.median),
  };
}
