import { CategoryMap, compareLabels } from "./category-map.ts";
import type { Label } from "./category-map.ts";
import { E_DATA_UNKNOWN_LABEL } from "./errors.ts";
import { readAll } from "./read-all.ts";
import { TensorMultiCategory } from "./semantic-types.ts";
import { MultiCategory } from "./titled.ts";
import { Transform } from "./transform.ts";
import type { SetupItems } from "./transform.ts";

export interface MultiCategorizeOptions {
  /** Kept in its order. Default: the sorted labels of the training items. */
  readonly vocab?: readonly Label[];
  readonly addNa?: boolean;
}

/**
 * A list of labels → their class numbers, int32 `[labels]`, and back.
 * @throws E_DATA_UNKNOWN_LABEL that names every unknown label
 * @source fastai.data.transforms.MultiCategorize
 */
export class MultiCategorize extends Transform {
  override order = 1;
  readonly lossFunc = "bceWithLogitsLossFlat";
  #map: CategoryMap | undefined;
  readonly #addNa: boolean;

  constructor({ vocab, addNa = false }: MultiCategorizeOptions = {}) {
    super();
    this.#addNa = addNa;
    if (vocab !== undefined) this.#map = new CategoryMap(vocab, { sort: false, addNa });
    this.on(Array, (labels: readonly unknown[]) => this.#ids(labels));
    this.on(TensorMultiCategory, null, (ids: TensorMultiCategory) => new MultiCategory(this.#labels(ids)));
  }

  get vocab(): readonly Label[] | undefined {
    return this.#map?.items;
  }

  protected override async setups(items: SetupItems): Promise<void> {
    if (this.#map !== undefined) return;
    const labels = (await readAll(items)).flat() as Label[];
    this.#map = new CategoryMap([...new Set(labels)].toSorted(compareLabels), { sort: false, addNa: this.#addNa });
  }

  #ids(labels: readonly unknown[]): TensorMultiCategory {
    const ids = labels.map((label) => this.#map?.id(label));
    const unknown = labels.filter((_, i) => ids[i] === undefined);
    if (unknown.length > 0) throw E_DATA_UNKNOWN_LABEL({ labels: unknown.map(String), vocab: this.vocab ?? [] });
    return new TensorMultiCategory({ data: Int32Array.from(ids, (id) => id ?? 0), shape: [ids.length], dtype: "int32" });
  }

  #labels({ data }: TensorMultiCategory): Label[] {
    return Array.from(data, (id) => this.vocab?.[id] ?? "#na#");
  }
}
