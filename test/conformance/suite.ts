import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { webgpuEnvironment } from "../swiftshader.ts";
import type { Exclusion } from "./exclusions.ts";

/** Specs in tfjs-core 4.22.0 without those that its authors disabled. */
export const SPECS = 4227;

export interface Spec {
  readonly name: string;
  readonly status: "passed" | "failed" | "excluded" | "pending";
  readonly reason: string;
}

export type Message = ({ readonly kind: "spec" } & Spec) | { readonly kind: "done" };

export interface Outcome {
  readonly backend: string;
  readonly specs: number;
  readonly passed: number;
  readonly failed: readonly Spec[];
  readonly excluded: readonly Exclusion[];
  /** In the list of exclusions, but no spec is named so. */
  readonly stale: readonly Exclusion[];
}

const TAIL = 2000;

/** Runs all specs of tfjs-core on a backend, in a process of its own. @throws when that process dies, with what it wrote last */
export function runSuite(backend: string, exclusions: readonly Exclusion[]): Promise<Outcome> {
  const driver = fileURLToPath(new URL("driver.ts", import.meta.url));
  const child = fork(driver, [backend, ...exclusions.map(({ spec }) => spec)], {
    env: webgpuEnvironment,
    execArgv: ["--import=tsx"],
    silent: true,
  });
  const specs: Spec[] = [];
  let done = false;
  let written = "";
  const keep = (chunk: Buffer): void => void (written = (written + chunk.toString()).slice(-TAIL));
  // The specs write a lot; only the end is of interest, if they never come to theirs.
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("message", (message: Message) => {
    if (message.kind === "done") done = true;
    else specs.push(message);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      if (done) resolve(summarise(backend, specs, exclusions));
      else reject(new Error(`the specs on ${backend} broke off after ${specs.length} (exit ${code})\n${written.trimEnd()}`));
    });
  });
}

function summarise(backend: string, all: readonly Spec[], exclusions: readonly Exclusion[]): Outcome {
  const specs = all.filter(({ status }) => status !== "pending");
  const names = new Set(specs.map(({ name }) => name));
  return {
    backend,
    specs: specs.length,
    passed: specs.filter(({ status }) => status === "passed").length,
    failed: specs.filter(({ status }) => status === "failed"),
    excluded: exclusions.filter(({ spec }) => names.has(spec)),
    stale: exclusions.filter(({ spec }) => !names.has(spec)),
  };
}
