import { Categorize } from "./categorize.ts";
import type { CategorizeOptions } from "./categorize.ts";
import type { Label } from "./category-map.ts";
import { E_DATA_OPTION } from "./errors.ts";
import { EncodedMultiCategorize } from "./encoded-multi-categorize.ts";
import { MultiCategorize } from "./multi-categorize.ts";
import { OneHotEncode } from "./one-hot-encode.ts";
import { listOf } from "./pipeline.ts";
import type { TransformLike, TransformsLike } from "./pipeline.ts";
import { RegressionSetup } from "./regression-setup.ts";
import type { TfmdDataLoadersOptions } from "./tfmd-data-loaders.ts";
import { ToTensor } from "./to-tensor.ts";

export interface TransformBlockOptions {
  /** From what the getter gives to a typed value. */
  readonly typeTfms?: TransformsLike;
  readonly itemTfms?: TransformsLike;
  readonly batchTfms?: TransformsLike;
  /** Defaults of the loaders. */
  readonly dlsOptions?: Partial<Omit<TfmdDataLoadersOptions, "engine" | "random">>;
}

/** What one input or target is, and the transforms that brings. Makes new transforms at every call of the functions below. */
export interface TransformBlock {
  readonly typeTfms: readonly TransformLike[];
  /** `ToTensor` first. */
  readonly itemTfms: readonly TransformLike[];
  readonly batchTfms: readonly TransformLike[];
  readonly dlsOptions: NonNullable<TransformBlockOptions["dlsOptions"]>;
}

/** `@source fastai.data.block.TransformBlock` */
export function transformBlock({ typeTfms, itemTfms, batchTfms, dlsOptions = {} }: TransformBlockOptions = {}): TransformBlock {
  return { typeTfms: listOf(typeTfms), itemTfms: [ToTensor, ...listOf(itemTfms)], batchTfms: listOf(batchTfms), dlsOptions };
}

/** One label. `@source fastai.data.block.CategoryBlock` */
export function categoryBlock(options: CategorizeOptions = {}): TransformBlock {
  return transformBlock({ typeTfms: new Categorize(options) });
}

export interface MultiCategoryBlockOptions {
  /** Targets are 0 and 1 already; needs `vocab`. Default false. */
  readonly encoded?: boolean;
  readonly vocab?: readonly Label[];
  readonly addNa?: boolean;
}

/** A list of labels. `@source fastai.data.block.MultiCategoryBlock` */
export function multiCategoryBlock({ encoded = false, ...options }: MultiCategoryBlockOptions = {}): TransformBlock {
  if (!encoded) return transformBlock({ typeTfms: [new MultiCategorize(options), new OneHotEncode()] });
  if (options.vocab === undefined)
    throw E_DATA_OPTION({ option: "vocab", expected: "the labels in their order, with encoded", received: "none" });
  return transformBlock({ typeTfms: new EncodedMultiCategorize(options.vocab) });
}

/** One number or several. `@source fastai.data.block.RegressionBlock` */
export function regressionBlock(nOut?: number): TransformBlock {
  return transformBlock({ typeTfms: new RegressionSetup(nOut) });
}
