import { Sequential } from "@fastap/plugin-nn";
import type { NormalizeStats } from "@fastap/plugin-data";
import { E_VISION_LAYERS_MODEL } from "../errors.ts";
import type { Architecture } from "../models/architecture.ts";
import { readLayersFile } from "../weights/layers-weights.ts";
import type { LayersFile } from "../weights/layers-weights.ts";
import { nodeModule } from "../weights/node-module.ts";
import { layerSpecs } from "./layer-spec.ts";
import type { LayerSpec } from "./layer-spec.ts";
import { LayersGraph } from "./layers-graph.ts";

export interface LayersModelOptions {
  /** The last layer that is wanted, by its name. Default: all; for an architecture, the last one before pixels are pooled away. */
  readonly upTo?: string;
}

/** A tfjs LayersModel with its weights, not initialised: frozen or trained as any model. @throws E_VISION_UNSUPPORTED, E_VISION_LAYERS_MODEL */
export function layersModel(file: LayersFile, { upTo }: LayersModelOptions = {}): LayersGraph {
  const { graph, state } = LayersGraph.of(wanted(layerSpecs(file), upTo));
  graph.loadStateDict(state, { strict: false });
  return graph;
}

/**
 * A backbone of the `model.json` of a tfjs LayersModel and its shards, for `visionLearner` and `unetLearner`; it brings its weights.
 * @throws E_VISION_UNSUPPORTED, E_VISION_LAYERS_MODEL
 */
export function layersArchitecture(
  path: string,
  { upTo, stats }: LayersModelOptions & { readonly stats?: NormalizeStats } = {},
): Architecture {
  const [fs, paths] = [nodeModule("node:fs"), nodeModule("node:path")];
  const file = readLayersFile(fs.readFileSync(path), (beside) => fs.readFileSync(paths.join(paths.dirname(path), beside)));
  const specs = layerSpecs(file);
  const body = wanted(specs, upTo ?? lastOfPixels(specs));
  const { state } = LayersGraph.of(body);
  return {
    name: path,
    make: () => LayersGraph.of(body).graph,
    cut: (model) => new Sequential(model),
    brings: { state, file: path, ...(stats === undefined ? {} : { stats }) },
  };
}

function wanted(specs: readonly LayerSpec[], upTo: string | undefined): readonly LayerSpec[] {
  if (specs.length === 0) throw E_VISION_LAYERS_MODEL({ problem: "it has no layers; a graph model has none" });
  if (upTo === undefined) return specs;
  const at = specs.findIndex(({ name }) => name === upTo);
  if (at === -1) throw E_VISION_LAYERS_MODEL({ problem: `it has no layer "${upTo}", but ${specs.map(({ name }) => name).join(", ")}` });
  return specs.slice(0, at + 1);
}

function lastOfPixels(specs: readonly LayerSpec[]): string | undefined {
  const pooled = specs.findIndex(({ kind }) => kind === "Flatten" || kind.startsWith("Global"));
  return specs[pooled - 1]?.name;
}
