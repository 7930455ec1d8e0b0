import type { Architecture } from "../models/architecture.ts";
import { list } from "../weights/tfjs-file.ts";
import type { TfjsFile } from "../weights/tfjs-file.ts";
import { makeLayer } from "./layer-makers.ts";
import { layerSpecs } from "./layer-spec.ts";
import { architectureAt, modelUpTo } from "./tfjs-architecture.ts";
import type { TfjsArchitectureOptions, TfjsLayers, TfjsModelOptions } from "./tfjs-architecture.ts";
import type { TfjsGraph } from "./tfjs-graph.ts";

/** A tfjs LayersModel with its weights, not initialised: frozen or trained as any model. @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE */
export function layersModel(file: TfjsFile, options: TfjsModelOptions = {}): TfjsGraph {
  return modelUpTo(kerasLayers(file), options);
}

/**
 * A backbone of the `model.json` of a tfjs LayersModel and its shards, for `visionLearner` and `unetLearner`; it brings its weights.
 * @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_TFJS_FILE
 */
export function layersArchitecture(path: string, options: TfjsArchitectureOptions = {}): Architecture {
  return architectureAt(path, kerasLayers, options);
}

/** Its layers as ours. */
export function kerasLayers(file: TfjsFile): TfjsLayers {
  const specs = layerSpecs(file);
  const [, height, width, channels] = list(specs.find(({ config }) => "batch_input_shape" in config)?.config["batch_input_shape"]);
  return {
    placed: specs.map((spec) => ({ name: spec.name, kind: spec.kind, inputs: spec.inputs, made: makeLayer(spec) })),
    what: "layers",
    outputs: new Map(),
    image: { channels: Number(channels ?? 3), height: Number(height ?? 224), width: Number(width ?? 224) },
  };
}
