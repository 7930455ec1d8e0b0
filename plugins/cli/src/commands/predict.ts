import type { Prediction } from "@fastap/kernel";
import type { Command } from "commander";
import { addHostOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson, short } from "../output.ts";
import { table } from "../table.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface PredictFlags extends HostOptions {
  readonly model: string;
}

export function predictCommand(program: Command): void {
  const command = program.command("predict").description("predict one input with a trained model");
  command.argument("<input>", "a file: nested numbers as .json, or what the dataset reads, as images.idx#7 for one row");
  command.requiredOption("-m, --model <path>", "model file (safetensors)");
  addHostOptions(command).action(predict);
}

async function predict(source: string, flags: PredictFlags): Promise<void> {
  const { existing, readInput } = await import("../input.ts");
  const model = existing(flags.model);
  const input = readInput(source);
  await withHost(flags, async (host) => {
    const prediction = await taskOf(host).predict({ model, input });
    if (flags.json === true) printJson(prediction);
    else print(asText(prediction));
  });
}

/** Where there is no single class, the numbers of the classes that the label names are not known here. */
function asText({ label, index, probs }: Prediction): string {
  const single = Number.isInteger(index);
  const rows = probs.map((prob, i) => [i === index ? `${i} ←` : String(i), short(prob)]);
  const head = single ? `${label} (index ${index})` : label;
  return rows.length === 0 ? head : `${head}\n\n${table(["index", single ? "probability" : "prediction"], rows)}`;
}
