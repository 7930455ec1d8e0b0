import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { getFileNameLowLevel, open } from "yauzl";
import type { Entry, Options, ZipFile } from "yauzl";
import type { EntryFacts, Extraction } from "./extraction.ts";

const openZip = promisify<string, Options, ZipFile>(open);

/** Looks at the whole directory first, so that a bad archive writes nothing; then unpacks into an empty folder. */
export async function unpackZip(file: string, folder: string, extraction: Extraction): Promise<void> {
  await walk(file, async (entry) => extraction.admit(factsOf(entry)));
  await walk(file, async (entry, zip) => {
    const name = nameOf(entry);
    const path = join(folder, name);
    if (name.endsWith("/")) return void (await mkdir(path, { recursive: true }));
    await mkdir(dirname(path), { recursive: true });
    // yauzl ends the stream with an error where an entry is longer than its directory says.
    const read = promisify<Entry, Readable>((of, callback) => zip.openReadStream(of, callback));
    await pipeline(await read(entry), createWriteStream(path, { flags: "wx", mode: 0o644 }));
  });
}

async function walk(file: string, visit: (entry: Entry, zip: ZipFile) => Promise<void>): Promise<void> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false });
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on("error", reject).on("end", resolve);
      zip.on("entry", (entry: Entry) => void visit(entry, zip).then(() => zip.readEntry(), reject));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}

/** The type of a file in the upper half of what Unix writes there. */
const UNIX_TYPES: Readonly<Record<number, string>> = { 0o120000: "SymbolicLink", 0o020000: "CharacterDevice", 0o060000: "BlockDevice" };

function factsOf(entry: Entry): EntryFacts {
  const { uncompressedSize: size, externalFileAttributes, generalPurposeBitFlag } = entry;
  const path = nameOf(entry);
  const type = UNIX_TYPES[(externalFileAttributes >>> 16) & 0o170000];
  if (type !== undefined) return { path, size, kind: "other", type };
  if ((generalPurposeBitFlag & 1) === 1) return { path, size, kind: "other", type: "encrypted file" };
  return path.endsWith("/") ? { path, size: 0, kind: "folder" } : { path, size, kind: "file" };
}

/** As it stands there, with the separators of Windows: yauzl would refuse an unsafe one in its own words. */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}
