import { relative } from "node:path";
import {
  DataBlock,
  IntToFloatTensor,
  TensorImage,
  Transform,
  categoryBlock,
  getImageFiles,
  grandparentSplitter,
  parentLabel,
  transformBlock,
} from "@fastap/plugin-data";
import type { TfmdDataLoaders, TfmdDL } from "@fastap/plugin-data";
import { Resize } from "@fastap/plugin-vision";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { withFileTree } from "../data/file-tree.ts";
import { batchValues, checksOf } from "../data/value.ts";
import { withServices } from "../data/with-services.ts";
import { decodeTensor } from "../tensor.ts";

/** A folder of images `split/class/file`, resized by squishing: the loaders of a data block, and a batch decoded. */
export const dataBlockImages: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => Array.isArray(inputs["tree"]) && typeof inputs["images"] === "object" && /squish/.test(String(inputs["resize"])),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    return withFileTree(inputs["tree"] as string[], (root) =>
      withServices(async (services) => {
        const dls = await blockOf(root, inputs).dataloaders(root, { ...services, bs: Number(inputs["bs"]), shuffle: false });
        return [...checksOf(structure(root, dls), expected), ...checksOf(await batches(dls), expected)];
      }),
    );
  },
};

class ImageFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

function blockOf(root: string, inputs: GoldenCase["inputs"]): DataBlock {
  const images = inputs["images"] as Record<string, unknown>;
  const [, height = "0", width = height] = /Resize\(\(?(\d+)(?:, ?(\d+)\))?/.exec(String(inputs["resize"])) ?? [];
  const [h, w] = [Number(height), Number(width)];
  const open = ({ path }: ImageFile): TensorImage => {
    const { data, shape } = decodeTensor(images[relative(root, path)]);
    return new TensorImage({ data: Uint8Array.from(data), shape, dtype: "int32" });
  };
  const typeTfms = [(path: string) => new ImageFile(path), new Transform({ name: "open" }).on(ImageFile, open)];
  return new DataBlock({
    blocks: [transformBlock({ typeTfms, batchTfms: IntToFloatTensor }), categoryBlock],
    getItems: getImageFiles,
    splitter: grandparentSplitter(),
    getY: parentLabel,
    itemTfms: new Resize([h, w], { method: "squish" }),
  });
}

function structure(root: string, { train, valid, dsets, vocab, c, lossFunc }: TfmdDataLoaders): Record<string, Value> {
  const names = (dl: TfmdDL): string[] => dl.dsets.items.map((item) => relative(root, String(item)));
  return {
    vocab: vocab ?? [],
    c: c ?? null,
    n_train: train.n,
    n_valid: valid.n,
    train_items: names(train),
    valid_items: names(valid),
    train_len: train.length,
    train_drop_last: train.dropLast,
    valid_len: valid.length,
    loss: lossFunc === undefined ? null : `${lossFunc.charAt(0).toUpperCase()}${lossFunc.slice(1)}`,
    after_item: train.hooks.afterItem.transforms.map(({ name }) => name),
    after_batch: train.hooks.afterBatch.transforms.map(({ name }) => name),
    n_inp: dsets.nInp,
  };
}

async function batches({ train, valid }: TfmdDataLoaders): Promise<Record<string, Value>> {
  const [first = []] = (await batchValues(valid)) as [number[], number[]][][];
  const trained = (await batchValues(train)) as Value[][];
  const one = await valid.oneBatch();
  const decoded = await valid.decodeBatch(one);
  for (const tensor of one) tensor.dispose();
  return {
    valid_batch_x: channelsFirst(first[0]),
    valid_batch_y: first[1] ?? null,
    train_y: trained.map(([, y]) => y ?? null),
    decoded: decoded.map(([image, label]) => {
      const { data, shape } = image as TensorImage;
      const [batch, values] = channelsFirst([[1, ...shape], Array.from(data)]) as [number[], number[]];
      return [[batch.slice(1), values], String(label)];
    }),
  };
}

/** `[batch, height, width, channels]` → `[batch, channels, height, width]`. */
function channelsFirst([shape, values]: readonly [readonly number[], readonly number[]] = [[], []]): Value {
  const [n = 0, h = 0, w = 0, c = 0] = shape;
  const at = (i: number): number => {
    const [x, y, channel] = [i % w, Math.floor(i / w) % h, Math.floor(i / (w * h)) % c];
    return values[((Math.floor(i / (w * h * c)) * h + y) * w + x) * c + channel] ?? NaN;
  };
  return [[n, c, h, w], Array.from(values, (_, i) => at(i))];
}
