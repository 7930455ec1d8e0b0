import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface MachinePeak {
  /** Single-precision multiply-adds, counted as two. */
  readonly gflops: number;
  /** Main memory: reads and writes of a triad together, or reads alone where that is more. */
  readonly gbps: number;
}

/** Measured by a small C program; undefined where there is no compiler. */
export function machinePeak(threads: number): MachinePeak | undefined {
  const dir = mkdtempSync(join(tmpdir(), "fastap-peak-"));
  try {
    const program = join(dir, "peak");
    const source = fileURLToPath(new URL("peak.c", import.meta.url));
    execFileSync("cc", ["-O3", "-march=native", "-ffp-contract=fast", "-pthread", source, "-o", program], { stdio: "ignore" });
    return JSON.parse(execFileSync(program, [String(threads)], { encoding: "utf8" })) as MachinePeak;
  } catch {
    return undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
