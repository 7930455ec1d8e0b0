import { definePlugin } from "@fastap/kernel";
import type { Host, Plugin } from "@fastap/kernel";
import { categoryBlock, DataBlock, endSplitter, TensorImage, TensorMask, Transform, transformBlock } from "@fastap/plugin-data";
import type { TfmdDataLoaders } from "@fastap/plugin-data";

const SIDE = 32;
const CLASSES = ["red", "green", "blue"];

/** Noise with one channel brighter, `[32, 32, 3]`; its number says all. */
function square(i: number): TensorImage {
  const data = Float32Array.from(
    { length: SIDE * SIDE * 3 },
    (_, k) => ((k * 7919 + i * 104_729) % 97) / 194 + (k % 3 === i % 3 ? 0.5 : 0),
  );
  return new TensorImage({ data, shape: [SIDE, SIDE, 3] });
}

/** 24 images of three classes, the last for validation; with masks instead of classes where asked. */
export async function squares(
  host: Host,
  { bs = 4, masks = false }: { readonly bs?: number; readonly masks?: boolean } = {},
): Promise<TfmdDataLoaders> {
  const mask = (i: number): TensorMask =>
    new TensorMask({ data: new Int32Array(SIDE * SIDE).fill(i % 3), shape: [SIDE, SIDE], dtype: "int32" });
  const block = new DataBlock({
    blocks: [transformBlock, masks ? transformBlock : categoryBlock],
    splitter: endSplitter(),
    getX: new Transform({ enc: square }),
    getY: masks ? new Transform({ enc: mask }) : (i: number) => CLASSES[i % 3],
  });
  const items = Array.from({ length: 24 }, (_, i) => i);
  return block.dataloaders(items, { engine: host.resolve("engine"), random: host.resolve("random"), bs });
}

/** The dataset `squares` of a config. */
export const squaresPlugin: Plugin = definePlugin({
  meta: { name: "squares", version: "1.0.0", kernel: "^0.1.0" },
  apply(host) {
    host.contribute("datasets", { name: "squares", make: async (options, from) => squares(from, options as { bs?: number }) });
  },
});
