import { list, record } from "../weights/tfjs-file.ts";
import type { TfjsFile, TfjsTensor } from "../weights/tfjs-file.ts";

/** One layer of a tfjs LayersModel. */
export interface LayerSpec {
  readonly kind: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes; none for an input. */
  readonly inputs: readonly string[];
  /** Its variables by their last name, `kernel`. */
  readonly weights: Readonly<Record<string, TfjsTensor>>;
}

/** The layers in their order; those of a Sequential model each take the one before. */
export function layerSpecs({ topology, weights }: TfjsFile): readonly LayerSpec[] {
  const model = record(topology["model_config"] ?? topology);
  const { config } = model;
  const entries = Array.isArray(config) ? config : list(record(config)["layers"]);
  const isChain = model["class_name"] === "Sequential";
  let before: string | undefined;
  return entries.map((entry: unknown) => {
    const { class_name: kind, config: own, inbound_nodes: nodes } = record(entry);
    const settings = record(own);
    const name = String(settings["name"]);
    const chained = before === undefined ? [] : [before];
    before = name;
    return { kind: String(kind), name, config: settings, inputs: isChain ? chained : inboundOf(nodes), weights: ownWeights(name, weights) };
  });
}

/** `[[["conv", 0, 0, {}], …]]` */
function inboundOf(nodes: unknown): readonly string[] {
  return list(list(nodes)[0]).map((node) => String(list(node)[0]));
}

function ownWeights(name: string, all: TfjsFile["weights"]): Readonly<Record<string, TfjsTensor>> {
  const own = [...all].filter(([path]) => path.startsWith(`${name}/`));
  return Object.fromEntries(own.map(([path, tensor]) => [path.slice(path.lastIndexOf("/") + 1), tensor]));
}
