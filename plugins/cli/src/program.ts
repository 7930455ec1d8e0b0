import { Command, CommanderError } from "commander";
import { cleanCommand } from "./commands/clean.ts";
import { dataCommand } from "./commands/data.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { graphCommand } from "./commands/graph.ts";
import { lrFindCommand } from "./commands/lr-find.ts";
import { pluginsCommand } from "./commands/plugins.ts";
import { predictCommand } from "./commands/predict.ts";
import { showCommand } from "./commands/show.ts";
import { trainCommand } from "./commands/train.ts";
import { validateCommand } from "./commands/validate.ts";
import { verifyResumeCommand } from "./commands/verify-resume.ts";
import { report } from "./failure.ts";
import { VERSION } from "./version.ts";

/** Exit code of a command line that makes no sense. */
const USAGE = 2;

/** Runs one command line; resolves to its exit code. Never throws. */
export async function run(args: readonly string[]): Promise<number> {
  let code = 0;
  const program = build((exit) => (code = exit));
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    report(error, args.includes("--verbose"));
    return 1;
  }
}

function build(exit: (code: number) => void): Command {
  const program = new Command("fastap")
    .description("Trains neural networks from a config file: presets, plugins and a backend.")
    .version(VERSION, "-V, --version")
    .exitOverride()
    .showHelpAfterError("(run fastap --help)");
  const commands = [
    trainCommand,
    lrFindCommand,
    validateCommand,
    predictCommand,
    showCommand,
    cleanCommand,
    pluginsCommand,
    graphCommand,
    dataCommand,
  ];
  for (const add of commands) add(program);
  verifyResumeCommand(program, exit);
  doctorCommand(program, exit);
  return program;
}
