import { resolve } from "node:path";
import type { Command } from "commander";
import { addHostOptions, count } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { near, print, printJson, short } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface TrainFlags extends HostOptions, SizeOptions {
  readonly epochs?: number;
  readonly maxSteps?: number;
  readonly out?: string;
  readonly losses?: boolean;
  readonly resume?: boolean | string;
}

export function trainCommand(program: Command): void {
  const command = program.command("train").description("train the task of the config; write model, history and plot");
  command.option("-e, --epochs <n>", "epochs, instead of the config's", count).option("--max-steps <n>", "stop after so many steps", count);
  addSizeOptions(command)
    .option("-o, --out <dir>", "directory for what is written")
    .option("--resume [path]", "go on from the newest checkpoint, or from the one at a path")
    .option("--losses", "with --json: add the loss of every step");
  addHostOptions(command).action(train);
}

async function train(flags: TrainFlags): Promise<void> {
  const { epochs, maxSteps, out, resume } = flags;
  const from = typeof resume === "string" ? resolve(resume) : resume;
  const options = { epochs, maxSteps, out: out === undefined ? undefined : resolve(out), resume: from, ...sizeOptions(flags) };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  await withHost(flags, async (host) => {
    const { summary, files, losses } = await taskOf(host).train(given);
    const { epochs: done, seconds, backend, trainLoss: _, ...metrics } = summary;
    const results = Object.entries(metrics).map(([name, value]) => `${name} ${short(value)}`);
    const json = flags.json === true;
    const say = json ? (text: string) => process.stderr.write(`${text}\n`) : print;
    say(`trained ${done} ${done === 1 ? "epoch" : "epochs"} on ${backend} in ${seconds.toFixed(1)} s: ${results.join(", ")}`);
    for (const file of files) say(`wrote ${near(file)}`);
    if (json) printJson(flags.losses === true ? { ...summary, losses } : summary);
  });
}
