import { once } from "node:events";
import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import type { HeaderData } from "tar";

export interface TarEntry {
  readonly path: string;
  readonly text?: string;
  readonly type?: "File" | "Directory" | "SymbolicLink" | "Link" | "CharacterDevice";
  readonly linkpath?: string;
  /** What the header claims, if not the length of the text. */
  readonly size?: number;
  readonly mode?: number;
}

/** A tar of whatever entries, safe or not. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);
}

function tarEntry({ path, text = "", type = "File", linkpath, size = text.length, mode = 0o644 }: TarEntry): Buffer {
  const data: HeaderData = { path, size, type, mode, mtime: new Date(0), ...(linkpath === undefined ? {} : { linkpath }) };
  const head = Buffer.alloc(512);
  new Header(data).encode(head, 0);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([head, body]);
}

export interface ZipEntry {
  readonly path: string;
  readonly text?: string;
  /** Type and permissions as Unix writes them. */
  readonly mode?: number;
  /** What the directory claims, if not the length of the text. */
  readonly size?: number;
  readonly flags?: number;
  /** 0 stored, 8 deflated. */
  readonly method?: number;
}

/** A zip of stored entries, safe or not. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { path, text = "", mode = 0o100644, size = text.length, flags = 0, method = 0 } of entries) {
    const name = Buffer.from(path);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(text.length, 4);
    sizes.writeUInt32LE(size, 8);
    const shared = Buffer.concat([u16(20), u16(flags), u16(method), u16(0), u16(0x21), sizes, u16(name.length), u16(0)]);
    locals.push(Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, name, Buffer.from(text, "latin1")]));
    const attributes = Buffer.alloc(8);
    attributes.writeUInt32LE((mode << 16) >>> 0, 0);
    attributes.writeUInt32LE(offset, 4);
    centrals.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), u16(0x031e), shared, u16(0), u16(0), u16(0), attributes, name]));
    offset += locals.at(-1)?.length ?? 0;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(12);
  end.writeUInt32LE(directory.length, 0);
  end.writeUInt32LE(offset, 4);
  const counts = Buffer.concat([u16(0), u16(0), u16(entries.length), u16(entries.length)]);
  return Buffer.concat([...locals, directory, Buffer.from("PK\u0005\u0006"), counts, end.subarray(0, 8), u16(0)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** Writes it, compressed where the name ends in gz. */
export function archiveFile(folder: string, name: string, bytes: Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, name.endsWith("gz") ? gzipSync(bytes) : bytes);
  return file;
}

/** A small file that unpacks to `count` times `unit`: gzip streams may stand one after the other. */
export async function repeatedGzip(file: string, head: Buffer, unit: Buffer, count: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write(gzipSync(head));
  const packed = gzipSync(unit, { level: 9 });
  for (let i = 0; i < count; i++) if (!stream.write(packed)) await once(stream, "drain");
  stream.end(gzipSync(Buffer.alloc(1024)));
  await once(stream, "close");
}
