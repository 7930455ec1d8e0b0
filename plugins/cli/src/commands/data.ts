import type { Command } from "commander";
import { bytes } from "../bytes.ts";
import { downloadProgress } from "../download-progress.ts";
import { print, printJson } from "../output.ts";
import { table } from "../table.ts";

interface DataFlags {
  readonly base?: string;
  readonly json?: boolean;
}
interface GetFlags extends DataFlags {
  readonly force?: boolean;
  readonly sha256?: string;
}

export function dataCommand(program: Command): void {
  const command = program.command("data").description("list and fetch the data sets that fastai names");
  const shared = (sub: Command): Command =>
    sub
      .option("--base <folder>", "home of data and archives (default: FASTAP_HOME, FASTAI_HOME or ~/.fastai)")
      .option("--json", "print the result as JSON")
      .option("--verbose", "show the stack of an error");
  shared(command.command("list").description("list the data sets, their sizes, and which are here")).action(list);
  const get = command.command("get").description("fetch and unpack a data set, and print its folder");
  get.argument("<name>", "a name of `fastap data list`, or the address of a tar.gz or zip");
  get.option("--force", "fetch it although it is here").option("--sha256 <hash>", "what the archive must be");
  shared(get).action(fetchOne);
}

async function list({ base, json }: DataFlags): Promise<void> {
  const { dataPlace, fastaiPath, URLs } = await import("@fastap/plugin-data");
  const { existsSync } = await import("node:fs");
  const names = Object.keys(URLs).toSorted();
  const rows = await Promise.all(
    names.map(async (name) => {
      const { url, folder, check } = await dataPlace(name, base === undefined ? {} : { base });
      return { name, url, bytes: check?.bytes, folder: existsSync(folder) ? folder : undefined };
    }),
  );
  if (json === true) return printJson(rows);
  const cells = rows.map((row) => [row.name, row.bytes === undefined ? "–" : bytes(row.bytes), row.folder === undefined ? "–" : "yes"]);
  print(table(["name", "download", "here"], cells));
  print(`\nThey are kept in ${await fastaiPath("data", base)}`);
}

async function fetchOne(name: string, { base, json, force, sha256 }: GetFlags): Promise<void> {
  const { dataPlace, untarData } = await import("@fastap/plugin-data");
  const place = base === undefined ? {} : { base };
  const { url, archive } = await dataPlace(name, place);
  const onProgress = downloadProgress(url.split("/").at(-1) ?? name, process.stderr);
  const hash = sha256 === undefined ? {} : { sha256 };
  const folder = await untarData(name, { ...place, ...hash, force: force ?? false, onProgress });
  if (json === true) printJson({ name, url, archive, folder });
  else print(folder);
}
