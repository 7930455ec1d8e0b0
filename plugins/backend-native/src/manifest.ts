import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PLATFORM } from "./library-folder.ts";

/** What lies beside a library, written when it was built. */
export interface Manifest {
  readonly file: string;
  /** As npm names it, `linux-x64`. */
  readonly platform: string;
  /** Of this package, exactly. */
  readonly version: string;
  readonly abi: number;
  readonly sha256: string;
}

export const VERSION = "0.1.0";
/** `FASTAP_ABI` of c/table.h: kernels and their parameters. */
export const ABI = 11;

/** The checked path of the library in a folder, or why it is not to be loaded. */
export async function verifiedLibrary(folder: string): Promise<{ readonly path: string } | { readonly reason: string }> {
  const manifest = await readManifest(folder);
  if (typeof manifest === "string") return { reason: manifest };
  const path = join(folder, manifest.file);
  if (manifest.version !== VERSION) return { reason: `${path} is of version ${manifest.version}, and this is backend-native ${VERSION}` };
  if (manifest.platform !== PLATFORM) return { reason: `${path} is for ${manifest.platform}, and this is ${PLATFORM}` };
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return { reason: `${path} cannot be read` };
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sum !== manifest.sha256) return { reason: `${path} is corrupt: its SHA-256 is not that of its manifest` };
  return { path };
}

async function readManifest(folder: string): Promise<Manifest | string> {
  const path = join(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return `${path} cannot be read`;
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : `${path} is no manifest of a native library`;
  } catch {
    return `${path} is corrupt`;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null) return false;
  const { file, platform, version, abi, sha256 } = value as Record<string, unknown>;
  const isText = [file, platform, version, sha256].every((item) => typeof item === "string");
  return isText && typeof abi === "number" && !/[\\/]/.test(String(file));
}
