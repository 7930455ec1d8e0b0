import type { Host, StateDict } from "@fastap/kernel";
import type { NormalizeStats } from "@fastap/plugin-data";
import { decodeSafetensors } from "@fastap/plugin-nn";
import { E_VISION_NO_WEIGHTS, E_VISION_WEIGHTS_ABSENT, E_VISION_WEIGHTS_SHA } from "../errors.ts";
import type { Architecture, Pretrained } from "../models/architecture.ts";
import { nodeModule } from "./node-module.ts";
import type { WeightFile } from "./weight-file.ts";
import { weightFolders } from "./weight-folders.ts";

/** A registered name, the path of a safetensors file, or the weights themselves. */
export type WeightsOption = string | StateDict;

/**
 * The weights that an architecture starts with: those given, else its own. Reads files at once, so it needs Node unless the weights themselves are given.
 * @throws E_VISION_NO_WEIGHTS, E_VISION_WEIGHTS_ABSENT, E_VISION_WEIGHTS_SHA, E_NN_SAFETENSORS
 */
export function weightsOf(host: Host, arch: Architecture, given: WeightsOption | undefined = arch.weights): Pretrained {
  if (given === undefined && arch.brings !== undefined) return arch.brings;
  if (given === undefined) throw E_VISION_NO_WEIGHTS({ arch: arch.name, known: host.registry("weights").names() });
  if (typeof given !== "string") return { state: given, file: "the given weights" };
  if (!given.endsWith(".safetensors")) return readWeights(host.registry("weights").make(given), weightFolders(host));
  const [fs, path] = [nodeModule("node:fs"), nodeModule("node:path").resolve(host.config.root ?? ".", given)];
  const fetch = "A path starts from the config's directory. Registered weights have a name without .safetensors.";
  if (!fs.existsSync(path)) throw E_VISION_WEIGHTS_ABSENT({ name: given, looked: [path], fetch });
  return { state: decodeSafetensors(fs.readFileSync(path), path).state, file: path };
}

/** What the weights want images to be normalised with, as far as it is known without reading them. */
export function weightStats(host: Host, arch: Architecture, given: WeightsOption | undefined = arch.weights): NormalizeStats | undefined {
  if (given === undefined) return arch.brings?.stats;
  const known = typeof given === "string" && !given.endsWith(".safetensors");
  return known ? host.registry("weights").make(given).stats : undefined;
}

function readWeights(weights: WeightFile, folders: readonly string[]): Pretrained {
  const [fs, path] = [nodeModule("node:fs"), nodeModule("node:path")];
  const looked = folders.map((folder) => path.join(folder, weights.file));
  const file = looked.find((each) => fs.existsSync(each));
  if (file === undefined) throw E_VISION_WEIGHTS_ABSENT({ name: weights.name, looked, fetch: howToFetch(weights, looked.at(-1) ?? "") });
  const bytes = fs.readFileSync(file);
  checkSha(weights, bytes, file);
  const beside = (name: string): Uint8Array => fs.readFileSync(path.join(path.dirname(file), name));
  const state = weights.decode?.(bytes, beside) ?? decodeSafetensors(bytes, file).state;
  return { state, file, ...(weights.stats === undefined ? {} : { stats: weights.stats }) };
}

function checkSha({ name, sha256 }: WeightFile, bytes: Uint8Array, file: string): void {
  if (sha256 === undefined) return;
  const received = nodeModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
  if (received !== sha256) throw E_VISION_WEIGHTS_SHA({ name, file, expected: sha256, received });
}

function howToFetch({ url, source }: WeightFile, target: string): string {
  if (url !== undefined) return `Fetch it:  curl -L --create-dirs -o '${target}' '${url}'`;
  return `It is made from ${source}; set FASTAP_DATA to the folder that holds it, or put it at ${target}.`;
}
