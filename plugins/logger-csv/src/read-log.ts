import { readFile } from "node:fs/promises";
import { csvCells } from "./csv-line.ts";

/** The rows of a log as data: numbers where they are numbers, undefined where a cell is empty. @source fastai CSVLogger.read_log */
export async function readLog(file: string): Promise<Record<string, number | string | undefined>[]> {
  const [header = [], ...rows] = csvCells(await readFile(file, "utf8"));
  const isHeader = (row: readonly string[]): boolean => row.join() === header.join();
  return rows.filter((row) => !isHeader(row)).map((row) => Object.fromEntries(header.map((name, i) => [name, valueOf(row[i])])));
}

function valueOf(text: string = ""): number | string | undefined {
  if (text === "") return undefined;
  const number = Number(text);
  return Number.isNaN(number) && text !== "NaN" ? text : number;
}
