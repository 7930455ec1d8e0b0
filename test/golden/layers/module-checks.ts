import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, Pred, Random, StateDict, Tensor } from "@fastap/kernel";
import { decodeSafetensors, Dropout } from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { mul, sum } from "@tensorflow/tfjs-core";
import type { Check, GoldenCase } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";
import { gradientChecks, gradientTolerance } from "./gradient-checks.ts";
import type { GradientTolerance } from "./gradient-checks.ts";
import { cotangentOf, fromGolden, stateOf, toGolden } from "./layer-case.ts";
import type { ChannelAxis, LayerInputs } from "./layer-case.ts";
import { summaryChecks } from "./summary-checks.ts";

export interface Services {
  readonly engine: Engine;
  readonly random: Random;
}

interface Expected {
  readonly eval_output?: unknown;
  readonly train_output?: unknown;
  readonly param_grads?: Readonly<Record<string, unknown>>;
  readonly input_grads?: readonly unknown[];
  readonly buffers_after_train_forward?: Readonly<Record<string, unknown>>;
}

/** Outputs in evaluation and training, all gradients and the buffers after it; dropout is off, as in the cases. */
export async function moduleChecks(module: Module, c: GoldenCase, axis: ChannelAxis, services: Services): Promise<Check[]> {
  const inputs = c.inputs as unknown as LayerInputs;
  const expected = c.expected as Expected;
  module.init(services);
  try {
    module.loadStateDict(await weightsOf(inputs, c.root));
    const checks = services.engine.scope(() => {
      const xs = inputs.x.map((x) => fromGolden(x, axis));
      module.train(false);
      const evaluated = outputCheck("eval_output", module.forward(...xs), expected.eval_output, axis);
      module.train(true);
      for (const [, part] of module.namedModules()) if (part instanceof Dropout) part.train(false);
      return [...evaluated, ...trainChecks(module, xs, { inputs, expected, axis, loose: gradientTolerance(c) }, services.engine)];
    });
    return [...checks, ...(await bufferChecks(module, expected))];
  } finally {
    module.dispose();
  }
}

/** Numbers in the case, a formula, or a file beside the cases. */
async function weightsOf(inputs: LayerInputs, root: string | undefined): Promise<StateDict> {
  if (inputs.weights_file === undefined) return stateOf(inputs);
  const state = new Map(decodeSafetensors(await readFile(join(root ?? ".", inputs.weights_file))).state);
  for (const [name] of inputs.state_dict_keys ?? []) {
    if (name.endsWith("num_batches_tracked") && !state.has(name)) state.set(name, { dtype: "I64", shape: [], data: BigInt64Array.of(0n) });
  }
  return state;
}

function outputCheck(path: string, pred: Pred, want: unknown, axis: ChannelAxis): Check[] {
  return want === undefined ? [] : summaryChecks(path, toGolden(pred as Tensor, axis), want);
}

interface TrainPass {
  readonly inputs: LayerInputs;
  readonly expected: Expected;
  readonly axis: ChannelAxis;
  /** Undefined where gradients are held to the case's tolerance. */
  readonly loose: GradientTolerance | undefined;
}

function trainChecks(module: Module, xs: readonly Tensor[], { inputs, expected, axis, loose }: TrainPass, engine: Engine): Check[] {
  if (expected.train_output === undefined) return [];
  const checks: Check[] = [];
  const cotangent = fromGolden(cotangentOf(inputs.cotangent, expected.train_output), axis);
  const params = new Map<string, Tensor>(module.parameters().map((p) => [p.name, p.value]));
  for (const [i, x] of xs.entries()) if (x.dtype === "float32") params.set(`input ${i}`, x);
  const { grads } = engine.valueAndGrad(params, () => {
    const y = module.forward(...xs) as Tensor;
    checks.push(...outputCheck("train_output", y, expected.train_output, axis));
    return sum(mul(y, cotangent));
  });
  for (const parameter of module.parameters()) {
    const grad = grads.get(parameter.name);
    const want = expected.param_grads?.[parameter.name];
    const got = grad === undefined ? [] : [...parameter.toStored(Float32Array.from(grad.dataSync()))];
    checks.push(...gradientChecks(`gradient of ${parameter.name}`, got, want, loose));
  }
  const known = (expected.input_grads ?? []).entries();
  for (const [i, want] of known) {
    const grad = grads.get(`input ${i}`);
    if (want !== null)
      checks.push(...gradientChecks(`gradient of input ${i}`, grad === undefined ? [] : toGolden(grad, axis), want, loose));
  }
  return checks;
}

async function bufferChecks(module: Module, { buffers_after_train_forward = {} }: Expected): Promise<Check[]> {
  const state = await module.stateDict();
  return Object.entries(buffers_after_train_forward).map(([name, want]) => ({
    path: name,
    got: Array.from(state.get(name)?.data ?? [], Number),
    want: decodeTensor(want).data,
  }));
}
