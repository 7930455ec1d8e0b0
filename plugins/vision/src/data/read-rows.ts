import { E_VISION_CSV } from "../errors.ts";

/** A row of a table by column name. */
export type TableRow = Readonly<Record<string, unknown>>;

export interface CsvOptions {
  /** The first line has the names of the columns; default true, else they are "0", "1" … */
  readonly header?: boolean;
  /** Default: found out. */
  readonly delimiter?: string;
}

/** Rows of a CSV file, all values as text. @throws E_VISION_CSV */
export async function readRows(file: string, { header = true, delimiter }: CsvOptions = {}): Promise<readonly TableRow[]> {
  const [{ default: papa }, text] = await Promise.all([import("papaparse"), readText(file)]);
  const { data, errors } = papa.parse<unknown>(text, { header, skipEmptyLines: true, ...(delimiter === undefined ? {} : { delimiter }) });
  const error = errors.find(({ code }) => code !== "UndetectableDelimiter");
  if (error !== undefined) throw E_VISION_CSV({ file, problem: error.message, ...(error.row === undefined ? {} : { row: error.row }) });
  if (data.length === 0) throw E_VISION_CSV({ file, problem: "it has no rows" });
  return data.map((row) => ({ ...(row as object) }));
}

async function readText(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw E_VISION_CSV({ file, problem: error instanceof Error ? error.message : String(error) }, error);
  }
}

/** Whether a cell means yes: what is not empty, 0 or false. */
export function isTruthy(value: unknown): boolean {
  return typeof value === "string" ? !["", "0", "false", "no"].includes(value.trim().toLowerCase()) : Boolean(value);
}
