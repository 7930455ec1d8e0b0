import type { StateDict, StoredTensor } from "@fastap/kernel";
import { floatsOf } from "@fastap/plugin-nn";
import { E_VISION_STEM } from "../errors.ts";

/**
 * Weights of a model for RGB, made to fit one for `nIn` channels: 1 takes the sum of the three, 2 the first two times 1.5, more get
 * zeros. `first` names the weight of the first layer.
 * @source fastai.vision.learner._load_pretrained_weights
 * @throws E_VISION_STEM
 */
export function adaptInput(state: StateDict, first: string, nIn: number): StateDict {
  const weight = state.get(first);
  if (weight === undefined || weight.shape.length !== 4 || weight.shape[1] !== 3)
    throw E_VISION_STEM({
      layer: first,
      received: weight === undefined ? "is not there" : `is ${weight.dtype} [${weight.shape.join(", ")}]`,
    });
  return new Map([...state, [first, adapted(weight.shape, floatsOf(weight), nIn)]]);
}

function adapted(shape: readonly number[], data: Float32Array, nIn: number): StoredTensor {
  const [filters = 1, , height = 1, width = 1] = shape;
  const plane = height * width;
  const result = new Float32Array(filters * nIn * plane);
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < Math.min(nIn, 3); c++) {
      for (let i = 0; i < plane; i++) result[(f * nIn + c) * plane + i] = valueOf(data, f * 3 * plane + i, plane, c, nIn);
    }
  }
  return { dtype: "F32", shape: [filters, nIn, height, width], data: result };
}

/** Of channel `c` of a pixel of a filter, `at` its red. */
function valueOf(data: Float32Array, at: number, plane: number, c: number, nIn: number): number {
  const value = (channel: number): number => data[at + channel * plane] ?? 0;
  if (nIn === 1) return value(0) + value(1) + value(2);
  return nIn === 2 ? value(c) * 1.5 : value(c);
}
