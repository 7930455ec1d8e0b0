import type { StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import { Module } from "@fastap/plugin-nn";
import { E_VISION_UNSUPPORTED } from "../errors.ts";
import { shapeAfter } from "../models/shape-after.ts";
import type { ImageShape, Reshaping } from "../models/shape-after.ts";
import { Joined } from "./joined.ts";
import { withPrefix } from "./made-layer.ts";
import type { PlacedLayer } from "./made-layer.ts";

/** A layer, and the places of those whose outputs it takes. */
interface Node {
  readonly module: Module;
  readonly inputs: readonly number[];
}

/**
 * A tfjs model as layers of ours, one input and one output: `layers.<i>.…` in state dicts, trainable as any other.
 * Made by `layersModel` and `graphModel`.
 */
export class TfjsGraph extends Module implements Reshaping {
  readonly layers: readonly Module[];
  readonly #nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    super();
    this.#nodes = nodes;
    this.layers = nodes.map(({ module }) => module);
  }

  /** The layers in their order, each after those that it takes. @throws E_VISION_UNSUPPORTED with every layer that is none of ours */
  static of(placed: readonly PlacedLayer[], what: "layers" | "ops" = "layers"): { readonly graph: TfjsGraph; readonly state: StateDict } {
    const missing = placed
      .filter(({ made }) => made === undefined)
      .map(({ name, kind, why }) => `${name} (${kind}${why === undefined ? "" : `: ${why}`})`);
    if (missing.length > 0) throw E_VISION_UNSUPPORTED({ what, names: missing });
    const places = new Map(placed.map(({ name }, i) => [name, i]));
    const nodes = placed.flatMap(({ made, inputs }): Node[] =>
      made === undefined ? [] : [{ module: made.module, inputs: inputs.map((input) => places.get(input) ?? -1) }],
    );
    const state = placed.flatMap(({ made }, i): [string, StoredTensor][] => Object.entries(withPrefix(`layers.${i}.`, made?.state)));
    return { graph: new TfjsGraph(nodes), state: new Map(state) };
  }

  after(shape: ImageShape): ImageShape {
    return this.#walk<ImageShape>(shape, (module, [first = shape, ...others]) => layerAfter(module, [first, ...others]));
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

/** The last layer that still has more pixels than one of an image of that shape: where a body ends if nothing else is said. */
export function lastOfPixels(placed: readonly PlacedLayer[], shape: ImageShape): string | undefined {
  const shapes = new Map<string, ImageShape>();
  let last: string | undefined;
  for (const { name, inputs, made } of placed) {
    const [first, ...others] = inputs.length === 0 ? [shape] : inputs.flatMap((input) => shapes.get(input) ?? []);
    if (made === undefined || first === undefined || others.length + 1 < inputs.length) continue;
    const after = layerAfter(made.module, [first, ...others]);
    shapes.set(name, after);
    if (after.height > 1 && after.width > 1) last = name;
  }
  return last;
}

function layerAfter(module: Module, shapes: readonly [ImageShape, ...ImageShape[]]): ImageShape {
  return module instanceof Joined ? module.join(shapes) : shapeAfter(module, shapes[0]);
}
