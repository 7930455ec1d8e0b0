import { writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { Picture } from "@fastap/kernel";
import type { Command } from "commander";
import { Option } from "commander";
import { E_CLI_PICTURE } from "../errors.ts";
import { addHostOptions, count } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { taskOf } from "../task-of.ts";
import { withHost } from "../with-host.ts";

interface ShowFlags extends HostOptions, SizeOptions {
  readonly model?: string;
  readonly maxN?: number;
  readonly out: string;
}

const FORMATS = [".png", ".svg", ".html"];

export function showCommand(program: Command): void {
  const command = program.command("show").description("draw samples of the task; with a model, beside its predictions");
  command
    .option("-m, --model <path>", "model file (safetensors)")
    .option("-n, --max-n <n>", "samples at most", count)
    .addOption(new Option("-o, --out <file>", "picture or page to write: .png, .svg or .html").default("samples.png"));
  addHostOptions(addSizeOptions(command)).action(show);
}

async function show(flags: ShowFlags): Promise<void> {
  const { existing } = await import("../input.ts");
  const file = resolve(flags.out);
  if (!FORMATS.includes(extname(file))) throw E_CLI_PICTURE({ file, formats: FORMATS });
  const given = {
    ...(flags.model === undefined ? {} : { model: existing(flags.model) }),
    ...(flags.maxN === undefined ? {} : { maxN: flags.maxN }),
  };
  await withHost(flags, async (host) => {
    const picture = await taskOf(host).show({ ...given, ...sizeOptions(flags) });
    await writeFile(file, await contentOf(picture, extname(file)));
    if (flags.json === true) printJson({ file });
    else print(`wrote ${flags.out}`);
  });
}

function contentOf(picture: Picture, extension: string): Promise<string | Uint8Array> {
  if (extension === ".png") return picture.png();
  return extension === ".svg" ? picture.svg() : picture.html();
}
