import { open, readFile, rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { E_DATA_DOWNLOAD_LOCKED } from "./errors.ts";

const POLL_MS = 100;
const PATIENCE_MS = 3_600_000;
/** A lock without a process number is one that is just being written, or was cut off there. */
const UNFINISHED_MS = 10_000;

/** Works while no other process, and no one else in this one, works on `file`. @throws E_DATA_DOWNLOAD_LOCKED */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  for (let waited = 0; !(await taken(lock)); waited += POLL_MS) {
    if (waited > PATIENCE_MS) throw E_DATA_DOWNLOAD_LOCKED({ file, lock });
    if (await isStale(lock)) await rm(lock, { force: true });
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await using handle = await open(lock, "wx");
    await handle.writeFile(String(process.pid));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(lock: string): Promise<boolean> {
  const owner = Number(await readFile(lock, "utf8").catch(() => String(process.pid)));
  if (owner > 0) return !lives(owner);
  const age = await stat(lock).then(
    (facts) => Date.now() - facts.mtimeMs,
    () => 0,
  );
  return age > UNFINISHED_MS;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
