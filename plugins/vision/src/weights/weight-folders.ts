import type { Host } from "@fastap/kernel";
import { nodeModule } from "./node-module.ts";

/** Where weights are looked for: `weights` beside the config, FASTAP_WEIGHTS, FASTAP_DATA, the user's cache. The last is where they are fetched to. */
export function weightFolders(host: Host): readonly string[] {
  const path = nodeModule("node:path");
  const { FASTAP_WEIGHTS, FASTAP_DATA, XDG_CACHE_HOME } = process.env;
  const cache = path.join(XDG_CACHE_HOME ?? path.join(nodeModule("node:os").homedir(), ".cache"), "fastap", "weights");
  const given = [FASTAP_WEIGHTS, FASTAP_DATA]
    .filter((folder) => folder !== undefined && folder !== "")
    .map((folder) => path.resolve(folder ?? ""));
  return [path.resolve(host.config.root ?? ".", "weights"), ...given, cache];
}
