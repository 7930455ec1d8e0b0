import type { Host, StateDict } from "@fastap/kernel";
import type { NormalizeStats } from "@fastap/plugin-data";
import { decodeSafetensors } from "@fastap/plugin-nn";
import { E_VISION_NO_WEIGHTS, E_VISION_WEIGHTS_ABSENT, E_VISION_WEIGHTS_SHA } from "../errors.ts";
import type { Architecture, Pretrained } from "../models/architecture.ts";
import { findWeights } from "./find-weights.ts";
import { howToFetch } from "./how-to-fetch.ts";
import { nodeModule } from "./node-module.ts";
import type { WeightFile } from "./weight-file.ts";

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
  if (!given.endsWith(".safetensors")) return readWeights(host, host.registry("weights").make(given));
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

function readWeights(host: Host, weights: WeightFile): Pretrained {
  const [fs, path] = [nodeModule("node:fs"), nodeModule("node:path")];
  const { file, looked, target } = findWeights(host, weights);
  if (file === undefined) throw E_VISION_WEIGHTS_ABSENT({ name: weights.name, looked, fetch: howToFetch(weights, target) });
  const bytes = fs.readFileSync(file);
  checkSha(weights.name, [bytes], file, weights.sha256);
  const beside = (name: string): Uint8Array => fs.readFileSync(path.join(path.dirname(file), name));
  checkSha(weights.name, weights.beside?.names(bytes).map(beside) ?? [], file, weights.beside?.sha256);
  const state = weights.decode?.(bytes, beside) ?? decodeSafetensors(bytes, file).state;
  return { state, file, ...(weights.stats === undefined ? {} : { stats: weights.stats }) };
}

function checkSha(name: string, parts: readonly Uint8Array[], file: string, sha256: string | undefined): void {
  if (sha256 === undefined) return;
  const hash = nodeModule("node:crypto").createHash("sha256");
  for (const part of parts) hash.update(part);
  const received = hash.digest("hex");
  if (received !== sha256) throw E_VISION_WEIGHTS_SHA({ name, file, expected: sha256, received });
}
