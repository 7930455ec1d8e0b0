import { DataBlock } from "@fastap/plugin-data";
import type { DataBlockOptions, DataLoadersOptions, TfmdDataLoaders } from "@fastap/plugin-data";
import { E_VISION_ONE_CLASS } from "../errors.ts";
import type { ImageClass } from "./blocks.ts";
import { withInference } from "./image-inference.ts";
import { madeTransforms } from "./named-transforms.ts";
import type { NamedTransforms } from "./named-transforms.ts";
import type { VisionHost } from "./vision-host.ts";

/** Of all factories, beside those of the loaders. */
export interface ImageLoadersOptions extends Partial<Omit<DataLoadersOptions, "engine" | "random">> {
  readonly itemTfms?: NamedTransforms;
  readonly batchTfms?: NamedTransforms;
  /** Default `PILImage`. */
  readonly imgCls?: ImageClass;
  /** Part for validation, where it is drawn; default 0.2. */
  readonly validPct?: number;
  /** Another number draws another part. */
  readonly seed?: number;
}

interface Build {
  readonly host: VisionHost;
  readonly block: Omit<DataBlockOptions, "itemTfms" | "batchTfms">;
  readonly source: unknown;
  /** Of messages. */
  readonly where: string;
  readonly options: ImageLoadersOptions;
}

/** Loaders of a data block, which an exported Learner can prepare images as. @throws E_VISION_ONE_CLASS */
export async function buildLoaders({ host, block, source, where, options }: Build): Promise<TfmdDataLoaders> {
  const { itemTfms, batchTfms, imgCls, validPct: _, seed: __, ...loaders } = options;
  const dataBlock = new DataBlock({ ...block, itemTfms: madeTransforms(host, itemTfms), batchTfms: madeTransforms(host, batchTfms) });
  const services = { engine: host.resolve("engine"), random: host.resolve("random"), displays: host.registry("displays") };
  const dls = await dataBlock.dataloaders(source, { ...services, ...loaders });
  const [label] = dls.vocab ?? [];
  const isCategory = dls.lossFunc === "crossEntropyLossFlat";
  if (isCategory && dls.vocab?.length === 1 && label !== undefined) throw E_VISION_ONE_CLASS({ label, where });
  return withInference(dls, host, imgCls);
}
