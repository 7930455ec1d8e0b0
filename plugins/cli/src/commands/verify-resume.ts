import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import type { CheckpointInfo } from "@fastap/kernel";
import { E_CLI_RESUME_STEPS } from "../errors.ts";
import { addHostOptions, count, loadOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { table } from "../table.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface VerifyFlags extends HostOptions, SizeOptions {
  readonly steps: number;
  readonly stops?: readonly number[];
}

interface Outcome {
  readonly stop: number;
  /** Parts of the state that came out otherwise. */
  readonly differ: readonly string[];
}

export function verifyResumeCommand(program: Command, exit: (code: number) => void): void {
  const command = program.command("verify-resume").description("prove that the task, stopped and resumed, trains to the same bits");
  command
    .option("--steps <n>", "steps to train", count, 20)
    .option("--stops <list>", "steps to stop after, as 1,7,13 (default: six of them)", stops);
  addHostOptions(addSizeOptions(command)).action(async (flags: VerifyFlags) => exit((await verify(flags)) ? 0 : 1));
}

/** Trains in one go, then once per stop from the checkpoint there, each time in a new host; compares every part of the state. */
async function verify(flags: VerifyFlags): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "fastap-verify-resume-"));
  try {
    const straight = await train(flags, dir, "straight");
    const want = last(straight, flags.steps);
    const wanted = (flags.stops ?? spread(want.step)).filter((stop) => stop < want.step);
    const outcomes: Outcome[] = [];
    for (const stop of wanted) {
      const from = straight.find(({ step }) => step === stop);
      if (from === undefined) throw E_CLI_RESUME_STEPS({ wanted: stop, done: want.step });
      const got = last(await train(flags, dir, `resumed-${stop}`, from.path), flags.steps);
      outcomes.push({ stop, differ: Object.keys(want.digests).filter((part) => want.digests[part] !== got.digests[part]) });
    }
    return report(flags, want, outcomes);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function train(flags: VerifyFlags, dir: string, name: string, resume?: string): Promise<readonly CheckpointInfo[]> {
  const options = { dir: join(dir, name), everySteps: 1, everyEpochs: 0, keep: flags.steps + 2 };
  const off = (await loggersOf(flags)).map((logger) => [logger, false] as const);
  const overrides = { plugins: [["checkpoint", options] as const, ...off] };
  return withHost(
    { progress: "none", ...flags },
    async (host) => {
      // One step more than is compared: a task that is told to stop does so before its last step is saved.
      const given = { maxSteps: flags.steps + 1, out: join(dir, `${name}-out`), ...sizeOptions(flags) };
      await taskOf(host).train(resume === undefined ? given : { ...given, resume });
      return host.resolve("checkpoints").list();
    },
    overrides,
  );
}

/** Of the config's plugins: the runs of a proof are not for the logs. */
async function loggersOf(flags: VerifyFlags): Promise<string[]> {
  const { loadConfig } = await import("@fastap/plugin-config");
  const { config } = await loadConfig(loadOptions(flags));
  const names = (config.plugins ?? []).map((setting) => (typeof setting === "string" ? setting : setting[0]));
  return names.filter((name) => /(?:^|[/-])logger-/.test(name));
}

function last(list: readonly CheckpointInfo[], steps: number): CheckpointInfo {
  const found = list.findLast(({ step }) => step <= steps);
  if (found === undefined) throw E_CLI_RESUME_STEPS({ wanted: steps, done: 0 });
  return found;
}

/** The first step, the last but one, and four between. */
function spread(steps: number): number[] {
  const all = [1, ...[0.2, 0.4, 0.6, 0.8].map((share) => Math.round(share * steps)), steps - 1];
  return [...new Set(all.filter((step) => step >= 1))];
}

function report({ json }: VerifyFlags, { step, digests }: CheckpointInfo, outcomes: readonly Outcome[]): boolean {
  const ok = outcomes.every(({ differ }) => differ.length === 0);
  if (json === true) printJson({ ok, steps: step, parts: Object.keys(digests), outcomes });
  else {
    print(
      table(
        ["stopped after", `state after step ${step}`],
        outcomes.map(({ stop, differ }) => [String(stop), differ.length === 0 ? "equal, bit for bit" : `differs: ${differ.join(", ")}`]),
      ),
    );
    print(ok ? `exact: ${Object.keys(digests).join(", ")}` : "not exact");
  }
  return ok;
}

function stops(text: string): readonly number[] {
  const list = text.split(",").map(Number);
  if (list.some((stop) => !Number.isSafeInteger(stop) || stop < 1))
    throw new InvalidArgumentError("Step numbers with commas between are wanted.");
  return list;
}
