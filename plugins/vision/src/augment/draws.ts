import type { Random } from "@fastap/kernel";
import type { TensorBatch } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";

/** What a batch transform draws for, and from. */
export interface BatchCall {
  /** Images in the batch, of `height` and `width`. */
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly random: Random;
  /** The images, or masks where there are none. */
  readonly batch: TensorBatch;
}

/** Instead of a random number: one for all images, one for each (the first ones count), or a function that gives either. */
export type Draw = number | readonly number[] | ((batch: TensorBatch) => number | readonly number[]);

export interface DrawOptions {
  /** Chance that an image is changed. */
  readonly p?: number;
  readonly draw?: Draw;
  /** One draw for the whole batch; default false. */
  readonly batch?: boolean;
}

/** A number for each image: as `draw` says, else what `next` draws, once for the batch if it is shared. @throws E_VISION_OPTION */
export function drawn(call: BatchCall, { draw, batch = false }: DrawOptions, next: (random: Random) => number): number[] {
  const { n, random } = call;
  if (draw === undefined) return batch ? filled(n, next(random)) : Array.from({ length: n }, () => next(random));
  const given = typeof draw === "function" ? draw(call.batch) : draw;
  if (typeof given === "number") return filled(n, given);
  if (given.length < n)
    throw E_VISION_OPTION({ option: "draw", expected: `${n} numbers, one for each image`, received: String(given.length) });
  return given.slice(0, n);
}

/** Each value kept with chance `p`, or all together, else `neutral`. `@source fastai.vision.augment.mask_tensor` */
export function maskTensor(
  values: readonly number[],
  random: Random,
  { p = 0.5, neutral = 0, batch = false }: { p?: number; neutral?: number; batch?: boolean } = {},
): number[] {
  if (p >= 1) return [...values];
  if (batch) return random.uniform() < p ? [...values] : filled(values.length, neutral);
  return values.map((value) => (random.uniform() < p ? value : neutral));
}

/** Uniform from `low` to `high`. */
export function between(low: number, high: number): (random: Random) => number {
  return (random) => low + random.uniform() * (high - low);
}

/** Logarithms uniform, from 1 − m to 1 / (1 − m). */
export function around1(m: number): (random: Random) => number {
  const uniform = between(Math.log(1 - m), -Math.log(1 - m));
  return (random) => Math.exp(uniform(random));
}

/** Values in turn, one for each batch. `@source fastai.vision.augment.DeterministicDraw` */
export function deterministicDraw(values: readonly number[]): (batch: TensorBatch) => number {
  let calls = 0;
  return () => values[calls++ % values.length] ?? 0;
}

function filled(n: number, value: number): number[] {
  return Array.from({ length: n }, () => value);
}
