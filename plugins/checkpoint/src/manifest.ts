import { createHash } from "node:crypto";

/** Version of the layout on disk. */
export const FORMAT = 1;
export const MANIFEST = "manifest.json";
/** `sha256sum --check` understands it. */
export const MANIFEST_SUM = "manifest.sha256";

/** What a checkpoint consists of; written after its files. */
export interface Manifest {
  readonly format: number;
  readonly step: number;
  readonly epoch: number;
  /** By part of the state, clock times left out. */
  readonly digests: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The two files that vouch for the others: every byte of a checkpoint is under a sum, the manifest's own too. */
export function manifestFiles(facts: Omit<Manifest, "format" | "files">, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const sums = [...files].map(([name, data]) => [name, { bytes: data.byteLength, sha256: sha256(data) }] as const);
  const manifest: Manifest = { format: FORMAT, ...facts, files: Object.fromEntries(sums) };
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  return new Map([
    [MANIFEST, Buffer.from(text)],
    [MANIFEST_SUM, Buffer.from(sumLine(text))],
  ]);
}

/** The manifest if its bytes are those that were written; else what is wrong. */
export function readManifest(text: Uint8Array, sum: Uint8Array): Manifest | string {
  if (Buffer.from(sum).toString("latin1") !== sumLine(text)) return `${MANIFEST} does not agree with ${MANIFEST_SUM}`;
  const parsed: unknown = JSON.parse(Buffer.from(text).toString());
  return isManifest(parsed) ? parsed : `${MANIFEST} is no manifest`;
}

function sumLine(text: Uint8Array | string): string {
  return `${sha256(text)}  ${MANIFEST}\n`;
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "format" in value && "files" in value && typeof value.files === "object";
}
