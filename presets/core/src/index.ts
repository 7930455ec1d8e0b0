import type { Preset } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { data } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { inspect } from "@fastap/plugin-inspect";
import { interpretation } from "@fastap/plugin-interpretation";
import { learner } from "@fastap/plugin-learner";
import { losses } from "@fastap/plugin-losses";
import { metrics } from "@fastap/plugin-metrics";
import { mixup } from "@fastap/plugin-mixup";
import { nn } from "@fastap/plugin-nn";
import { optimizers } from "@fastap/plugin-optimizers";
import { progress } from "@fastap/plugin-progress";
import { schedulers } from "@fastap/plugin-schedulers";
import { trackers } from "@fastap/plugin-trackers";
import { training } from "@fastap/plugin-training";

/** Everything a training run needs: the engine, two backends, layers, data, the Learner and its parts. */
export const core: Preset = {
  name: "core",
  plugins: [
    engineTfjs,
    backendCpu,
    backendWasm,
    nn,
    data,
    losses,
    metrics,
    optimizers,
    learner,
    schedulers,
    trackers,
    mixup,
    training,
    progress,
    inspect,
    interpretation,
  ],
};
