import { resolve } from "node:path";
import type { CleanSummary } from "@fastap/kernel";
import { InvalidArgumentError, type Command } from "commander";
import { E_CLI_NO_CLEANER } from "../errors.ts";
import { addHostOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { print, printJson } from "../output.ts";
import { addSizeOptions, sizeOptions } from "../size-options.ts";
import type { SizeOptions } from "../size-options.ts";
import { withHost } from "../with-host.ts";

interface CleanFlags extends HostOptions, SizeOptions {
  readonly model: string;
  readonly out: string;
  readonly port?: number;
  readonly apply?: boolean;
}

export function cleanCommand(program: Command): void {
  const command = program.command("clean").description("review the labels of images on a page, those the model gets most wrong first");
  command
    .requiredOption("-m, --model <path>", "model file (safetensors), or an exported learner")
    .option("-o, --out <file>", "CSV with what was decided; what is in it is gone on with", "reviewed.csv")
    .option("-p, --port <n>", "port of the page on this machine (default: a free one)", port)
    .option("--apply", "at the end, delete and move the image files as decided; without it no image file is touched");
  addHostOptions(addSizeOptions(command)).action(clean);
}

async function clean(flags: CleanFlags): Promise<void> {
  const { existing } = await import("../input.ts");
  const { port: wanted, apply = false } = flags;
  const options = { model: existing(flags.model), out: resolve(flags.out), apply, ...(wanted === undefined ? {} : { port: wanted }) };
  await withHost({ progress: "none", ...flags }, async (host) => {
    if (!host.has("cleaner")) throw E_CLI_NO_CLEANER({ loaded: host.plugins.map(({ meta }) => meta.name) });
    const page = await host.resolve("cleaner").open({ ...options, ...sizeOptions(flags) });
    const broken = page.broken === 0 ? "" : `, ${page.broken} of them broken`;
    process.stderr.write(
      `${page.images} images${broken}: open ${page.url}\n"Done" on the page ends this; Ctrl-C does too, and all decisions are kept\n`,
    );
    const summary = await page.done;
    if (flags.json === true) printJson(summary);
    else print(asText(summary));
  });
}

function asText({ images, deleted, relabelled, file, applied }: CleanSummary): string {
  return [`${images} images: ${deleted} to delete, ${relabelled} to relabel`, `wrote ${file}`, ...applied].join("\n");
}

function port(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n > 65_535) throw new InvalidArgumentError("A port from 0 to 65535 is wanted.");
  return n;
}
