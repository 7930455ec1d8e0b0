import type { Host } from "@fastap/kernel";
import { nodeModule } from "./node-module.ts";
import type { WeightFile } from "./weight-file.ts";
import { weightFolders } from "./weight-folders.ts";

/** Where weights were looked for, and the first place that has the whole of them. */
export interface FoundWeights {
  readonly looked: readonly string[];
  readonly file: string | undefined;
  /** Where they are fetched to. */
  readonly target: string;
}

/** Looks into the folders of weights. */
export function findWeights(host: Host, weights: WeightFile): FoundWeights {
  const path = nodeModule("node:path");
  const looked = weightFolders(host).map((folder) => path.join(folder, weights.file));
  return { looked, file: looked.find((file) => isWhole(weights, file)), target: looked.at(-1) ?? weights.file };
}

/** A file whose shards are on their way is not there yet. */
function isWhole({ beside }: WeightFile, file: string): boolean {
  const [fs, path] = [nodeModule("node:fs"), nodeModule("node:path")];
  if (!fs.existsSync(file)) return false;
  const names = beside?.names(fs.readFileSync(file)) ?? [];
  return names.every((name) => fs.existsSync(path.join(path.dirname(file), name)));
}
