import { relative } from "node:path";

/** A result, on stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One line of JSON, on stdout. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Up to six significant digits, as people read them. */
export function short(value: number | string | undefined): string {
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : (value ?? "–");
}

/** The path of a file, as short as it can be said from here. */
export function near(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
