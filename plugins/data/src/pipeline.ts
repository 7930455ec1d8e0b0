import type { Random } from "@fastap/kernel";
import { noteStep } from "./failed-step.ts";
import { soon } from "./soon.ts";
import { Transform } from "./transform.ts";
import type { SetupItems, SplitIdx } from "./transform.ts";
import { Tuple } from "./tuple.ts";

/** A transform, a class of one that needs no argument, or a plain function for values of any type. */
export type TransformLike = Transform | (new () => Transform) | ((x: never) => unknown);
export type TransformsLike = Pipeline | TransformLike | readonly TransformLike[] | null | undefined;

export interface DecodeOptions {
  /** Default: never. */
  readonly until?: ((value: unknown) => boolean) | undefined;
  readonly splitIdx?: SplitIdx;
}

/** Transforms one after the other, sorted by `order`. `@source fastcore.transform.Pipeline` */
export class Pipeline {
  splitIdx: SplitIdx;
  /** Shared with the pipeline this one was made of. */
  readonly #transforms: Transform[];

  constructor(transforms?: TransformsLike, splitIdx: SplitIdx = null) {
    this.#transforms = transforms instanceof Pipeline ? transforms.#transforms : sorted(listOf(transforms).map(asTransform));
    this.splitIdx = splitIdx;
  }

  get transforms(): readonly Transform[] {
    return this.#transforms;
  }

  /** Sets one transform up after the other; while one is, the pipeline consists of those before it. */
  async setup(items: SetupItems | null, trainSetup = false): Promise<void> {
    for (const transform of this.#transforms.splice(0)) {
      await transform.setup(items, trainSetup);
      this.add(transform);
    }
  }

  add(...transforms: readonly TransformLike[]): void {
    const all = sorted([...this.#transforms, ...transforms.map(asTransform)]);
    this.#transforms.splice(0, Infinity, ...all);
  }

  /** The value after all transforms; a promise of it where one of them has to wait. Those that draw do so from `random`, one after the other. */
  encode(x: unknown, splitIdx: SplitIdx = this.splitIdx, random?: Random): unknown {
    return this.#transforms.reduce(
      (value: unknown, transform) => soon(value, (ready) => named(transform, () => transform.encode(ready, splitIdx, random))),
      x,
    );
  }

  /** The way back, last transform first; only as far as needed, where `until` says of every part that it is enough. */
  decode(x: unknown, { until, splitIdx = this.splitIdx }: DecodeOptions = {}): unknown {
    let value = x;
    for (const transform of this.#transforms.toReversed()) {
      if (until !== undefined && (value instanceof Tuple ? value.every(until) : until(value))) return value;
      value = transform.decode(value, splitIdx);
    }
    return value;
  }

  /** What the transforms tell by that name: one value as it is, several as a list, none as undefined. */
  attribute(name: string): unknown {
    const told = this.#transforms.flatMap((transform) => told1(transform, name));
    return told.length > 1 ? told : told[0];
  }

  /** The transform of that class. */
  find<T extends Transform>(type: new (...args: never[]) => T): T | undefined {
    return this.#transforms.find((transform): transform is T => transform instanceof type);
  }

  toString(): string {
    return `Pipeline: ${this.#transforms.join(" -> ") || "identity"}`;
  }
}

/** Classes are made, functions wrapped. */
export function asTransform(like: TransformLike): Transform {
  if (like instanceof Transform) return like;
  return isTransformClass(like) ? new like() : new Transform({ enc: like });
}

export function listOf(transforms: TransformsLike): readonly TransformLike[] {
  if (transforms === null || transforms === undefined) return [];
  if (transforms instanceof Pipeline) return transforms.transforms;
  return isList(transforms) ? transforms : [transforms];
}

function isList(transforms: TransformLike | readonly TransformLike[]): transforms is readonly TransformLike[] {
  return Array.isArray(transforms);
}

function isTransformClass(like: Exclude<TransformLike, Transform>): like is new () => Transform {
  return like === (Transform as unknown) || like.prototype instanceof Transform;
}

function sorted(transforms: readonly Transform[]): Transform[] {
  return transforms.toSorted((a, b) => a.order - b.order);
}

const OWN = new Set(["order", "splitIdx", "trainSetup", "name"]);

function told1(transform: Transform, name: string): unknown[] {
  if (OWN.has(name) || name.startsWith("_") || !(name in transform)) return [];
  const value = (transform as unknown as Record<string, unknown>)[name];
  return value === undefined ? [] : [value];
}

/** The result of a step; of an error it is noted which one that was. */
function named(transform: Transform, step: () => unknown): unknown {
  const failed = (error: unknown): never => {
    noteStep(error, transform.name);
    throw error;
  };
  try {
    const result = step();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}
