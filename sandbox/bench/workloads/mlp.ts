import { mlp as net } from "@fastap/plugin-nn";
import { classes, normals, torchAdam } from "../workload.ts";
import type { Workload } from "../workload.ts";

const FULL = { bs: 64, sizes: [784, 256, 128, 10] };

export function mlp({ bs, sizes }: typeof FULL = FULL): Workload {
  return {
    name: "mlp",
    ...torchAdam,
    warm: 50,
    runs: 300,
    batch: (random) => [normals(random, [bs, sizes[0] ?? 1]), classes(random, sizes.at(-1) ?? 1, [bs])],
    model: () => net({ sizes, flatten: false }),
  };
}
