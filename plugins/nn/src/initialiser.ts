import type { Random } from "@fastap/kernel";

/** Fills a new tensor; `shape` is PyTorch's (`[out, in]`, `[out, in / groups, kh, kw]`), values are row-major in it. */
export type Initialiser = (shape: readonly number[], random: Random) => Float32Array;

export const zeros: Initialiser = constant(0);
export const ones: Initialiser = constant(1);

export function constant(value: number): Initialiser {
  return (shape) => new Float32Array(count(shape)).fill(value);
}

/** U(−bound, bound) */
export function uniform(bound: number): Initialiser {
  return (shape, random) => Float32Array.from({ length: count(shape) }, () => (2 * random.uniform() - 1) * bound);
}

/** N(0, std), not truncated. */
export function normal(std: number): Initialiser {
  return (shape, random) => Float32Array.from({ length: count(shape) }, () => random.normal() * std);
}

/** U(±√(6 / ((1 + a²) · fanIn))); `a` is the negative slope of the activation that follows. `@source` torch.nn.init.kaiming_uniform_ */
export function kaimingUniform(a: number = 0): Initialiser {
  return (shape, random) => uniform(Math.sqrt(6 / ((1 + a * a) * fanIn(shape))))(shape, random);
}

/** N(0, √(2 / fanIn)). `@source` torch.nn.init.kaiming_normal_ */
export const kaimingNormal: Initialiser = (shape, random) => normal(Math.sqrt(2 / fanIn(shape)))(shape, random);

/** N(0, √(2 / fanOut)), fanOut being the outputs that one input reaches. `@source` torch.nn.init.kaiming_normal_(mode="fan_out"), torchvision's resnets */
export const kaimingNormalFanOut: Initialiser = (shape, random) => {
  const [out = 1, , ...kernel] = shape;
  return normal(Math.sqrt(2 / (out * count(kernel))))(shape, random);
};

/** U(±√(6 / (fanIn + fanOut))). `@source` torch.nn.init.xavier_uniform_ */
export const xavierUniform: Initialiser = (shape, random) => {
  const [out = 1, , ...kernel] = shape;
  return uniform(Math.sqrt(6 / (fanIn(shape) + out * count(kernel))))(shape, random);
};

/** N(0, 1) draws made fastai's truncated normal: the remainder of a division by 2, sign kept, times `std`, plus `mean`. `@source` fastai.layers.trunc_normal_ */
export function truncated(draws: Float32Array, mean: number = 0, std: number = 1): Float32Array {
  return draws.map((z) => Math.fround(z % 2) * std + mean);
}

/** What fastai's Embedding starts with, within ±2·std. `@source` fastai.layers.Embedding */
export function truncNormal(std: number = 0.01): Initialiser {
  return (shape, random) => truncated(normal(1)(shape, random), 0, std);
}

/** Every scale² filters in a row alike, so that shuffled pixels start as nearest-neighbour upsampling. `@source` fastai.layers.icnr_init */
export function icnr(scale: number = 2, init: Initialiser = kaimingNormal): Initialiser {
  return (shape, random) => {
    const [out = 1, ...rest] = shape;
    const width = count(rest);
    const kernel = init([Math.ceil(out / scale ** 2), ...rest], random);
    const result = new Float32Array(out * width);
    for (let o = 0; o < out; o++) {
      const from = Math.floor(o / scale ** 2) * width;
      result.set(kernel.subarray(from, from + width), o * width);
    }
    return result;
  };
}

/** What nn.Linear and nn.Conv2d start their weights with: U(±1/√fanIn). */
export const torchWeight: Initialiser = kaimingUniform(Math.sqrt(5));

/** Their bias, given the shape of the weight beside it. */
export function torchBias(weightShape: readonly number[]): Initialiser {
  return uniform(1 / Math.sqrt(fanIn(weightShape)));
}

/** Inputs that one output sees: all of a weight's sizes but the first. */
export function fanIn(shape: readonly number[]): number {
  return count(shape.slice(1));
}

function count(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
