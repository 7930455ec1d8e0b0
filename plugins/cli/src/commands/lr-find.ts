import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { TaskRunner } from "@fastap/kernel";
import { E_CLI_NO_LR_FIND } from "../errors.ts";
import { addHostOptions, count } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { near, print, printJson, short } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { table } from "../table.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface LrFindFlags extends HostOptions, SizeOptions {
  readonly numIt?: number;
  readonly startLr?: number;
  readonly endLr?: number;
  readonly stopDiv: boolean;
  readonly out?: string;
}

/** A task that can look for a learning rate, as that of the plugin learner with schedulers beside it. */
interface LrFindTask extends TaskRunner {
  lrFind(options: object): Promise<{
    readonly suggestions: Readonly<Record<string, number>>;
    readonly lrs: readonly number[];
    readonly losses: readonly number[];
    readonly files: readonly string[];
  }>;
}

/** What each rule looks for in the curve of losses. */
const RULES: Readonly<Record<string, string>> = {
  valley: "halfway down the longest valley",
  slide: "before the curve bends up",
  minimum: "a tenth of where the loss is least",
  steep: "where the loss falls fastest",
};

export function lrFindCommand(program: Command): void {
  const command = program.command("lr-find").description("try learning rates on the task of the config; suggest one, write the curve");
  command
    .option("-n, --num-it <n>", "training batches (default: 100)", count)
    .option("--start-lr <x>", "learning rate at the start (default: 1e-7)", positive)
    .option("--end-lr <x>", "learning rate at the end (default: 10)", positive)
    .option("--no-stop-div", "go on when the loss runs away");
  addSizeOptions(command).option("-o, --out <dir>", "directory for what is written");
  addHostOptions(command).action(lrFind);
}

async function lrFind(flags: LrFindFlags): Promise<void> {
  const { numIt, startLr, endLr, stopDiv, out } = flags;
  const options = { numIt, startLr, endLr, stopDiv, out: out === undefined ? undefined : resolve(out), ...sizeOptions(flags) };
  await withHost(flags, async (host) => {
    const task = taskOf(host);
    if (!findsLr(task)) throw E_CLI_NO_LR_FIND();
    const { suggestions, lrs, losses, files } = await task.lrFind(options);
    if (flags.json === true) return printJson({ suggestions, lrs, losses, files });
    print(report(suggestions));
    for (const file of files) print(`wrote ${near(file)}`);
  });
}

function report(suggestions: Readonly<Record<string, number>>): string {
  const rows = Object.entries(suggestions).map(([name, lr]) => [name, short(Number(lr.toPrecision(3))), RULES[name] ?? ""]);
  if (rows.length === 0) return "no suggestion: try more batches (--num-it)";
  return table(["suggestion", "learning rate", "where"], rows);
}

function findsLr(task: TaskRunner): task is LrFindTask {
  return "lrFind" in task && typeof task.lrFind === "function";
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("A number above 0 is wanted.");
  return value;
}
