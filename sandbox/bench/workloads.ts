import type { Workload } from "./workload.ts";
import { cnn } from "./workloads/cnn.ts";
import { lstm } from "./workloads/lstm.ts";
import { mlp } from "./workloads/mlp.ts";
import { resnet18 } from "./workloads/resnet18.ts";
import { tabular } from "./workloads/tabular.ts";

/** As in `torch_steps.py`. */
export const workloads: readonly Workload[] = [mlp(), cnn(), resnet18(), lstm(), tabular()];

/** The same nets so small that the plain-JavaScript backend can keep up. */
export const smallWorkloads: readonly Workload[] = [
  mlp({ bs: 16, sizes: [20, 24, 12, 10] }),
  cnn({ bs: 8, side: 16, channels: [1, 4, 8, 8, 12], c: 10 }),
  resnet18({ bs: 24, side: 32, width: 2, c: 10 }),
  lstm({ bs: 4, time: 7, vocab: 50, hidden: 12, layers: 2 }),
  tabular({ bs: 16, cards: [10, 17, 8, 16, 7, 6, 3, 43], dims: [6, 8, 5, 8, 5, 4, 3, 13], conts: 6, hidden: [20, 10] }),
];
