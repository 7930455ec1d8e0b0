import type { Architecture } from "../models/architecture.ts";
import type { TfjsFile } from "../weights/tfjs-file.ts";
import { graphNodes } from "./graph-node.ts";
import type { PlacedLayer } from "./made-layer.ts";
import { makeNode, whyNot } from "./node-makers.ts";
import { architectureAt, modelUpTo } from "./tfjs-architecture.ts";
import type { TfjsArchitectureOptions, TfjsLayers, TfjsModelOptions } from "./tfjs-architecture.ts";
import type { TfjsGraph } from "./tfjs-graph.ts";

/**
 * A tfjs GraphModel with its weights, not initialised: frozen or trained as any model, though its constants of one number never are.
 * Of one with several outputs `upTo` names the one that is wanted, as its signature does or by its node.
 * @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_OUTPUTS
 */
export function graphModel(file: TfjsFile, options: TfjsModelOptions = {}): TfjsGraph {
  return modelUpTo(graphLayers(file), options);
}

/**
 * A backbone of the `model.json` of a tfjs GraphModel and its shards, for `visionLearner` and `unetLearner`; it brings its weights.
 * @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_TFJS_FILE
 */
export function graphArchitecture(path: string, options: TfjsArchitectureOptions = {}): Architecture {
  return architectureAt(path, graphLayers, options);
}

/** Its nodes as layers. */
export function graphLayers(file: TfjsFile): TfjsLayers {
  const nodes = graphNodes(file);
  const placed = nodes.map((node): PlacedLayer => {
    const made = makeNode(node);
    const inputs = node.operands.filter((operand) => typeof operand === "string");
    return { name: node.name, kind: node.kind, inputs, made, why: made === undefined ? whyNot(node) : undefined };
  });
  const [, height = -1, width = -1, channels = 3] = nodes.find(({ kind }) => kind === "Placeholder")?.attributes.shape("shape") ?? [];
  const known = (size: number): number => (size === -1 ? 224 : size);
  return {
    placed,
    what: "ops",
    outputs: file.outputs,
    image: { channels: channels === -1 ? 3 : channels, height: known(height), width: known(width) },
  };
}
