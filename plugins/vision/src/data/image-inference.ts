import type { DataLoaders, Loader, Spec, Tensor } from "@fastap/kernel";
import { Pipeline, TensorBatch, collate, tuple, typeOf } from "@fastap/plugin-data";
import type { Item, TfmdDataLoaders } from "@fastap/plugin-data";
import { E_VISION_OPTION } from "../errors.ts";
import type { ImageInput } from "../core/open-pixels.ts";
import { PILImage, PILImageBW } from "../core/pil-image.ts";
import type { ImageClass } from "./blocks.ts";
import { exportedTransforms, madeTransforms } from "./named-transforms.ts";
import type { VisionHost } from "./vision-host.ts";

const CLASSES: Readonly<Record<string, ImageClass>> = { PILImage, PILImageBW };

/** The dataset by which exported learners name {@link imageInference}. */
export const IMAGE_INFERENCE = "imageInference";

interface Inference {
  readonly imgCls: string;
  readonly itemTfms: readonly Spec[];
  readonly batchTfms: readonly Spec[];
  readonly vocab?: readonly string[];
  readonly c?: number;
  readonly inputShape?: readonly number[];
}

/** Adds what an exported Learner takes along: said when asked for, so that transforms added later are among it. */
export async function withInference(dls: TfmdDataLoaders, host: VisionHost, imgCls: ImageClass = PILImage): Promise<TfmdDataLoaders> {
  const first = await dls.train.get(0);
  const [image] = first as readonly { readonly shape: readonly number[] }[];
  const given = { enumerable: true, configurable: true };
  Object.defineProperty(dls, "inputShape", { ...given, value: image?.shape });
  Object.defineProperty(dls, "preprocessing", { ...given, get: () => preprocessingOf(dls, host, imgCls) });
  return dls;
}

function preprocessingOf(dls: TfmdDataLoaders, host: VisionHost, imgCls: ImageClass): Spec | undefined {
  const name = Object.entries(CLASSES).find(([, cls]) => cls === imgCls)?.[0];
  const registry = host.registry("transforms");
  const itemTfms = exportedTransforms(dls.train.hooks.afterItem, registry);
  const batchTfms = exportedTransforms(dls.train.hooks.afterBatch, registry);
  if (name === undefined || itemTfms === undefined || batchTfms === undefined) return undefined;
  const { vocab, c, inputShape } = dls;
  const facts = Object.fromEntries(Object.entries({ vocab, c, inputShape }).filter(([, value]) => value !== undefined));
  return [IMAGE_INFERENCE, { imgCls: name, itemTfms, batchTfms, ...facts }];
}

/** No items, but images from a user become what a model was trained on: the data of an exported Learner. @throws E_VISION_OPTION, E_NAME_UNKNOWN */
export async function imageInference(raw: unknown, host: VisionHost): Promise<DataLoaders> {
  const { imgCls, itemTfms, batchTfms, ...facts } = parsed(raw);
  const cls = CLASSES[imgCls];
  if (cls === undefined) throw E_VISION_OPTION({ option: "imgCls", expected: Object.keys(CLASSES).join(", "), received: imgCls });
  const items = new Pipeline(madeTransforms(host, itemTfms));
  const batches = new Pipeline(madeTransforms(host, batchTfms));
  const engine = host.resolve("engine");
  const testBatch = async (input: unknown): Promise<readonly Tensor[]> => {
    const item = (await items.encode(tuple(await cls.create(input as ImageInput)), 1)) as Item;
    const [sample] = collate([{ index: 0, item }]);
    const [image] = item as readonly unknown[];
    return engine.scope(() => {
      const batch = new TensorBatch(engine.from(sample?.data ?? [], sample?.shape ?? [0], "int32"), typeOf(image), engine);
      return Array.from(batches.encode(tuple(batch), 1) as Iterable<TensorBatch>, ({ tensor }) => tensor);
    });
  };
  return { train: EMPTY, valid: EMPTY, loaders: [EMPTY, EMPTY], ...facts, preprocessing: [IMAGE_INFERENCE, raw], testBatch };
}

const EMPTY: Loader = {
  length: 0,
  async *[Symbol.asyncIterator]() {
    // it has no items
  },
};

function parsed(raw: unknown): Inference {
  const given = typeof raw === "object" && raw !== null ? raw : {};
  for (const key of ["itemTfms", "batchTfms"] as const) {
    const value = (given as Partial<Inference>)[key];
    if (!Array.isArray(value))
      throw E_VISION_OPTION({ option: key, expected: "a list of named transforms", received: JSON.stringify(value) ?? "none" });
  }
  return { imgCls: "PILImage", ...(given as Omit<Inference, "imgCls">) };
}
