import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { E_DATA_DOWNLOAD_SIZE, E_DATA_DOWNLOAD_STATUS, E_DATA_DOWNLOAD_URL } from "./errors.ts";

export interface Progress {
  /** Bytes that are here, those of an earlier attempt included. */
  readonly received: number;
  /** Of the whole file, where the server says so. */
  readonly total?: number | undefined;
}

export interface PartOptions {
  readonly url: string;
  /** The unfinished file; what identifies its version lies beside it. */
  readonly part: string;
  /** Milliseconds without a byte. */
  readonly timeout: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Brings an unfinished file to its end with one request, from where it stopped where that is sound. */
export async function fetchPart(options: PartOptions): Promise<void> {
  const idle = new AbortController();
  const tooSlow = (): void => idle.abort(new Error(`no byte for ${options.timeout} ms`));
  let timer = setTimeout(tooSlow, options.timeout);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(tooSlow, options.timeout);
  };
  const signal = AbortSignal.any([idle.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    await receive(options, signal, alive);
  } finally {
    clearTimeout(timer);
  }
}

async function receive(options: PartOptions, signal: AbortSignal, alive: () => void): Promise<void> {
  const { url, part, maxBytes } = options;
  const known = await resumable(part, url);
  const response = await fetch(url, { headers: headersFor(known), signal });
  if (url.startsWith("https:") && !response.url.startsWith("https:")) {
    await response.body?.cancel();
    throw E_DATA_DOWNLOAD_URL({ url: response.url, expected: "https after a redirect, as before it" });
  }
  const from = await startOf(response, known, options);
  const total = totalOf(response, from);
  if (total !== undefined && total > maxBytes) await tooLarge(options, response, total);
  await writeFile(noteOf(part), JSON.stringify({ url, validator: validatorOf(response) }));
  if (response.body === null) throw new Error("an answer without a body");
  const count = counting(options, { received: from, total }, alive);
  await pipeline(response.body, count, createWriteStream(part, { flags: from === 0 ? "w" : "a" }), { signal });
}

type Counting = (body: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;

/** Passes the bytes on, and tells of them. @throws E_DATA_DOWNLOAD_SIZE; an error where they end too early */
function counting({ url, maxBytes, onProgress }: PartOptions, { received, total }: Progress, alive: () => void): Counting {
  return async function* (body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sum = received;
    onProgress?.({ received: sum, total });
    for await (const chunk of body) {
      alive();
      sum += chunk.length;
      if (sum > maxBytes) throw E_DATA_DOWNLOAD_SIZE({ url, limit: maxBytes, received: sum });
      yield chunk;
      onProgress?.({ received: sum, total });
    }
    if (total !== undefined && sum !== total) throw new Error(`the connection ended after ${sum} of ${total} bytes`);
  };
}

/** Removes an unfinished file and its note. */
export async function discardPart(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(noteOf(part), { force: true });
}

export const noteOf = (part: string): string => `${part}.json`;

interface Resumable {
  readonly size: number;
  readonly validator: string;
}

/** An unfinished file may only be continued with the same version of it, so without a validator it is not. */
async function resumable(part: string, url: string): Promise<Resumable | undefined> {
  const [facts, text] = await Promise.all([stat(part).catch(() => undefined), readFile(noteOf(part), "utf8").catch(() => undefined)]);
  if (facts === undefined || facts.size === 0 || text === undefined) return undefined;
  try {
    const note = JSON.parse(text) as { url?: unknown; validator?: unknown };
    return note.url === url && typeof note.validator === "string" ? { size: facts.size, validator: note.validator } : undefined;
  } catch {
    return undefined;
  }
}

/** Compressed in transit, neither lengths nor ranges would mean bytes of the file. */
function headersFor(known: Resumable | undefined): Record<string, string> {
  const plain = { "accept-encoding": "identity", "user-agent": "fastap" };
  return known === undefined ? plain : { ...plain, range: `bytes=${known.size}-`, "if-range": known.validator };
}

/** The first byte of the answer. @throws E_DATA_DOWNLOAD_STATUS */
async function startOf(response: Response, known: Resumable | undefined, { url, part }: PartOptions): Promise<number> {
  const { status } = response;
  if (status === 200) return 0;
  if (status === 206 && known !== undefined && startsAt(response, known.size)) return known.size;
  await response.body?.cancel();
  if (status === 206 || status === 416) {
    await discardPart(part);
    throw new Error("the server cannot continue the file, so it starts again");
  }
  if (MAY_PASS.has(status)) throw new Error(`the server answers ${status} ${response.statusText}`);
  throw E_DATA_DOWNLOAD_STATUS({ url, status, text: response.statusText });
}

/** Answers that another attempt may change. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

function startsAt({ headers }: Response, start: number): boolean {
  return headers.get("content-range")?.startsWith(`bytes ${start}-`) === true;
}

function totalOf(response: Response, from: number): number | undefined {
  const length = response.headers.get("content-length");
  return length === null || response.headers.has("content-encoding") ? undefined : from + Number(length);
}

/** What `If-Range` accepts: a strong ETag, or a date. */
function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get("etag");
  return etag !== null && !etag.startsWith("W/") ? etag : (headers.get("last-modified") ?? undefined);
}

async function tooLarge({ url, maxBytes }: PartOptions, response: Response, total: number): Promise<never> {
  await response.body?.cancel();
  throw E_DATA_DOWNLOAD_SIZE({ url, limit: maxBytes, received: total });
}
