import { BatchNorm, Conv2d, Flatten, GlobalAvgPool, Linear, Relu, Sequential } from "@fastap/plugin-nn";
import { classes, normals, torchAdam } from "../workload.ts";
import type { Workload } from "../workload.ts";

const FULL = { bs: 64, side: 28, channels: [1, 8, 16, 32, 64], c: 10 };

export function cnn({ bs, side, channels, c }: typeof FULL = FULL): Workload {
  const convs = channels.slice(1).map((nf, i) => [channels[i] ?? 1, nf] as const);
  return {
    name: "cnn",
    ...torchAdam,
    warm: 30,
    runs: 150,
    batch: (random) => [normals(random, [bs, side, side, channels[0] ?? 1]), classes(random, c, [bs])],
    model: () =>
      new Sequential(
        ...convs.flatMap(([ni, nf]) => [new Conv2d(ni, nf, 3, { stride: 2, padding: 1, bias: false }), new BatchNorm(nf), new Relu()]),
        new GlobalAvgPool(),
        new Flatten(),
        new Linear(channels.at(-1) ?? 1, c),
      ),
  };
}
