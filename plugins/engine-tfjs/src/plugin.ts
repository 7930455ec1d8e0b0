import { definePlugin, Stage } from "@fastap/kernel";
import type { Plugin } from "@fastap/kernel";
import { bestBackend } from "./best-backend.ts";
import { createEngine } from "./engine.ts";
import { E_ENGINE_BACKEND_ABSENT } from "./errors.ts";
import { createRandom } from "./random.ts";

/** Backends whose plugin can be named. */
const OURS: ReadonlySet<string> = new Set(["cpu", "wasm", "native", "webgpu", "node-gpu"]);

/** Provides `engine` and `random`; readies the engine on the backend that the config names. */
export const engineTfjs: Plugin<"engine-tfjs"> = definePlugin({
  meta: { name: "engine-tfjs", version: "0.1.0", kernel: "^0.1.0", provides: ["engine", "random"], requires: ["backends"] },
  apply(host) {
    const engine = createEngine();
    host.provide("engine", () => engine);
    host.provide("random", () => createRandom(host.config.seed ?? 42));
    host.hooks.ready.tapPromise({ name: "engine-tfjs", stage: Stage.setup }, async () => {
      const registry = host.registry("backends");
      const { backend = "wasm" } = host.config;
      if (OURS.has(backend) && !registry.has(backend)) throw E_ENGINE_BACKEND_ABSENT({ backend, loaded: registry.names() });
      await engine.activate(backend === "auto" ? await bestBackend(registry) : registry.make(backend));
    });
  },
});
