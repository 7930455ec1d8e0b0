import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, Parser } from "tar";
import type { ReadEntry } from "tar";
import type { EntryFacts, Extraction } from "./extraction.ts";

/** Looks at every entry first, so that a bad archive writes nothing; then unpacks into an empty folder. */
export async function unpackTar(file: string, folder: string, isGzip: boolean, extraction: Extraction): Promise<void> {
  await inspect(file, isGzip, extraction);
  await extract({ file, cwd: folder, strict: true, preserveOwner: false, noMtime: true, filter: (_, entry) => plainMode(entry) });
}

async function inspect(file: string, isGzip: boolean, extraction: Extraction): Promise<void> {
  const refusal = new AbortController();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      try {
        if (!refusal.signal.aborted) extraction.admit(factsOf(entry));
      } catch (error) {
        refusal.abort(error);
      }
      entry.resume();
    },
  });
  const done = new Promise<void>((resolve, reject) => parser.on("end", resolve).on("error", reject));
  const feed = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      if (parser.write(chunk)) callback();
      else parser.once("drain", () => callback());
    },
    flush(callback) {
      parser.end();
      callback();
    },
  });
  const stages = isGzip ? [createGunzip(), weighed(extraction), feed] : [weighed(extraction), feed];
  const read = pipeline([createReadStream(file), ...stages, sink()], { signal: refusal.signal });
  await Promise.all([read, done]).catch((error: unknown) => {
    throw refusal.signal.aborted ? refusal.signal.reason : error;
  });
  refusal.signal.throwIfAborted();
}

/** Padding between entries weighs too: a stream of zeros is no archive, but keeps the processor busy. */
function weighed(extraction: Extraction): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      bytes += chunk.length;
      try {
        if (bytes > extraction.maxStream) extraction.exceeded("bytes", extraction.maxStream);
        callback(null, chunk);
      } catch (error) {
        callback(error as Error);
      }
    },
  });
}

function sink(): Transform {
  return new Transform({ transform: (_chunk, _encoding, callback) => callback() });
}

const FILES = new Set<string>(["File", "OldFile", "ContiguousFile"]);

function factsOf({ path, size, type }: ReadEntry): EntryFacts {
  if (FILES.has(type)) return { path, size, kind: "file" };
  return type === "Directory" ? { path, size: 0, kind: "folder" } : { path, size, kind: "other", type };
}

/** Files are read and written by their owner, whatever the archive says; nothing is set-uid. */
function plainMode(entry: object): boolean {
  if ("mode" in entry && "type" in entry) entry.mode = entry.type === "Directory" ? 0o755 : 0o644;
  return true;
}
