import { CategoryMap } from "./category-map.ts";
import type { Label } from "./category-map.ts";
import { E_DATA_UNKNOWN_LABEL } from "./errors.ts";
import { readAll } from "./read-all.ts";
import { classLabel } from "./sample.ts";
import { TensorCategory } from "./semantic-types.ts";
import { Category } from "./titled.ts";
import { Transform } from "./transform.ts";
import type { SetupItems } from "./transform.ts";

export interface CategorizeOptions {
  /** Default: the labels of the training items. */
  readonly vocab?: readonly Label[];
  /** Default true. */
  readonly sort?: boolean;
  /** Default false. */
  readonly addNa?: boolean;
}

/**
 * A label → its class number, an int32 scalar, and back.
 * @throws E_DATA_UNKNOWN_LABEL for a label the vocabulary lacks
 * @source fastai.data.transforms.Categorize
 */
export class Categorize extends Transform {
  override order = 1;
  readonly lossFunc = "crossEntropyLossFlat";
  #map: CategoryMap | undefined;
  readonly #options: CategorizeOptions;

  constructor(options: CategorizeOptions = {}) {
    super();
    this.#options = options;
    if (options.vocab !== undefined) this.#map = new CategoryMap(options.vocab, options);
    this.on(Object, (label: unknown) => new TensorCategory(classLabel(this.#id(label))));
    this.on(TensorCategory, null, (id: TensorCategory) => new Category(this.#map?.items[id.data[0] ?? -1] ?? "#na#"));
  }

  get vocab(): readonly Label[] | undefined {
    return this.#map?.items;
  }
  get c(): number | undefined {
    return this.#map?.length;
  }

  protected override async setups(items: SetupItems): Promise<void> {
    this.#map ??= new CategoryMap(await readAll(items), this.#options);
  }

  #id(label: unknown): number {
    const id = this.#map?.id(label);
    if (id === undefined) throw E_DATA_UNKNOWN_LABEL({ labels: [String(label)], vocab: this.vocab ?? [] });
    return id;
  }
}
