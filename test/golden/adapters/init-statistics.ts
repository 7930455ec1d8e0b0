import { createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { applyInit } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { createHead, xresnets } from "@fastap/plugin-vision";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { buildLayer, isLayer } from "../layers/build.ts";
import type { Services } from "../layers/module-checks.ts";

interface Pool {
  /** `ConvLayer(16,32,act_cls=nn.Sigmoid) weight`, `xresnet18 stem conv` */
  readonly what: string;
  readonly n: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Values of many new layers together: mean, spread, and the ends where there are any. Entries of text models are left to text. */
export const initStatistics: Adapter = {
  kind: "models",
  accepts: ({ expected }) =>
    Array.isArray(expected) && expected.every((one: Partial<Pool>) => typeof one.what === "string" && "std" in one),
  async run({ expected, tolerance }: GoldenCase): Promise<readonly Check[]> {
    const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu", seed: 5 } });
    const services = { engine: host.resolve("engine"), random: host.resolve("random") };
    try {
      const checks: Check[] = [];
      for (const pool of expected as unknown as readonly Pool[]) checks.push(...(await poolChecks(pool, services, tolerance)));
      return checks;
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};

async function poolChecks(pool: Pool, services: Services, tolerance: GoldenCase["tolerance"]): Promise<Check[]> {
  const { what } = pool;
  const read = readerOf(what);
  if (read === undefined) return [];
  const values = new Float64Array(pool.n);
  let filled = 0;
  while (filled < pool.n) {
    const drawn = await read(services);
    values.set(drawn.subarray(0, pool.n - filled), filled);
    filled += drawn.length;
  }
  const mean = values.reduce((a, v) => a + v, 0) / pool.n;
  const std = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (pool.n - 1));
  // Both means are of samples: five times the error of their difference.
  const checks: Check[] = [
    {
      path: `${what}, mean`,
      got: mean,
      want: pool.mean,
      tolerance: { rel: 0, abs: Math.max(tolerance.abs, (7 * pool.std) / Math.sqrt(pool.n)) },
    },
    { path: `${what}, std`, got: std, want: pool.std, tolerance: { rel: tolerance.rel, abs: 0 } },
  ];
  if (!isBounded(pool)) return checks;
  const ends = { min: values.reduce((a, v) => Math.min(a, v)), max: values.reduce((a, v) => Math.max(a, v)) };
  return [...checks, ...(["min", "max"] as const).map((end) => ({ path: `${what}, ${end}`, got: ends[end], want: pool[end] }))];
}

/** A uniform draw ends at √3 of its spread, a truncated one at 2.3 of it; of a normal one the ends say nothing. */
function isBounded({ std, min, max }: Pool): boolean {
  return Math.max(-min, max) < 2.4 * std;
}

/** What makes one layer anew and gives its values; undefined where it is none of ours. */
function readerOf(what: string): ((services: Services) => Promise<Float32Array>) | undefined {
  const named = /^((?:\w+\([^)]*\)|x\w*resne[xt]+\w*))(?: after apply_init)? (.*)$/.exec(what);
  const [, text = "", part = ""] = named ?? [];
  const make = makerOf(text, what.includes("apply_init"));
  if (make === undefined) return undefined;
  return async (services) => {
    const module = make();
    module.init(services);
    const state = await module.stateDict();
    module.dispose();
    const [, value] =
      [...state]
        .filter(([name, { shape }]) => keyFor(part).test(name) && (shape.length > 1 || !part.includes("weight")))
        .at(part.startsWith("last") || part === "fc" ? -1 : 0) ?? [];
    if (!(value?.data instanceof Float32Array)) throw new Error(`${what}: nothing of ${[...state.keys()].join(", ")}`);
    return value.data;
  };
}

function makerOf(text: string, isHead: boolean): (() => Module) | undefined {
  const called = text.replace(/,\s*transpose\)/, ", transpose=True)").replaceAll("nn.", "");
  if (isHead) {
    const [, nf = 0, nOut = 0] = /\((\d+),\s*(\d+)\)/.exec(text)?.map(Number) ?? [];
    return () => {
      const head = createHead(nf, nOut);
      applyInit(head);
      return head;
    };
  }
  const network = xresnets[text];
  if (network !== undefined) return () => network();
  return called !== "" && isLayer(called) ? () => buildLayer(called, 16) : undefined;
}

/** `conv weight`, `value weight_orig`, `effective weight` of a weight norm (its length, too, is that of the weight at first), `stem conv`, `fc`. */
function keyFor(part: string): RegExp {
  if (part === "effective weight") return /weight(_v)?$/;
  const [first = "", last = first] = part.split(" ");
  if (part.startsWith("last") || part === "fc" || part === "stem conv") return /weight$/;
  return new RegExp(last === first || first === "conv" ? `${last}$` : `${first}.*${last}$`);
}
