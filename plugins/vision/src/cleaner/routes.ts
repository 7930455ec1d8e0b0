import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { E_CLEANER_REQUEST } from "./errors.ts";
import { CLEANER_CSS } from "./page-css.ts";
import { CLEANER_HTML } from "./page-html.ts";
import type { Decision, SplitName } from "./review.ts";
import type { Session } from "./session.ts";
import { thumbnail } from "./thumbnail.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A request after the secret of its path was found right. */
export interface Asked {
  readonly method: string;
  /** Below the secret: `api/images`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** Modules of the page, by the name they are asked for. */
const SCRIPTS: readonly string[] = ["page.js", "card.js", "keys.js"];
const LIMIT = 60;

/** The page, its parts, what it asks and what it decides; undefined: there is no such thing. Files are named by number, never by path. */
export async function route(session: Session, { method, path, query, body }: Asked): Promise<Answer | undefined> {
  if (method === "POST") return decide(session, path, body);
  if (method !== "GET") return undefined;
  if (path === "") return { status: 200, type: "text/html; charset=utf-8", body: CLEANER_HTML };
  if (path === "page.css") return { status: 200, type: "text/css; charset=utf-8", body: CLEANER_CSS };
  if (SCRIPTS.includes(path)) return { status: 200, type: "text/javascript; charset=utf-8", body: await script(path) };
  if (path === "api/review") return json(session.overview());
  if (path === "api/images")
    return json(session.images(selectionOf(query), whole(query.get("offset"), 0), whole(query.get("limit"), LIMIT)));
  return thumb(session, path);
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

async function decide(session: Session, path: string, body: unknown): Promise<Answer | undefined> {
  if (path === "api/done") return json(await session.finish());
  if (path !== "api/decide") return undefined;
  const { index, action, label }: Partial<Record<"index" | "action" | "label", unknown>> = Object(body);
  return json(await session.decide(Number(index), decisionOf(action, label)));
}

function decisionOf(action: unknown, label: unknown): Decision {
  if (action === "keep" || action === "delete") return { action };
  if (action === "relabel" && Number.isSafeInteger(label)) return { action, label: Number(label) };
  throw E_CLEANER_REQUEST({
    what: "a decision",
    expected: "keep, delete, or relabel with a class number",
    received: JSON.stringify({ action, label }),
  });
}

async function thumb(session: Session, path: string): Promise<Answer | undefined> {
  const [, number] = /^thumb\/(\d{1,9})$/.exec(path) ?? [];
  const file = number === undefined ? undefined : session.file(Number(number));
  if (file === undefined) return undefined;
  try {
    return { status: 200, type: "image/jpeg", body: await thumbnail(file) };
  } catch (error) {
    return json({ problem: error instanceof Error ? error.message : String(error) }, 422);
  }
}

/** Built beside this file. */
function script(name: string): Promise<Uint8Array> {
  return readFile(resolve(import.meta.dirname, "page", name));
}

function selectionOf(query: URLSearchParams): { readonly split: SplitName; readonly label: number | undefined } {
  const label = query.get("label") ?? "";
  return { split: query.get("split") === "valid" ? "valid" : "train", label: label === "" ? undefined : whole(label, 0) };
}

function whole(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
