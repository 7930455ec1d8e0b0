import { readdir } from "node:fs/promises";
import type { Adapter } from "../adapter.ts";

/** Every adapter that a file of this folder exports, files in alphabetical order. */
export const adapters: readonly Adapter[] = await loadAdapters(new URL(".", import.meta.url));

async function loadAdapters(folder: URL): Promise<Adapter[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && file !== "index.ts").toSorted();
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href) as Promise<Record<string, unknown>>));
  return modules.flatMap((module) => Object.values(module)).filter(isAdapter);
}

function isAdapter(value: unknown): value is Adapter {
  return typeof value === "object" && value !== null && "kind" in value && "accepts" in value && "run" in value;
}
