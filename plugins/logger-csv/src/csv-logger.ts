import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Callback, Run } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { csvCells, csvLine } from "./csv-line.ts";
import { E_LOGGER_CSV_FILE } from "./errors.ts";
import type { CsvOptions } from "./options.ts";

/** Set by the plugin `checkpoint`. */
interface Resumable {
  readonly resumed?: { readonly epoch: number };
}

/**
 * Writes the epoch table of a fit to a CSV file, a row as soon as its epoch is over.
 * @throws E_LOGGER_CSV_FILE at the start of a fit
 * @source fastai.callback.progress.CSVLogger
 */
export function csvLogger({ fname = "history.csv", append = false }: CsvOptions = {}): Callback {
  let path = fname;
  return {
    name: "csvLogger",
    stage: "report",
    active: (run) => run.kind === "fit" && run.probe !== true,
    async beforeFit(run: Run & Resumable) {
      path = resolve(run.learner?.path ?? run.host.config.root ?? ".", fname);
      await begin(path, append, run);
    },
    afterEpoch: ({ recorder }) => appendFile(path, csvLine(recorder?.log ?? [])),
  };
}

async function begin(path: string, append: boolean, run: Run & Resumable): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const kept = run.resumed === undefined ? undefined : await rowsBefore(path, run.resumed.epoch);
    const start = kept ?? csvLine(run.recorder?.metricNames ?? []);
    await (append && kept === undefined ? appendFile : writeFile)(path, start);
  } catch (error) {
    throw E_LOGGER_CSV_FILE({ file: path, problem: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** What a log says of the epochs that a resumed fit does not train again; undefined where there is no log. */
async function rowsBefore(path: string, epoch: number): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [header = [], ...rows] = csvCells(text);
  return [header, ...rows.filter(([number]) => Number(number) < epoch)].map(csvLine).join("");
}
