import type { Random } from "@fastap/kernel";
import type { Splits } from "./splitters.ts";
import type { TransformsLike } from "./pipeline.ts";
import { allSoon, soon } from "./soon.ts";
import { TfmdLists } from "./tfmd-lists.ts";
import type { TfmdListsOptions } from "./tfmd-lists.ts";
import type { SetupItems, SplitIdx } from "./transform.ts";
import { tuple } from "./tuple.ts";
import type { Tuple } from "./tuple.ts";

export interface DatasetsOptions extends TfmdListsOptions {
  /** How many of the pipelines make inputs; default all but the last, at least one. */
  readonly nInp?: number;
}

/** The same items behind several pipelines: each item is a tuple of their results. `@source fastai.data.core.Datasets` */
export class Datasets implements SetupItems {
  readonly lists: readonly TfmdLists[];
  readonly nInp: number;

  private constructor(lists: readonly TfmdLists[], nInp: number) {
    this.lists = lists;
    this.nInp = nInp;
  }

  static async create(items: readonly unknown[], transforms: readonly TransformsLike[], options: DatasetsOptions = {}): Promise<Datasets> {
    const lists: TfmdLists[] = [];
    for (const each of transforms) lists.push(await TfmdLists.create(items, each, options));
    return new Datasets(lists, options.nInp ?? Math.max(1, lists.length - 1));
  }

  get items(): readonly unknown[] {
    return this.lists[0]?.items ?? [];
  }
  get length(): number {
    return this.items.length;
  }
  get splits(): Splits {
    return this.lists[0]?.splits ?? [];
  }
  get splitIdx(): SplitIdx {
    return this.lists[0]?.splitIdx ?? null;
  }
  get train(): Datasets {
    return this.subset(0);
  }
  get valid(): Datasets {
    return this.subset(1);
  }

  /** The i-th tuple, or a promise of it. */
  get(i: number, random?: Random): Tuple | Promise<Tuple> {
    return soon(allSoon(this.lists.map((list, k) => list.get(i, partStream(random, k)))), (parts) => tuple(...parts));
  }

  /** @throws E_DATA_SUBSET */
  subset(i: number): Datasets {
    return this.#with(this.lists.map((list) => list.subset(i)));
  }
  /** The same items as of another split: 0 brings on the transforms of training. */
  asSplit(splitIdx: SplitIdx): Datasets {
    return this.#with(this.lists.map((list) => list.withItems(list.items, splitIdx)));
  }
  newEmpty(): Datasets {
    return this.#with(this.lists.map((list) => list.newEmpty()));
  }

  /** The way back; each part only as far as `until` asks for, where it is given. */
  decode(items: readonly unknown[], until?: (value: unknown) => boolean): Tuple {
    return tuple(...items.map((item, i) => this.lists[i]?.decode(item, until) ?? item));
  }

  /** What the pipelines tell by that name: one value as it is, several as a list, none as undefined. */
  attribute(name: string): unknown {
    const told = this.lists.map((list) => list.attribute(name)).filter((value) => value !== undefined);
    return told.length > 1 ? told : told[0];
  }

  /**
   * Other items behind the same transforms as in validation: inputs only, unless `withLabels`. The first steps are left out
   * where an item looks like their result already, or `skip` says so.
   * @source fastai.data.core.test_set
   */
  testSet(
    items: readonly unknown[],
    { withLabels = false, skip }: { readonly withLabels?: boolean; readonly skip?: number } = {},
  ): Datasets {
    const lists = withLabels ? this.lists : this.lists.slice(0, this.nInp);
    const behind = (list: TfmdLists): TfmdLists =>
      list.withItems(items, 1, skip ?? (items.length === 0 ? 0 : (list.inferIdx(items[0]) ?? 0)));
    return new Datasets(lists.map(behind), this.nInp);
  }

  #with(lists: readonly TfmdLists[]): Datasets {
    return new Datasets(lists, this.nInp);
  }
}

/** Each part draws from a stream of its own, as parts may wait for different things. */
export function partStream(random: Random | undefined, k: number): Random | undefined {
  return random?.fork(`part ${k}`);
}
