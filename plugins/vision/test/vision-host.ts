import { createHost, type Config, type Host } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { schedulers } from "@fastap/plugin-schedulers";
import { vision } from "@fastap/plugin-vision";
import { squaresPlugin } from "./squares.ts";

/** All that a Learner of images needs, seeded. */
export function visionHost(backend: "cpu" | "wasm" = "wasm", config: Config = {}): Promise<Host> {
  const plugins = [engineTfjs, backendCpu, backendWasm, data, nn, losses, metrics, optimizers, learner, schedulers, vision, squaresPlugin];
  return createHost({ plugins, config: { backend, seed: 7, ...config } });
}
