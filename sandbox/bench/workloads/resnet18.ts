import { resnet18 as net } from "@fastap/plugin-vision";
import { classes, normals, torchMomentum } from "../workload.ts";
import type { Workload } from "../workload.ts";

const FULL = { bs: 32, side: 64, width: 64, c: 10 };

export function resnet18({ bs, side, width, c }: typeof FULL = FULL): Workload {
  return {
    name: "resnet18",
    ...torchMomentum,
    warm: 2,
    runs: 9,
    batch: (random) => [normals(random, [bs, side, side, 3]), classes(random, c, [bs])],
    model: () => net({ nIn: 3, nOut: c, width }),
  };
}
