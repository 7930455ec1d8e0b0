import { paint } from "./paint.ts";

/** Tells a person on stderr what went wrong; the stack only for who asks, since a coded error says where to look. */
export function report(error: unknown, verbose: boolean): void {
  const text = verbose || Boolean(process.env["FASTAP_DEBUG"]) ? withStack(error) : inWords(error);
  process.stderr.write(`${text.replace(/\bE_[A-Z_]+(?=:)/, (code) => paint(process.stderr, "red", code))}\n`);
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && String(error.code).startsWith("E_")) return error.message;
  return `${error.name}: ${error.message}\nThis error is not one of fastap's own: --verbose shows where it arose.`;
}

function withStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${withStack(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
