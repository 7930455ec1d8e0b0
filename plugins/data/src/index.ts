export type * from "./augment.ts";
export { ArrayDataset } from "./array-dataset.ts";
export type { Column } from "./array-dataset.ts";
export { categoryBlock, multiCategoryBlock, regressionBlock, transformBlock } from "./blocks.ts";
export type { MultiCategoryBlockOptions, TransformBlock, TransformBlockOptions } from "./blocks.ts";
export { Categorize } from "./categorize.ts";
export type { CategorizeOptions } from "./categorize.ts";
export { CategoryMap } from "./category-map.ts";
export type { CategoricalColumn, CategoryMapOptions, Label } from "./category-map.ts";
export { collate } from "./collate.ts";
export { DataBlock } from "./data-block.ts";
export type { DataBlockOptions, DataLoadersOptions } from "./data-block.ts";
export { DataLoader } from "./data-loader.ts";
export type { DataLoaderOverrides, LoaderState } from "./data-loader.ts";
export type { DataLoaderOptions, LoaderFacts } from "./data-loader-options.ts";
export { DataLoaders } from "./data-loaders.ts";
export type { DataLoadersFacts, FromDatasetsOptions } from "./data-loaders.ts";
export { skipItem } from "./dataset.ts";
export type { Dataset, Item, SkipItem } from "./dataset.ts";
export { Datasets } from "./datasets.ts";
export type { DatasetsOptions } from "./datasets.ts";
export { DisplayedTransform } from "./displayed-transform.ts";
export { distributedIndices } from "./distributed-indices.ts";
export { EncodedMultiCategorize } from "./encoded-multi-categorize.ts";
export { download } from "./external/download.ts";
export type { DownloadOptions } from "./external/download.ts";
export type { FileStore, StoredFile } from "./external/file-store.ts";
export { extractArchive } from "./external/extract.ts";
export type { ExtractLimits } from "./external/extraction.ts";
export { fastaiPath } from "./external/fastai-path.ts";
export type { CacheKey } from "./external/fastai-path.ts";
export { dataPlace, untarData } from "./external/untar-data.ts";
export type { DataPlace, UntarDataOptions } from "./external/untar-data.ts";
export { urlPath } from "./external/url-path.ts";
export { URLs } from "./external/urls.ts";
export type { DataName } from "./external/urls.ts";
export type { BrokenItem } from "./item-rows.ts";
export type { ItemSource } from "./item-source.ts";
export type { Portable } from "./workers/portable.ts";
export type { ItemReader, RemoteItems } from "./workers/remote-items.ts";
export { fileGetter, getFiles, getImageFiles, getTextFiles, imageExtensions, imageGetter } from "./get-files.ts";
export type { GetFilesOptions } from "./get-files.ts";
export { readIdx } from "./idx.ts";
export { readIdxFile } from "./idx-file.ts";
export type { IdxOptions, IdxSplit, Normalize as IdxNormalize } from "./idx-options.ts";
export { IntToFloatTensor } from "./int-to-float-tensor.ts";
export type { IntToFloatTensorOptions } from "./int-to-float-tensor.ts";
export { getC } from "./get-c.ts";
export { InplaceTransform } from "./inplace-transform.ts";
export { ItemTransform } from "./item-transform.ts";
export { attrGetter, colReader, itemGetter, parentLabel, regexLabeller } from "./labellers.ts";
export type { ColReaderOptions } from "./labellers.ts";
export { MultiCategorize } from "./multi-categorize.ts";
export type { MultiCategorizeOptions } from "./multi-categorize.ts";
export { Normalize } from "./normalize.ts";
export type { NormalizeStats } from "./normalize.ts";
export { onBatch } from "./on-batch.ts";
export { OneHotEncode } from "./one-hot-encode.ts";
export { Pipeline } from "./pipeline.ts";
export type { TransformLike, TransformsLike } from "./pipeline.ts";
export { data } from "./plugin.ts";
export { RandTransform } from "./rand-transform.ts";
export type { Call, RandTransformOptions } from "./rand-transform.ts";
export { RegressionSetup } from "./regression-setup.ts";
export { partialDataLoaders, weightedDataLoaders } from "./sampled-data-loaders.ts";
export { partialSampler, weightedSampler } from "./sampler.ts";
export type { Sampler } from "./sampler.ts";
export { classLabel } from "./sample.ts";
export type { Dtype, Field, Sample } from "./sample.ts";
export * from "./semantic-types.ts";
export { displaysOf } from "./showing.ts";
export type { DecodeBatchOptions, ShowBatchOptions } from "./showing.ts";
export {
  colSplitter,
  endSplitter,
  fileSplitter,
  funcSplitter,
  grandparentSplitter,
  indexSplitter,
  maskSplitter,
  randomSplitter,
  randomSubsetSplitter,
} from "./splitters.ts";
export type { RandomSplitterOptions, Splits, Splitter } from "./splitters.ts";
export type { SummaryOptions } from "./summary.ts";
export { TfmdDataLoaders } from "./tfmd-data-loaders.ts";
export type { TfmdDataLoadersOptions } from "./tfmd-data-loaders.ts";
export { TfmdDL } from "./tfmd-dl.ts";
export type { LoaderEvent, TfmdDLOptions } from "./tfmd-dl.ts";
export { TfmdLists } from "./tfmd-lists.ts";
export type { TfmdListsOptions } from "./tfmd-lists.ts";
export { Category, MultiCategory, Titled, TitledFloat, TitledStr, TitledTuple } from "./titled.ts";
export { ToTensor } from "./to-tensor.ts";
export { trainTestSplitter } from "./train-test-splitter.ts";
export type { TrainTestSplitterOptions } from "./train-test-splitter.ts";
export { Transform } from "./transform.ts";
export type { SetupItems, SplitIdx, TransformOptions } from "./transform.ts";
export { Tuple, tuple } from "./tuple.ts";
