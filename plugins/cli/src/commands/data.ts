import { didYouMean } from "@fastap/kernel";
import type { Host } from "@fastap/kernel";
import type { FileStore } from "@fastap/plugin-data";
import type { Command } from "commander";
import { bytes } from "../bytes.ts";
import { downloadProgress } from "../download-progress.ts";
import { E_CLI_DATA_NAME } from "../errors.ts";
import { print, printJson } from "../output.ts";
import { table } from "../table.ts";
import { disposing } from "../with-host.ts";

interface DataFlags {
  readonly base?: string;
  readonly config?: string;
  readonly json?: boolean;
}
interface ListFlags extends DataFlags {
  readonly weights?: boolean;
}
interface GetFlags extends DataFlags {
  readonly force?: boolean;
  readonly sha256?: string;
}

export function dataCommand(program: Command): void {
  const command = program.command("data").description("list and fetch data sets that fastai names, and pretrained weights");
  const shared = (sub: Command): Command =>
    sub
      .option("--base <folder>", "home of data and archives (default: FASTAP_HOME, FASTAI_HOME or ~/.fastai)")
      .option("-c, --config <path>", "config file whose plugins know of weights (default: the one here, else the preset vision)")
      .option("--json", "print the result as JSON")
      .option("--verbose", "show the stack of an error");
  const listing = command.command("list").description("list the data sets, their sizes, and which are here");
  shared(listing.option("--weights", "list pretrained weights instead")).action(list);
  const get = command.command("get").description("fetch a data set and print its folder, or pretrained weights and print their file");
  get.argument("<name>", "a name of `fastap data list` (`--weights`), or the address of a tar.gz or zip");
  get.option("--force", "fetch it although it is here").option("--sha256 <hash>", "what the archive must be");
  shared(get).action(fetchOne);
}

async function list({ base, config, json, weights }: ListFlags): Promise<void> {
  if (weights === true) return withFiles(config, (store) => listFiles(store, json));
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

/** One whose plugins know of named files, without a config that of the preset vision. */
async function withFiles<T>(path: string | undefined, work: (store: FileStore | undefined) => Promise<T> | T): Promise<T> {
  const { loadHost } = await import("@fastap/plugin-config");
  const host: Host = await loadHost({ path, fallback: { presets: ["vision"] } });
  return disposing(host, () => work(host.has("fileStore") ? host.resolve("fileStore") : undefined));
}

function listFiles(store: FileStore | undefined, json: boolean | undefined): void {
  const files = store?.list() ?? [];
  if (json === true) return printJson(files);
  const cells = files.map(({ name, licence, file }) => [name, licence, file === undefined ? "–" : "yes"]);
  print(table(["name", "licence", "here"], cells));
}

async function fetchOne(name: string, flags: GetFlags): Promise<void> {
  const { URLs } = await import("@fastap/plugin-data");
  if (Object.hasOwn(URLs, name) || URL.canParse(name)) return fetchData(name, flags);
  await withFiles(flags.config, async (store) => {
    const files = store?.list().map((file) => file.name) ?? [];
    if (store === undefined || !files.includes(name))
      throw E_CLI_DATA_NAME({ name, hint: didYouMean(name, [...Object.keys(URLs), ...files]) });
    const onProgress = downloadProgress(name, process.stderr);
    const file = await store.fetch(name, { force: flags.force ?? false, onProgress });
    if (flags.json === true) printJson({ name, file });
    else print(file);
  });
}

async function fetchData(name: string, { base, json, force, sha256 }: GetFlags): Promise<void> {
  const { dataPlace, untarData } = await import("@fastap/plugin-data");
  const place = base === undefined ? {} : { base };
  const { url, archive } = await dataPlace(name, place);
  const onProgress = downloadProgress(url.split("/").at(-1) ?? name, process.stderr);
  const hash = sha256 === undefined ? {} : { sha256 };
  const folder = await untarData(name, { ...place, ...hash, force: force ?? false, onProgress });
  if (json === true) printJson({ name, url, archive, folder });
  else print(folder);
}
