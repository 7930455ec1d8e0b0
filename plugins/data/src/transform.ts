import type { Random } from "@fastap/kernel";
import { TensorBase } from "./semantic-types.ts";
import type { SemanticType, TensorBatch } from "./semantic-types.ts";
import { allSoon, soon } from "./soon.ts";
import { Tuple, tuple } from "./tuple.ts";
import type { Portable } from "./workers/portable.ts";
import { TypeDispatch } from "./type-dispatch.ts";
import type { Encode } from "./type-dispatch.ts";

/** Which subset an item is of: 0 training, 1 validation, … ; null: not said. */
export type SplitIdx = number | null;

/** What a transform may look at when it is set up. */
export interface SetupItems {
  readonly length: number;
  /** As the transforms before leave it. */
  get(i: number): unknown;
  /** The items to train on. */
  readonly train?: SetupItems;
  /** What the transforms before tell by that name. */
  attribute?(name: string): unknown;
  /** The first batch, as the transforms before leave it; the caller disposes. */
  typedBatch?(): Promise<readonly TensorBatch[]>;
}

export interface TransformOptions {
  /** For values of any type. */
  readonly enc?: Encode;
  readonly dec?: Encode;
  /** 0: in training only, 1: in validation only; default null, always. */
  readonly splitIdx?: SplitIdx;
  /** Lower ones go first; default 0. */
  readonly order?: number;
  readonly name?: string;
  /** How `enc` is found again in a worker: the module that exports it. */
  readonly portable?: Portable | undefined;
}

/**
 * A step from an item to a tensor, chosen by the type of the value, with the way back. Values of other types pass unchanged.
 * @source fastcore.transform.Transform
 */
export class Transform {
  order = 0;
  splitIdx: SplitIdx = null;
  /** Overrides whether {@link setup} sees the training items only. */
  trainSetup: boolean | null = null;
  readonly name: string;
  readonly #encodes = new TypeDispatch();
  readonly #decodes = new TypeDispatch();
  readonly #portable: Portable | undefined;

  constructor({ enc, dec, splitIdx = null, order, name, portable }: TransformOptions = {}) {
    this.name = name ?? (new.target === Transform ? nameOf(enc) : new.target.name);
    this.splitIdx = splitIdx;
    this.#portable = portable;
    const placed = order ?? orderOf(enc);
    if (placed !== undefined) this.order = placed;
    if (enc !== undefined) this.#encodes.set(Object, enc);
    if (dec !== undefined) this.#decodes.set(Object, dec);
  }

  /** Handles values of `type` and of classes derived from it. Batches of them come as {@link TensorBatch}. */
  on<T extends object>(type: new (...args: never[]) => T, enc: Encode | null, dec?: Encode): this {
    if (enc !== null) this.#encodes.set(type as SemanticType, enc);
    if (dec !== undefined) this.#decodes.set(type as SemanticType, dec);
    return this;
  }

  /** The value transformed, or a promise of it where the step has to wait. `random` is the stream of the item or batch; transforms that draw need it. */
  encode(x: unknown, splitIdx: SplitIdx = null, _random?: Random): unknown {
    return this.applies(splitIdx) ? this.dispatchEncodes(x) : x;
  }

  decode(x: unknown, splitIdx: SplitIdx = null): unknown {
    return this.applies(splitIdx) ? this.dispatch(this.#decodes, x) : x;
  }

  async setup(items: SetupItems | null, trainSetup = false): Promise<void> {
    if (items === null) return;
    await this.setups((this.trainSetup ?? trainSetup) ? (items.train ?? items) : items);
  }

  /** What is to be learned of the items. */
  protected setups(_items: SetupItems): void | Promise<void> {}

  /** How a worker makes this transform again; undefined where it cannot, as for functions and what has learned from its items. */
  portable(): Portable | undefined {
    return this.#portable;
  }

  toString(): string {
    return this.name;
  }

  /** The function for the type of `x`, or of each part of a tuple, with what was drawn for all of them. */
  protected dispatchEncodes(x: unknown, drawn?: unknown): unknown {
    return this.dispatch(this.#encodes, x, drawn);
  }

  protected dispatch(table: TypeDispatch, x: unknown, drawn?: unknown): unknown {
    if (!(x instanceof Tuple)) return applyOne(table, x, drawn);
    return soon(allSoon(Array.from(x, (part: unknown) => this.dispatch(table, part, drawn))), (parts) => tuple(...parts));
  }

  protected applies(splitIdx: SplitIdx): boolean {
    return this.splitIdx === null || this.splitIdx === splitIdx;
  }
}

/** Applies the function for the type of `x`, and gives the result the type of `x` where it is of a class above it. */
export function applyOne(table: TypeDispatch, x: unknown, drawn?: unknown): unknown {
  const f = table.find(x);
  return f === undefined ? x : soon(f(x, drawn), (result) => retainType(result, x));
}

function retainType(result: unknown, x: unknown): unknown {
  if (!(x instanceof TensorBase) || !(result instanceof TensorBase)) return result;
  const type = x.constructor as new (sample: TensorBase) => TensorBase;
  return x instanceof (result.constructor as SemanticType) && type !== result.constructor ? new type(result) : result;
}

function nameOf(enc: Encode | undefined): string {
  return enc?.name || "Transform";
}

/** A function may say its order itself. */
function orderOf(enc: Encode | undefined): number | undefined {
  return enc !== undefined && "order" in enc && typeof enc.order === "number" ? enc.order : undefined;
}
