import { createHost } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import type { LayerInputs } from "../layers/layer-case.ts";
import { isVisionModel, modelOf } from "../layers/model-of.ts";
import { moduleChecks } from "../layers/module-checks.ts";
import { decodeTensor } from "../tensor.ts";

/** Whole vision and GAN models: outputs, gradients, buffers. */
export const visionModelPasses: Adapter = {
  kind: "models",
  accepts: ({ inputs }) => typeof inputs["module"] === "string" && Array.isArray(inputs["x"]) && isVisionModel(inputs["module"]),
  async run(c: GoldenCase): Promise<readonly Check[]> {
    const inputs = c.inputs as unknown as LayerInputs;
    const channels = decodeTensor(inputs.x[0]).shape[1] ?? 3;
    const module = modelOf(inputs.module, { shapes: new Map(inputs.state_dict_keys), channels });
    const host = await createHost({ plugins: [engineTfjs, backendCpu, backendWasm], config: { backend: "wasm" } });
    try {
      return await moduleChecks(module, c, 1, { engine: host.resolve("engine"), random: host.resolve("random") });
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};
