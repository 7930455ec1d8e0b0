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
