import type { Command } from "commander";
import { addHostOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson, short } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { table } from "../table.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface ValidateFlags extends HostOptions, SizeOptions {
  readonly model: string;
}

export function validateCommand(program: Command): void {
  const command = program.command("validate").description("measure a trained model on the validation split");
  addSizeOptions(command.requiredOption("-m, --model <path>", "model file (safetensors)"));
  addHostOptions(command).action(validate);
}

async function validate(flags: ValidateFlags): Promise<void> {
  const { existing } = await import("../input.ts");
  const model = existing(flags.model);
  await withHost(flags, async (host) => {
    const summary = await taskOf(host).validate({ model, ...sizeOptions(flags) });
    if (flags.json === true) return printJson(summary);
    const rows = Object.entries(summary).filter(([name]) => name !== "epochs"); // none were trained
    print(
      table(
        ["metric", "value"],
        rows.map(([name, value]) => [name, short(value)]),
      ),
    );
  });
}
