import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CheckpointInfo } from "@fastap/kernel";
import { E_CHECKPOINT_DAMAGED, E_CHECKPOINT_SAVE, E_CHECKPOINT_VERSION } from "./errors.ts";
import { FORMAT, MANIFEST, MANIFEST_SUM, manifestFiles, readManifest, sha256, type Manifest } from "./manifest.ts";

/** A checkpoint whose every byte was checked. */
export interface Loaded {
  readonly path: string;
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** One that was passed over. */
export interface Refused {
  readonly path: string;
  readonly problem: string;
}

/** `<number>-epoch<e>-step<s>`: numbers only grow, so the newest is the last, whatever clocks say. */
const NAME = /^(\d{6,})-epoch\d+-step\d+$/;
const TEMPORARY = /^\.(?:tmp|old)-(\d+)-/;

/** Checkpoints in a directory, each a directory of its own that appears whole or not at all. One process writes at a time. */
export class CheckpointStore {
  readonly dir: string;
  #tidied = false;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Paths, oldest first, unchecked. */
  async paths(): Promise<string[]> {
    const names = await readdir(this.dir).catch(ifAbsent<string[]>([]));
    const numbered = names.flatMap((name) => (NAME.test(name) ? [{ name, number: numberOf(name) }] : []));
    return numbered.toSorted((a, b) => a.number - b.number).map(({ name }) => join(this.dir, name));
  }

  /** The whole ones, oldest first. */
  async list(): Promise<CheckpointInfo[]> {
    const found = await Promise.all((await this.paths()).map((path) => this.#read(path)));
    return found.flatMap((one) => ("files" in one ? [{ path: one.path, step: one.manifest.step, digests: one.manifest.digests }] : []));
  }

  /** Writes all files, syncs them, and then gives the directory its name. Resolves to its path. @throws E_CHECKPOINT_SAVE */
  async save(files: ReadonlyMap<string, Uint8Array>, facts: Omit<Manifest, "format" | "files">, keep: number): Promise<string> {
    try {
      await mkdir(this.dir, { recursive: true });
      await this.#tidy();
      const before = await this.paths();
      const number = numberOf(before.at(-1)?.slice(this.dir.length + 1) ?? "0") + 1;
      const name = `${String(number).padStart(6, "0")}-epoch${facts.epoch}-step${facts.step}`;
      const temporary = join(this.dir, `.tmp-${process.pid}-${number}`);
      await fill(temporary, new Map([...files, ...manifestFiles(facts, files)]));
      const path = join(this.dir, name);
      await rename(temporary, path);
      await syncDirectory(this.dir);
      await this.#remove(before.slice(0, Math.max(0, before.length - keep + 1)));
      return path;
    } catch (error) {
      throw E_CHECKPOINT_SAVE({ dir: this.dir, problem: error instanceof Error ? error.message : String(error) }, error);
    }
  }

  /**
   * The newest checkpoint that is whole, and the newer ones that are not; undefined where there is none at all.
   * @throws E_CHECKPOINT_DAMAGED where there are some and none is whole, E_CHECKPOINT_VERSION
   */
  async newest(): Promise<{ readonly loaded: Loaded; readonly refused: readonly Refused[] } | undefined> {
    const refused: Refused[] = [];
    for (const path of (await this.paths()).toReversed()) {
      const found = await this.#read(path);
      if ("files" in found) return { loaded: found, refused };
      refused.push(found);
    }
    if (refused.length > 0) throw E_CHECKPOINT_DAMAGED({ dir: this.dir, refused });
    return undefined;
  }

  /** The checkpoint at a path. @throws E_CHECKPOINT_DAMAGED, E_CHECKPOINT_VERSION */
  async at(path: string): Promise<Loaded> {
    const found = await this.#read(path);
    if ("files" in found) return found;
    throw E_CHECKPOINT_DAMAGED({ dir: this.dir, refused: [found] });
  }

  async #read(path: string): Promise<Loaded | Refused> {
    try {
      const manifest = readManifest(await readFile(join(path, MANIFEST)), await readFile(join(path, MANIFEST_SUM)));
      if (typeof manifest === "string") return { path, problem: manifest };
      if (manifest.format !== FORMAT) throw E_CHECKPOINT_VERSION({ path, expected: FORMAT, received: String(manifest.format) });
      const files = new Map<string, Uint8Array>();
      for (const [name, { bytes, sha256: sum }] of Object.entries(manifest.files)) {
        const data = await readFile(join(path, name));
        if (data.byteLength !== bytes) return { path, problem: `${name} has ${data.byteLength} bytes, not ${bytes}` };
        if (sha256(data) !== sum) return { path, problem: `the bytes of ${name} are not those that were written` };
        files.set(name, data);
      }
      return { path, manifest, files };
    } catch (error) {
      if (isAbsent(error)) return { path, problem: `${error.path ?? "a file"} is missing` };
      throw error;
    }
  }

  /** Renamed first, so that a kill leaves no half of a checkpoint under its name. */
  async #remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const gone = join(this.dir, `.old-${process.pid}-${path.slice(this.dir.length + 1)}`);
      await rename(path, gone);
      await rm(gone, { recursive: true, force: true });
    }
  }

  /** Once: removes what killed processes left unfinished. */
  async #tidy(): Promise<void> {
    if (this.#tidied) return;
    this.#tidied = true;
    for (const name of await readdir(this.dir)) {
      const pid = Number(TEMPORARY.exec(name)?.[1] ?? process.pid);
      if (pid !== process.pid && !isAlive(pid)) await rm(join(this.dir, name), { recursive: true, force: true });
    }
  }
}

async function fill(dir: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir);
  for (const [name, data] of files) {
    const handle = await open(join(dir, name), "wx");
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await syncDirectory(dir);
}

/** So that names outlive a power cut, where the system lets a directory be synced. */
async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}

function isAbsent(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function ifAbsent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (isAbsent(error)) return value;
    throw error;
  };
}
