import { createHost } from "@fastap/kernel";
import type { Engine, Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendNative } from "@fastap/plugin-backend-native";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import fc from "fast-check";
import { convolutionShapes } from "./convolution-shapes.ts";
import { normShapes } from "./norm-shapes.ts";
import { poolShapes } from "./pool-shapes.ts";
import { productShapes } from "./product-shapes.ts";
import type { ShapeCase } from "./shape-case.ts";

/** Backends, and variants of one, whose kernels differ. */
export const variants = {
  "wasm-simd": { backend: "wasm", options: { fma: false } },
  "wasm-fma": { backend: "wasm", options: { fma: true } },
  native: { backend: "native", options: {} },
} as const;
export type Variant = keyof typeof variants;

/** Of the largest number of a result. Float32 rounding is a tenth of it. */
const TOLERANCE = 1e-5;

const anyCase: fc.Arbitrary<ShapeCase> = fc.oneof(
  { weight: 5, arbitrary: convolutionShapes },
  { weight: 3, arbitrary: productShapes },
  { weight: 3, arbitrary: normShapes },
  { weight: 2, arbitrary: poolShapes },
);

export interface Comparison {
  readonly backend: Variant;
  readonly runs: number;
  readonly seed: number;
  readonly failed: number;
  /** Of the largest number of the result, over all cases. */
  readonly worst: number;
  readonly cases: Readonly<Record<string, number>>;
  /** The smallest failing case that was found, and how it failed. */
  readonly report?: string;
}

/** Computes random shapes on cpu and on another backend. */
export async function compareShapes(backend: Variant, { runs, seed }: { runs: number; seed: number }): Promise<Comparison> {
  const variant = variants[backend];
  await using host = await hostOf(variant.backend, variant.options);
  await using cpu = await hostOf("cpu", {});
  const [engine, oracle] = [host.resolve("engine"), cpu.resolve("engine")];
  const cases: Record<string, number> = {};
  let worst = 0;
  const property = fc.property(anyCase, (one) => {
    const want = evaluate(oracle, one.reference ?? ((): ReturnType<ShapeCase["compute"]> => one.compute(oracle)));
    const got = evaluate(engine, () => one.compute(engine));
    const difference = differenceOf(got, want);
    cases[one.op] = (cases[one.op] ?? 0) + 1;
    worst = Math.max(worst, difference);
    if (!(difference <= TOLERANCE)) throw new Error(`${one.op} ${JSON.stringify(one.drawn)} is off by ${difference} of its largest number`);
  });
  const details = fc.check(property, { numRuns: runs, seed });
  const report = details.failed ? String(details.errorInstance) : undefined;
  return { backend, runs, seed, failed: details.failed ? 1 : 0, worst, cases, ...(report !== undefined && { report }) };
}

function hostOf(backend: string, options: object): Promise<Host> {
  const plugins = [backendCpu, [backendWasm, backend === "wasm" ? options : {}], [backendNative, backend === "native" ? options : {}]];
  return createHost({ plugins: [engineTfjs, ...plugins] as never, config: { backend, seed: 1 } });
}

interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** On the engine's backend, with nothing left behind. */
function evaluate(engine: Engine, compute: () => ReturnType<ShapeCase["compute"]>): Values[] {
  const before = engine.memory().tensors;
  const values = engine.scope(() => ({ kept: compute().map((t) => ({ shape: t.shape, data: t.dataSync<"float32">().slice() })) })).kept;
  if (engine.memory().tensors !== before) throw new Error(`${engine.memory().tensors - before} tensors are left on ${engine.backend}`);
  return values;
}

/** Where all numbers are smaller, they are what is left of larger ones that cancelled. */
const LEAST_SCALE = 0.1;

/** Largest difference, as a part of the largest expected number; infinite where shapes differ. */
function differenceOf(got: readonly Values[], want: readonly Values[]): number {
  let worst = 0;
  for (const [i, { shape, data }] of want.entries()) {
    const other = got[i];
    if (other === undefined || other.shape.join() !== shape.join()) return Infinity;
    const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), LEAST_SCALE);
    for (const [k, value] of data.entries()) {
      const difference = Math.abs((other.data[k] ?? NaN) - value) / scale;
      if (!(difference <= worst)) worst = difference;
    }
  }
  return worst;
}
