import type { StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { E_VISION_UNSUPPORTED } from "../errors.ts";
import { shapeAfter } from "../models/shape-after.ts";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";
import { Joined } from "./keras-layers.ts";
import { makeLayer } from "./layer-makers.ts";
import type { LayerSpec } from "./layer-spec.ts";

/** A layer, and the places of those whose outputs it takes. */
interface Node {
  readonly module: Module;
  readonly inputs: readonly number[];
}

/**
 * A tfjs LayersModel as layers of ours, one input and one output: `layers.<i>.…` in state dicts, trainable as any other.
 * Made by {@link layersModel}.
 */
export class LayersGraph extends Module implements Reshaping {
  readonly layers: readonly Module[];
  readonly #nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    super();
    this.#nodes = nodes;
    this.layers = nodes.map(({ module }) => module);
  }

  /** The layers of specs, in their order. @throws E_VISION_UNSUPPORTED with every layer that is none of ours */
  static of(specs: readonly LayerSpec[]): { readonly graph: LayersGraph; readonly state: StateDict } {
    const made = specs.map((spec) => makeLayer(spec));
    const missing = specs.filter((_, i) => made[i] === undefined).map(({ name, kind }) => `${name} (${kind})`);
    if (missing.length > 0) throw E_VISION_UNSUPPORTED({ what: "layers", names: missing });
    const places = new Map(specs.map(({ name }, i) => [name, i]));
    const nodes = specs.flatMap(({ inputs }, i): Node[] => {
      const module = made[i]?.module;
      return module === undefined ? [] : [{ module, inputs: inputs.map((input) => places.get(input) ?? -1) }];
    });
    return { graph: new LayersGraph(nodes), state: new Map(made.flatMap((layer, i) => prefixed(`layers.${i}.`, layer?.state))) };
  }

  after(shape: ImageShape): ImageShape {
    return this.#walk<ImageShape>(shape, (module, inputs) => {
      const [first = shape] = inputs;
      if (!(module instanceof Joined) || module.kind !== "concatenate") return shapeAfter(module, first);
      return { ...first, channels: inputs.reduce((sum, { channels }) => sum + channels, 0) };
    });
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x === undefined) throw this.shapeError("one tensor", xb);
    return this.#walk<Tensor>(x, (module, inputs) => module.forward(...inputs) as Tensor);
  }

  /** What each layer makes of what its inputs made; the last one's. */
  #walk<T>(x: T, step: (module: Module, inputs: readonly T[]) => T): T {
    const made: T[] = [];
    for (const { module, inputs } of this.#nodes) made.push(step(module, inputs.length === 0 ? [x] : inputs.map((i) => made[i] ?? x)));
    return made.at(-1) ?? x;
  }
}

function prefixed(prefix: string, state: Readonly<Record<string, StoredTensor>> = {}): [string, StoredTensor][] {
  return Object.entries(state).map(([name, stored]) => [`${prefix}${name}`, stored]);
}
