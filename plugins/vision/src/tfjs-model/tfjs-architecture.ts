import { Sequential } from "@fastap/plugin-nn";
import type { NormalizeStats } from "@fastap/plugin-data";
import { E_VISION_CUT_NODE, E_VISION_TFJS_FILE } from "../errors.ts";
import type { Architecture } from "../models/architecture.ts";
import type { ImageShape } from "../models/shape-after.ts";
import { nodeModule } from "../weights/node-module.ts";
import { readTfjsFile } from "../weights/tfjs-file.ts";
import type { TfjsFile } from "../weights/tfjs-file.ts";
import type { PlacedLayer } from "./made-layer.ts";
import { lastOfPixels, TfjsGraph } from "./tfjs-graph.ts";

export interface TfjsModelOptions {
  /** The last layer or node that is wanted, by its name. Default: all; for an architecture, the last before pixels are pooled into one. */
  readonly upTo?: string;
}

export interface TfjsArchitectureOptions extends TfjsModelOptions {
  /** What images are normalised with. */
  readonly stats?: NormalizeStats;
}

/** The layers of a tfjs model, each after those that it takes, and the images that it was made for. */
export interface TfjsLayers {
  readonly placed: readonly PlacedLayer[];
  readonly what: "layers" | "ops";
  readonly image: ImageShape;
}

/** The model, not initialised; its weights are what it will start with. @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE */
export function modelUpTo({ placed, what }: TfjsLayers, { upTo }: TfjsModelOptions): TfjsGraph {
  const { graph, state } = TfjsGraph.of(needed(placed, upTo), what);
  graph.loadStateDict(state, { strict: false });
  return graph;
}

/** A backbone of the `model.json` at a path and its shards, which brings its weights. @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_TFJS_FILE */
export function architectureAt(path: string, read: (file: TfjsFile) => TfjsLayers, { upTo, stats }: TfjsArchitectureOptions): Architecture {
  const { dirname, join } = nodeModule("node:path");
  const file = readTfjsFile(contents(path), (beside) => contents(join(dirname(path), beside)));
  const { placed, what, image } = read(file);
  const body = (): ReturnType<typeof TfjsGraph.of> => TfjsGraph.of(needed(read(file).placed, upTo ?? lastOfPixels(placed, image)), what);
  const { state } = body();
  return {
    name: path,
    make: () => body().graph,
    cut: (model) => new Sequential(model),
    brings: { state, file: path, ...(stats === undefined ? {} : { stats }) },
  };
}

function contents(path: string): Uint8Array {
  try {
    return nodeModule("node:fs").readFileSync(path);
  } catch (error) {
    throw E_VISION_TFJS_FILE({ problem: `there is no file ${path}` }, error);
  }
}

/** A layer and all that it takes. */
function needed(placed: readonly PlacedLayer[], upTo: string | undefined = placed.at(-1)?.name): readonly PlacedLayer[] {
  if (upTo === undefined || placed.every(({ name }) => name !== upTo))
    throw E_VISION_CUT_NODE({ name: upTo ?? "", known: placed.map(({ name }) => name) });
  const wanted = new Set([upTo]);
  for (const { name, inputs } of placed.toReversed()) if (wanted.has(name)) for (const input of inputs) wanted.add(input);
  return placed.filter(({ name }) => wanted.has(name));
}
