import { ConvLayer, Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { architectures, createUnet, createVisionModel, DynamicUnet } from "@fastap/plugin-vision";
import { createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";

interface Expected {
  readonly state_dict_keys: readonly (readonly [string, readonly number[]])[];
  readonly n_params: number;
  readonly init_stats: readonly { readonly key: string; readonly std: number; readonly mean: number }[];
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Names and shapes of a new model's state dict, its number of parameters, and the constants that some of them start as. */
export const visionModelKeys: Adapter = {
  kind: "models",
  accepts: ({ inputs, expected }) =>
    typeof inputs["model"] === "string" &&
    "n_params" in expected &&
    (inputs["model"] === "unet_small" || architectures.some(({ name }) => isNamed(String(inputs["model"]), name))),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const want = expected as unknown as Expected;
    const module = modelOf(String(inputs["model"]), new Map(want.state_dict_keys));
    const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu" } });
    try {
      module.init({ engine: host.resolve("engine"), random: host.resolve("random") });
      const state = await module.stateDict();
      const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
      const byName = <T>(entries: readonly (readonly [string, T])[]): [string, T][] =>
        entries.map(([k, v]): [string, T] => [k, v]).toSorted(([a], [b]) => (a < b ? -1 : 1));
      return [
        { path: "keys", got: byName([...state].map(([name, { shape }]) => [name, [...shape]])), want: byName(want.state_dict_keys) },
        { path: "parameters", got: module.parameters().reduce((n, p) => n + size(p.shape), 0), want: want.n_params },
        ...want.init_stats.flatMap((stats) => startChecks(stats, Array.from(state.get(stats.key)?.data ?? [], Number))),
      ];
    } finally {
      module.dispose();
      await host[Symbol.asyncDispose]();
    }
  },
};

/** Constants exactly; of what is drawn, mean and spread within five times the error of the difference of two samples. */
function startChecks({ key, mean, std }: Expected["init_stats"][number], values: readonly number[]): Check[] {
  if (std === 0 || values.length < 2) return std === 0 ? [{ path: `start of ${key}`, got: [...new Set(values)], want: [mean] }] : [];
  const total = (f: (v: number) => number): number => values.reduce((sum, v) => sum + f(v), 0);
  const average = total((v) => v) / values.length;
  const spread = Math.sqrt(total((v) => (v - average) ** 2) / (values.length - 1));
  const tolerance = { rel: 0, abs: (5 * Math.SQRT2 * std) / Math.sqrt(values.length) };
  return [
    { path: `mean of ${key}`, got: average, want: mean, tolerance },
    { path: `spread of ${key}`, got: spread, want: std, tolerance },
  ];
}

/** `xresnet18` itself, with a head as `vision_resnet18`, as a U-Net `unet_resnet18`. */
function isNamed(model: string, arch: string): boolean {
  return model === arch || model === `vision_${arch}` || model === `unet_${arch}`;
}

function modelOf(name: string, shapes: Shapes): Module {
  const arch = architectures.find((each) => isNamed(name, each.name));
  if (arch === undefined) return smallUnet(shapes);
  const nOut = [...shapes.values()].findLast((shape) => shape.length === 2)?.[0] ?? 1;
  const nIn = [...shapes.values()].find((shape) => shape.length === 4)?.[1] ?? 3;
  if (name === `unet_${arch.name}`)
    return createUnet(arch, [...shapes.values()].findLast(({ length }) => length === 4)?.[0] ?? 1, [64, 64], { nIn });
  return arch.name === name ? arch.make({ nOut, nIn }) : createVisionModel(arch, nOut, { nIn });
}

/** Convolutions of stride 2 as the encoder. */
function smallUnet(shapes: Shapes): DynamicUnet {
  const convs = [...shapes].filter(([key]) => /^layers\.0\.\d+\.0\.weight$/.test(key)).map(([, shape]) => shape);
  const encoder = convs.map(([nf = 1, ni = 1]) => new ConvLayer(ni, nf, { stride: 2 }));
  const last = [...shapes.values()].findLast((shape) => shape.length === 4);
  return new DynamicUnet(new Sequential(...encoder), last?.[0] ?? 1, [16, 16]);
}
