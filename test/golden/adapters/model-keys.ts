import { ConvLayer, Sequential } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { architectures, createVisionModel, DynamicUnet } from "@fastap/plugin-vision";
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
    (inputs["model"] === "unet_small" ||
      architectures.some(({ name }) => name === inputs["model"] || `vision_${name}` === inputs["model"])),
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
        ...want.init_stats
          .filter(({ std }) => std === 0)
          .map(({ key, mean }) => ({
            path: `start of ${key}`,
            got: [...new Set(Array.from(state.get(key)?.data ?? [], Number))],
            want: [mean],
          })),
      ];
    } finally {
      module.dispose();
      await host[Symbol.asyncDispose]();
    }
  },
};

function modelOf(name: string, shapes: Shapes): Module {
  const nOut = [...shapes.values()].findLast((shape) => shape.length === 2)?.[0] ?? 1;
  const arch = architectures.find((each) => name === each.name || name === `vision_${each.name}`);
  if (arch === undefined) return smallUnet(shapes);
  return arch.name === name ? arch.make({ nOut }) : createVisionModel(arch, nOut);
}

/** Convolutions of stride 2 as the encoder. */
function smallUnet(shapes: Shapes): DynamicUnet {
  const convs = [...shapes].filter(([key]) => /^layers\.0\.\d+\.0\.weight$/.test(key)).map(([, shape]) => shape);
  const encoder = convs.map(([nf = 1, ni = 1]) => new ConvLayer(ni, nf, { stride: 2 }));
  const last = [...shapes.values()].findLast((shape) => shape.length === 4);
  return new DynamicUnet(new Sequential(...encoder), last?.[0] ?? 1, [16, 16]);
}
