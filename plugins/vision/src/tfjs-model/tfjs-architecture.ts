import { Sequential } from "@fastap/plugin-nn";
import type { NormalizeStats } from "@fastap/plugin-data";
import { E_VISION_CUT_NODE, E_VISION_OUTPUTS, E_VISION_TFJS_FILE } from "../errors.ts";
import type { Architecture } from "../models/architecture.ts";
import type { ImageShape } from "../models/shape-after.ts";
import { nodeModule } from "../weights/node-module.ts";
import { firstOutput, readTfjsFile } from "../weights/tfjs-file.ts";
import type { TfjsFile } from "../weights/tfjs-file.ts";
import type { PlacedLayer } from "./made-layer.ts";
import { lastOfPixels, TfjsGraph } from "./tfjs-graph.ts";

export interface TfjsModelOptions {
  /** The last layer, node or output that is wanted, by its name. Default: the only output; for an architecture, the last before pixels are pooled into one. */
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
  /** Names of layers by the names of outputs, where the file gives them such. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly image: ImageShape;
}

/** The model, not initialised; its weights are what it will start with. @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_OUTPUTS */
export function modelUpTo(layers: TfjsLayers, { upTo = onlyOutput(layers) }: TfjsModelOptions): TfjsGraph {
  const { graph, state } = TfjsGraph.of(needed(layers, upTo), layers.what);
  graph.loadStateDict(state, { strict: false });
  return graph;
}

/** A backbone of the `model.json` at a path and its shards, which brings its weights. @throws E_VISION_UNSUPPORTED, E_VISION_CUT_NODE, E_VISION_TFJS_FILE */
export function architectureAt(path: string, read: (file: TfjsFile) => TfjsLayers, { upTo, stats }: TfjsArchitectureOptions): Architecture {
  const { dirname, join } = nodeModule("node:path");
  const file = readTfjsFile(contents(path), (beside) => contents(join(dirname(path), beside)));
  const { placed, what, image } = read(file);
  const body = (): ReturnType<typeof TfjsGraph.of> => TfjsGraph.of(needed(read(file), upTo ?? lastOfPixels(placed, image)), what);
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

/** Of a file that does not name its outputs, what no other layer takes; sizes are no outputs. @throws E_VISION_OUTPUTS where there are several */
function onlyOutput({ placed, outputs }: TfjsLayers): string | undefined {
  const taken = new Set(placed.flatMap(({ inputs }) => inputs));
  const ends = placed.filter(({ name, kind }) => !taken.has(name) && kind !== "Shape" && kind !== "NoOp").map(({ name }) => name);
  const names = outputs.size > 0 ? [...outputs.keys()] : ends;
  if (names.length > 1) throw E_VISION_OUTPUTS({ names });
  return names[0];
}

/** A layer and all that it takes. */
function needed({ placed, outputs }: TfjsLayers, upTo: string | undefined): readonly PlacedLayer[] {
  const end =
    upTo === undefined ? undefined : [upTo, firstOutput(upTo), outputs.get(upTo)].find((each) => placed.some(({ name }) => name === each));
  if (end === undefined) throw E_VISION_CUT_NODE({ name: upTo ?? "", known: [...outputs.keys(), ...placed.map(({ name }) => name)] });
  const wanted = new Set([end]);
  for (const { name, inputs } of placed.toReversed()) if (wanted.has(name)) for (const input of inputs) wanted.add(input);
  return placed.filter(({ name }) => wanted.has(name));
}
