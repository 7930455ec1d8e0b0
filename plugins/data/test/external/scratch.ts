import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];
after(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the tests. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "fastap-external-"));
  made.push(folder);
  return folder;
}

/** Every path below a folder, sorted. */
export function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}
