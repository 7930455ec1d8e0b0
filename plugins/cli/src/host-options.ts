import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { LoadHostOptions } from "@fastap/plugin-config";

/** Options that every command which opens a host takes. */
export interface HostOptions {
  readonly config?: string;
  readonly backend?: string;
  readonly seed?: number;
  readonly set?: readonly string[];
  readonly progress?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function addHostOptions(command: Command): Command {
  return command
    .option("-c, --config <path>", "config file (default: fastap.config.yaml, .yml, .json or package.json here)")
    .option("-b, --backend <name>", "backend to compute on, as wasm or cpu")
    .option("--seed <n>", "seed of all randomness", wholeNumber)
    .option("--set <key=value>", "changes the config, as task.fit.1.nEpoch=1; may be repeated", (text: string, all?: readonly string[]) => [
      ...(all ?? []),
      text,
    ])
    .addOption(new Option("--progress <mode>", "how to show progress").choices(["auto", "bar", "line", "none"]))
    .option("--json", "print the result as JSON")
    .option("--verbose", "show the stack of an error");
}

/** The command line as the config package takes it. */
export function loadOptions({ config, backend, seed, set, progress }: HostOptions): LoadHostOptions {
  return {
    path: config,
    overrides: { ...(backend === undefined ? {} : { backend }), ...(seed === undefined ? {} : { seed }) },
    set,
    pluginOptions: progress === undefined ? {} : { progress: { mode: progress } },
  };
}

/** A whole number from 0. */
function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw new InvalidArgumentError("A whole number from 0 is wanted.");
  return Number(text);
}

/** A whole number from 1. */
export function count(text: string): number {
  const n = wholeNumber(text);
  if (n === 0) throw new InvalidArgumentError("A whole number from 1 is wanted.");
  return n;
}
