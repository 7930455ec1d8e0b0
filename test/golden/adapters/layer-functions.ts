import { createHost } from "@fastap/kernel";
import type { Engine, Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { ClampedSigmoid, Elu, Gelu, Hardtanh, icnr, LeakyRelu, Mish, Relu, SigmoidRange, Swish, Tanh, truncated } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { sum } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { fromGolden } from "../layers/layer-case.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

const functions: Readonly<Record<string, (numbers: readonly number[]) => Module>> = {
  swish: () => new Swish(),
  mish: () => new Mish(),
  vleaky_relu: () => new LeakyRelu(0.3),
  leaky_relu: ([slope = 0.01]) => new LeakyRelu(slope),
  sigmoid: ([eps]) => new ClampedSigmoid(eps),
  sigmoid_: ([eps]) => new ClampedSigmoid(eps),
  sigmoid_range: ([low = 0, high = 1]) => new SigmoidRange(low, high),
  gelu: () => new Gelu(),
  elu: () => new Elu(),
  relu: () => new Relu(),
  relu6: () => new Hardtanh(0, 6),
  silu: () => new Swish(),
  inplace_relu: () => new Relu(),
  hardtanh: ([min = -1, max = 1]) => new Hardtanh(min, max),
  tanh: () => new Tanh(),
};

interface ValueAndGrad {
  readonly value: unknown;
  readonly grad: unknown;
}

/** Functions of each value: values, and gradients of their sum. */
export const pointwiseFunctions: Adapter = {
  kind: "layers",
  accepts: ({ inputs, expected }) =>
    isTensor(inputs["x"]) && Object.keys(expected).length > 0 && Object.keys(expected).every((name) => functionOf(name) !== undefined),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu" } });
    const [engine, random] = [host.resolve("engine"), host.resolve("random")];
    try {
      return Object.entries(expected as Readonly<Record<string, ValueAndGrad>>).flatMap(([name, want]) => {
        const module = functionOf(name);
        if (module === undefined) return [];
        module.init({ engine, random });
        return engine.scope(() => functionChecks(name, module, fromGolden(inputs["x"], "last"), want, engine));
      });
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};

/** `sigmoid_range_-1_1`: numbers after the name are arguments. */
function functionOf(name: string): Module | undefined {
  const [, base = "", rest = ""] = /^([a-z][a-z\d_]*?)((?:_-?[\d.]+)*)$/.exec(name) ?? [];
  return functions[base]?.(rest.split("_").slice(1).map(Number));
}

function functionChecks(name: string, module: Module, x: Tensor, { value, grad }: ValueAndGrad, engine: Engine): Check[] {
  const y = module.forward(x) as Tensor;
  const { grads } = engine.valueAndGrad(new Map([["x", x]]), () => sum(module.forward(x) as Tensor));
  return [
    { path: `${name} value`, got: Array.from(y.dataSync()), want: decodeTensor(value).data },
    { path: `${name} gradient`, got: Array.from(grads.get("x")?.dataSync() ?? []), want: decodeTensor(grad).data },
  ];
}

interface IcnrInput {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly kernel: unknown;
}

/** ICNR with its inner draw replaced by given numbers. */
export const icnrWeights: Adapter = {
  kind: "layers",
  accepts: ({ inputs }) =>
    Array.isArray(inputs) && inputs.every((one: Partial<IcnrInput>) => isTensor(one.kernel) && one.scale !== undefined),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu" } });
    try {
      return (inputs as unknown as readonly IcnrInput[]).map(({ shape, scale, kernel }, i) => {
        const weights = icnr(scale, () => Float32Array.from(decodeTensor(kernel).data))(shape, host.resolve("random"));
        return { path: `weights ${i}`, got: [...weights], want: float32((expected as unknown as readonly unknown[])[i]) };
      });
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};

interface Truncated {
  readonly mean: number;
  readonly std: number;
  readonly result: unknown;
}

/** The truncated normal with given draws. */
export const truncatedNormals: Adapter = {
  kind: "layers",
  accepts: ({ inputs, expected }) =>
    isTensor(inputs["z"]) && Array.isArray(expected) && expected.every((one: Partial<Truncated>) => isTensor(one.result)),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const draws = Float32Array.from(decodeTensor(inputs["z"]).data);
    const results = (expected as unknown as readonly Truncated[]).map(({ mean, std, result }, i) => {
      return { path: `result ${i}`, got: [...truncated(draws, mean, std)], want: decodeTensor(result).data };
    });
    return await Promise.resolve(results);
  },
};

/** The case writes the shortest decimal of each float32 and allows no error. */
function float32(json: unknown): number[] {
  return Array.from(decodeTensor(json).data, Math.fround);
}
