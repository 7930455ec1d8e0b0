import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What the contract reads of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

export async function readManifest(url: string | URL): Promise<Manifest> {
  const json = JSON.parse(await readFile(fileURLToPath(url), "utf8")) as Partial<Manifest>;
  return { name: json.name ?? "", version: json.version ?? "", peerDependencies: json.peerDependencies ?? {} };
}
