import { createHost } from "@fastap/kernel";
import type { Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import type { Module } from "@fastap/plugin-nn";
import { mean, mul, square, sub } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { buildLayer, channelAxis, isLayer } from "../layers/build.ts";
import { fromGolden, stateOf, toGolden } from "../layers/layer-case.ts";
import type { LayerInputs } from "../layers/layer-case.ts";
import { moduleChecks, type Services } from "../layers/module-checks.ts";
import { decodeTensor, isTensor } from "../tensor.ts";

/** One layer: outputs, gradients, buffers. */
export const layerPasses: Adapter = {
  kind: "layers",
  accepts: ({ inputs }) => typeof inputs["module"] === "string" && Array.isArray(inputs["x"]) && isLayer(inputs["module"]),
  async run(c: GoldenCase): Promise<readonly Check[]> {
    const inputs = c.inputs as unknown as LayerInputs;
    const axis = channelAxis(inputs.module);
    return await withServices(async (services) => {
      const channels = axis === "last" ? -1 : axis;
      const module = buildLayer(inputs.module, decodeTensor(inputs.x[0]).shape.at(channels) ?? 1);
      return await moduleChecks(module, c, axis, services);
    });
  },
};

interface Steps {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly final_state?: Readonly<Record<string, unknown>>;
  readonly eval_output?: unknown;
}

const optimizer = /^plain SGD lr ([\d.e-]+)$/;

/** One layer trained on several batches by plain SGD, the loss being the mean of the squared outputs. */
export const layerSteps: Adapter = {
  kind: "layers",
  accepts: ({ inputs }) =>
    typeof inputs["module"] === "string" &&
    Array.isArray(inputs["batches"]) &&
    inputs["loss"] === "mean(output**2)" &&
    optimizer.test(String(inputs["optimizer"])) &&
    isLayer(inputs["module"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const { module: text, batches } = inputs as unknown as LayerInputs & { readonly batches: readonly unknown[] };
    const wanted = expected as unknown as Steps;
    const lr = Number(optimizer.exec(String(inputs["optimizer"]))?.[1]);
    return await withServices(async (services) => {
      const axis = channelAxis(text);
      const module = buildLayer(text, decodeTensor(batches[0]).shape[1] ?? 1);
      module.init(services);
      module.loadStateDict(stateOf(inputs as unknown as LayerInputs));
      const checks: Check[] = [];
      for (const [i, batch] of batches.entries())
        checks.push(...(await step(module, fromGolden(batch, axis), lr, wanted.steps[i] ?? {}, services)));
      module.train(false);
      const output = services.engine.scope(() => toGolden(module.forward(fromGolden(batches[0], axis)) as Tensor, axis));
      if (wanted.eval_output !== undefined) checks.push({ path: "eval_output", got: output, want: decodeTensor(wanted.eval_output).data });
      const state = await module.stateDict();
      for (const [name, want] of Object.entries(wanted.final_state ?? {}))
        checks.push({ path: `final ${name}`, got: Array.from(state.get(name)?.data ?? [], Number), want: decodeTensor(want).data });
      module.dispose();
      return checks;
    });
  },
};

async function step(
  module: Module,
  x: Tensor,
  lr: number,
  want: Readonly<Record<string, unknown>>,
  { engine }: Services,
): Promise<Check[]> {
  const loss = engine.scope(() => {
    const params = new Map<string, Tensor>(module.parameters().map((p) => [p.name, p.value]));
    const { value, grads } = engine.valueAndGrad(params, () => mean(square(module.forward(x) as Tensor)));
    for (const p of module.parameters()) {
      const grad = grads.get(p.name);
      if (grad !== undefined) p.value.assign(sub(p.value, mul(grad, lr)));
    }
    return value.dataSync()[0] ?? NaN;
  });
  x.dispose();
  const state = await module.stateDict();
  return Object.entries(want).map(([name, value]) => {
    if (name === "loss") return { path: "loss", got: loss, want: Number(value) };
    const [, stored] = [...state].find(([key]) => key.endsWith(`.${name}`)) ?? [];
    const got = Array.from(stored?.data ?? [], Number);
    return isTensor(value) ? { path: name, got, want: decodeTensor(value).data } : { path: name, got: got[0] ?? null, want: Number(value) };
  });
}

async function withServices<T>(run: (services: Services) => Promise<T>): Promise<T> {
  const host = await createHost({ plugins: [engineTfjs, backendCpu], config: { backend: "cpu" } });
  try {
    return await run({ engine: host.resolve("engine"), random: host.resolve("random") });
  } finally {
    await host[Symbol.asyncDispose]();
  }
}
