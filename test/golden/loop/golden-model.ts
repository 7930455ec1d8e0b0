import type { StateDict, StoredTensor, Tensor } from "@fastap/kernel";
import { BatchNorm, Flatten, Linear, Module, Relu, Sequential } from "@fastap/plugin-nn";
import { tanh } from "@tensorflow/tfjs-core";
import { decodeTensor, isTensor, mb32Uniform } from "../tensor.ts";

/** PyTorch's Tanh. */
class Tanh extends Module {
  protected call(...[x]: readonly Tensor[]): Tensor {
    if (x === undefined) throw new Error("Tanh takes one tensor");
    return tanh(x);
  }
}

/** Weights of a case as state dicts hold them. */
export function stateDictOf(weights: Readonly<Record<string, unknown>>): StateDict {
  return new Map(Object.entries(weights).map(([name, json]) => [name, stored(name, json)]));
}

function stored(name: string, json: unknown): StoredTensor {
  const { shape, data } = decodeTensor(json);
  if (name.endsWith("num_batches_tracked")) return { dtype: "I64", shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype: "F32", shape, data: Float32Array.from(data) };
}

/** Weights by the formula of the README: `{ scheme: "mb32", seed }` over `[[key, shape], …]`. */
export function formulaWeights(seed: string, keys: readonly (readonly [string, readonly number[]])[]): Record<string, unknown> {
  return Object.fromEntries(
    keys.map(([name, shape]) => {
      const u = mb32Uniform(
        `${seed}/${name}`,
        shape.reduce((a, b) => a * b, 1),
      );
      return [name, { shape, dtype: "f32", data: u.map((v) => Math.fround(valueOf(name, shape, v))) }];
    }),
  );
}

function valueOf(name: string, shape: readonly number[], u: number): number {
  if (name.endsWith("num_batches_tracked")) return 0;
  if (name.endsWith("running_mean")) return (2 * u - 1) * 0.1;
  if (name.endsWith("running_var")) return 0.5 + u;
  if (shape.length <= 1) return /(weight|gamma)$/.test(name) ? 0.5 + u : (2 * u - 1) * 0.1;
  return (2 * u - 1) * Math.sqrt(6 / shape.slice(1).reduce((a, b) => a * b, 1));
}

/**
 * The model that the names and shapes of the weights tell: `running_mean` is a batch norm, a matrix is a Linear, a missing number is what has no
 * weights. That is, by the model's description or else as the cases have it: Flatten at the start, ReLU where there is a batch norm, else Tanh.
 */
export function modelOf(weights: Readonly<Record<string, unknown>>, description: string = ""): Sequential {
  const hasNorm = Object.keys(weights).some((name) => name.endsWith("running_mean"));
  const activation = (): Module => (/tanh/i.test(description) || (!hasNorm && !/relu/i.test(description)) ? new Tanh() : new Relu());
  return sequential(weights, activation);
}

type Weights = Readonly<Record<string, unknown>>;

function sequential(weights: Weights, activation: () => Module): Sequential {
  const parts = new Map<number, Weights>();
  for (const [name, value] of Object.entries(weights)) {
    const [index = "", ...rest] = name.split(".");
    parts.set(Number(index), { ...parts.get(Number(index)), [rest.join(".")]: value });
  }
  const last = Math.max(...parts.keys());
  const layers = Array.from({ length: last + 1 }, (_, i) => layer(parts.get(i), i, activation));
  const ends = layers.at(-1);
  return new Sequential(...layers, ...(ends instanceof BatchNorm ? [activation()] : []));
}

function layer(weights: Weights | undefined, index: number, activation: () => Module): Module {
  if (weights === undefined) return index === 0 ? new Flatten() : activation();
  const matrix = weights["weight"];
  if (!isTensor(matrix)) return sequential(weights, activation);
  const { shape } = decodeTensor(matrix);
  if ("running_mean" in weights) return new BatchNorm(shape[0] ?? 0);
  const [out = 0, inp = 0] = shape;
  return new Linear(inp, out, { bias: "bias" in weights });
}
