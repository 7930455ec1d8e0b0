import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "./rules.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Folders of all packages that have sources, from the root of the project. */
export function packageFolders(): string[] {
  const families = ["plugins", "presets"].flatMap((family) => readdirSync(join(root, family)).map((name) => `${family}/${name}`));
  const all = ["kernel", ...families, "test/contract", "sandbox/third-party-plugin"];
  return all.filter((folder) => existsSync(join(root, folder, "package.json")));
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

/** TypeScript under a folder of a package. */
export function sourcesOf(folder: string, under = "src"): SourceFile[] {
  const dir = join(root, folder, under);
  if (!existsSync(dir)) return [];
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.includes("node_modules"),
  );
  return names
    .toSorted()
    .map((name) => ({ path: `${folder}/${under}/${name.replaceAll("\\", "/")}`, text: readFileSync(join(dir, name), "utf8") }));
}

export function has(folder: string, file: string): boolean {
  return existsSync(join(root, folder, file));
}

export function textOf(folder: string, file: string): string {
  return readFileSync(join(root, folder, file), "utf8");
}
