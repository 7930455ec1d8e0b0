import type { Engine, Param, Random } from "@fastap/kernel";
import { variable } from "@tensorflow/tfjs-core";
import type { Variable } from "@tensorflow/tfjs-core";
import { E_NN_UNINITIALISED } from "./errors.ts";
import type { Initialiser } from "./initialiser.ts";
import { inverse, permute } from "./permute.ts";

/** How a tensor of ours lies in PyTorch's: view that as `view` (default: its own shape), then put the axes in this order. */
export interface Layout {
  readonly axes: readonly number[];
  readonly view?: readonly number[];
}

export interface ParameterOptions {
  /** PyTorch's shape. */
  readonly shape: readonly number[];
  readonly init: Initialiser;
  readonly layout?: Layout;
  readonly isNorm?: boolean;
  readonly isBias?: boolean;
}

/** Something of a module that is saved: a float32 tensor, stored in PyTorch's layout. */
abstract class Stored {
  /** PyTorch's shape. */
  readonly shape: readonly number[];
  #init: Initialiser;
  readonly #view: readonly number[];
  readonly #axes: readonly number[];
  #value: Variable | undefined;

  constructor({ shape, init, layout }: Pick<ParameterOptions, "shape" | "init" | "layout">) {
    this.shape = shape;
    this.#init = init;
    this.#view = layout?.view ?? shape;
    this.#axes = layout?.axes ?? shape.map((_, i) => i);
  }

  /** Owned by the module; `model.dispose()` disposes it. @throws E_NN_UNINITIALISED */
  get value(): Variable {
    if (this.#value === undefined) throw E_NN_UNINITIALISED({ kind: this.constructor.name.toLowerCase(), action: "reading its value" });
    return this.#value;
  }

  /** Makes the tensor with its first values, once. */
  materialise(engine: Engine, random: Random): void {
    if (this.#value !== undefined) return;
    const start = engine.from(this.toInner(this.#init(this.shape, random)), this.#innerShape());
    this.#value = variable(start, this instanceof Parameter);
    start.dispose();
  }

  /** What `init` will fill it with; later than that it changes nothing. */
  startWith(init: Initialiser): void {
    this.#init = init;
  }

  /** From PyTorch's order to ours. */
  toInner(stored: Float32Array): Float32Array {
    return permute(stored, this.#view, this.#axes);
  }

  /** From our order to PyTorch's. */
  toStored(inner: Float32Array): Float32Array {
    return permute(inner, this.#innerShape(), inverse(this.#axes));
  }

  /** A new tensor of our layout; the caller disposes it. */
  tensorOf(engine: Engine, stored: Float32Array): ReturnType<Engine["from"]> {
    return engine.from(this.toInner(stored), this.#innerShape());
  }

  /** The values now, in PyTorch's order. */
  async read(engine: Engine): Promise<Float32Array> {
    return this.toStored(Float32Array.from(await engine.read(this.value)));
  }

  dispose(): void {
    this.#value?.dispose();
    this.#value = undefined;
  }

  #innerShape(): number[] {
    return this.#axes.map((axis) => this.#view[axis] ?? 1);
  }
}

/** A learnable tensor. Put one in a property of a Module: the property's name is the parameter's. */
export class Parameter extends Stored implements Param {
  /** Full path, set when the model is initialised. */
  name: string = "";
  readonly isNorm: boolean;
  readonly isBias: boolean;
  trainable: boolean = true;

  constructor(options: ParameterOptions) {
    super(options);
    this.isNorm = options.isNorm ?? false;
    this.isBias = options.isBias ?? false;
  }
}

/** A tensor that is saved and not trained, as running statistics are. */
export class Buffer extends Stored {}

/** A whole number that is saved, as an I64 scalar. */
export class Counter {
  readonly shape: readonly number[] = [];
  value: number = 0;
}
