import type { DataLoaders, Spec, Tensor } from "@fastap/kernel";
import { Datasets, Pipeline, TensorImage, TensorImageBW, TfmdDataLoaders, TfmdDL } from "@fastap/plugin-data";
import type { SemanticType } from "@fastap/plugin-data";
import { E_VISION_OPTION, E_VISION_UNNAMED } from "../errors.ts";
import { OPEN, PILImage, PILImageBW } from "../core/pil-image.ts";
import { imageBlock } from "./blocks.ts";
import type { ImageClass } from "./blocks.ts";
import { exportedTransforms, madeTransforms } from "./named-transforms.ts";
import { kindNamed, kindOf } from "./target-kinds.ts";
import type { VisionHost } from "./vision-host.ts";

const CLASSES: Readonly<Record<string, typeof PILImage | typeof PILImageBW>> = { PILImage, PILImageBW };

/** The dataset by which exported learners name {@link imageInference}. */
export const IMAGE_INFERENCE = "imageInference";

interface Inference {
  readonly imgCls: string;
  readonly itemTfms: readonly Spec[];
  readonly batchTfms: readonly Spec[];
  /** Name of its kind, where there is one of a known kind. */
  readonly target?: string;
  readonly vocab?: readonly string[];
  readonly c?: number;
  readonly inputShape?: readonly number[];
}

/** Adds what an exported Learner takes along, the shape of an image, and that an image of a user is opened whatever the items of the data are. */
export async function withInference(dls: TfmdDataLoaders, host: VisionHost, imgCls: ImageClass = PILImage): Promise<TfmdDataLoaders> {
  const first = await dls.train.get(0);
  const [image] = first as readonly { readonly shape: readonly number[] }[];
  Object.defineProperty(dls, "inputShape", { enumerable: true, configurable: true, value: image?.shape });
  Object.defineProperty(dls, "testBatch", { enumerable: true, configurable: true, value: testBatchOf(dls) });
  sayPreprocessing(dls, host, imgCls);
  return dls;
}

/** Rows of a table go through the getters, as items do. */
function testBatchOf(dls: TfmdDataLoaders): (input: unknown) => Promise<readonly Tensor[]> {
  const skip = dls.dsets.lists[0]?.pipeline.transforms.findIndex(({ name }) => name === OPEN) ?? -1;
  return async (input) => {
    const isOpened = skip > 0 && (typeof input === "string" || input instanceof Uint8Array || isPixelArray(input));
    return (isOpened ? dls.valid.on(dls.dsets.testSet([input], { skip })) : dls.testDl([input])).oneBatch();
  };
}

function isPixelArray(input: unknown): boolean {
  return typeof input === "object" && input !== null && "data" in input && "shape" in input;
}

/** The preprocessing is said when it is asked for, so that transforms added later are among it; only of loaders of images that do not say it yet. */
export function sayPreprocessing(dls: DataLoaders, host: VisionHost, imgCls?: ImageClass): void {
  const said = Object.getOwnPropertyDescriptor(dls, "preprocessing");
  if (!(dls instanceof TfmdDataLoaders) || said?.get !== undefined || said?.value !== undefined) return;
  const [type] = dls.train.hooks.types;
  const is = (wanted: SemanticType): boolean => type === wanted || type?.prototype instanceof wanted;
  if (imgCls === undefined && !is(TensorImage)) return;
  const cls = imgCls ?? (is(TensorImageBW) ? PILImageBW : PILImage);
  Object.defineProperty(dls, "preprocessing", { configurable: true, get: () => preprocessingOf(dls, host, cls) });
}

/** @throws E_VISION_UNNAMED */
function preprocessingOf(dls: TfmdDataLoaders, host: VisionHost, imgCls: ImageClass): Spec {
  const name = Object.entries(CLASSES).find(([, cls]) => cls === imgCls)?.[0];
  if (name === undefined) throw E_VISION_UNNAMED({ what: "imgCls", hint: `Use one of ${Object.keys(CLASSES).join(", ")}.` });
  const registry = host.registry("transforms");
  const itemTfms = exportedTransforms(dls.train.hooks.afterItem, registry);
  const batchTfms = exportedTransforms(dls.train.hooks.afterBatch, registry);
  const { vocab, c, inputShape } = dls;
  const [, type, ...more] = dls.train.hooks.types;
  const target = more.length === 0 ? kindOf(type) : undefined;
  const facts = Object.fromEntries(Object.entries({ target, vocab, c, inputShape }).filter(([, value]) => value !== undefined));
  return [IMAGE_INFERENCE, { imgCls: name, itemTfms, batchTfms, ...facts }];
}

/**
 * No items, but images from a user become what a model was trained on, and what it makes of them gets its meaning back: the data of an
 * exported Learner.
 * @throws E_VISION_OPTION, E_NAME_UNKNOWN
 */
export async function imageInference(raw: unknown, host: VisionHost): Promise<DataLoaders> {
  const { imgCls, itemTfms, batchTfms, target, ...facts } = parsed(raw);
  const cls = CLASSES[imgCls];
  if (cls === undefined) throw E_VISION_OPTION({ option: "imgCls", expected: Object.keys(CLASSES).join(", "), received: imgCls });
  const [image, kind] = [imageBlock(cls), kindNamed(target)];
  const answer = kind?.block(facts);
  const ways = [image.typeTfms, ...(answer === undefined ? [] : [answer.typeTfms])];
  const dsets = await Datasets.create([], ways, { splits: [[], []], nInp: 1 });
  const loader = await TfmdDL.create(dsets.subset(1), {
    engine: host.resolve("engine"),
    random: host.resolve("random"),
    displays: host.registry("displays"),
    bs: 1,
    shuffle: false,
    afterItem: [...(answer?.itemTfms ?? []), ...new Pipeline(madeTransforms(host, itemTfms)).transforms],
    afterBatch: madeTransforms(host, batchTfms),
  });
  loader.hooks.types.push(cls, ...(kind === undefined ? [] : [kind.type ?? kind.base]));
  const testBatch = async (input: unknown): Promise<readonly Tensor[]> => loader.on(dsets.testSet([input])).oneBatch();
  return { train: loader, valid: loader, loaders: [loader, loader], ...facts, preprocessing: [IMAGE_INFERENCE, raw], testBatch };
}

function parsed(raw: unknown): Inference {
  const given = typeof raw === "object" && raw !== null ? raw : {};
  for (const key of ["itemTfms", "batchTfms"] as const) {
    const value = (given as Partial<Inference>)[key];
    if (!Array.isArray(value))
      throw E_VISION_OPTION({ option: key, expected: "a list of named transforms", received: JSON.stringify(value) ?? "none" });
  }
  return { imgCls: "PILImage", ...(given as Omit<Inference, "imgCls">) };
}
