import { parseArgs } from "node:util";
import { workloads } from "./workloads.ts";
import type { Workload } from "./workload.ts";

export interface StepsOptions {
  readonly backend: string;
  readonly threads: number;
  readonly json: boolean;
  readonly vsTorch: boolean;
  readonly rounds: number;
  readonly cases: readonly Workload[];
}

export const USAGE =
  "usage: bench:steps -- --backend wasm [--threads 1] [--json] [--vs-torch [--rounds 3]] [mlp cnn resnet18 lstm tabular]";

/** @throws Error that names the argument */
export function parseSteps(args: readonly string[]): StepsOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      backend: { type: "string", default: "wasm" },
      threads: { type: "string", default: "1" },
      rounds: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
      "vs-torch": { type: "boolean", default: false },
    },
  });
  const { backend, json } = values;
  return {
    backend,
    json,
    vsTorch: values["vs-torch"],
    threads: count("--threads", values.threads),
    rounds: count("--rounds", values.rounds),
    cases: positionals.length === 0 ? workloads : positionals.map(workloadOf),
  };
}

function workloadOf(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found === undefined) throw new Error(`there is no case "${name}", only ${workloads.map((w) => w.name).join(", ")}`);
  return found;
}

function count(flag: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${flag} takes a whole number from 1, not "${text}"`);
  return Number(text);
}
