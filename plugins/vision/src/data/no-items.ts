import type { Engine, Loader } from "@fastap/kernel";
import { DataLoader, TensorPoint, tuple } from "@fastap/plugin-data";
import type { DecodeBatchOptions, Tuple } from "@fastap/plugin-data";
import { mapPoints } from "../core/points.ts";

interface Decoded {
  readonly vocab?: readonly string[];
  readonly targets?: "points";
}

/** A loader without items that decodes predictions as the data did that a model was trained on: labels, masks, numbers, points in pixels. */
export function noItems(engine: Engine, { vocab, targets }: Decoded): Loader & Pick<DataLoader, "decodeBatch"> {
  const empty = { length: 0, get: () => [] };
  const plain = new DataLoader(empty, { engine, nInp: 1, ...(vocab === undefined ? {} : { vocab }) });
  const decodeBatch = async (batch: Parameters<DataLoader["decodeBatch"]>[0], options?: DecodeBatchOptions): Promise<Tuple[]> => {
    const items = await plain.decodeBatch(batch, options);
    const [images, points] = batch;
    if (targets !== "points" || images === undefined || points === undefined) return items;
    const values = await engine.read(points);
    const [, height = 0, width = 0] = images.shape;
    const [rows = 1, ...shape] = points.shape;
    const each = values.length / rows;
    return items.map((item, i) => {
      const scaled = new TensorPoint({ data: values.slice(i * each, (i + 1) * each), shape });
      return tuple(
        Array.from(item)[0],
        mapPoints(scaled, (x, y) => [((x + 1) * width) / 2, ((y + 1) * height) / 2]),
      );
    });
  };
  return {
    length: 0,
    nInp: 1,
    decodeBatch,
    async *[Symbol.asyncIterator]() {
      // it has no items
    },
  };
}
