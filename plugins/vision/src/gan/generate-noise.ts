import type { Random } from "@fastap/kernel";
import { TensorBase } from "@fastap/plugin-data";

/** Numbers of which nothing is shown. @source fastai.vision.gan.InvisibleTensor */
export class InvisibleTensor extends TensorBase {}

/** Makes `[size]` of N(0, 1) for every item: what a generator starts from. @source fastai.vision.gan.generate_noise */
export function generateNoise(random: Random, size: number = 100): (item?: unknown) => InvisibleTensor {
  return () => new InvisibleTensor({ data: Float32Array.from({ length: size }, () => random.normal()), shape: [size] });
}
