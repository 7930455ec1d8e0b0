import type { Random } from "@fastap/kernel";
import { E_DATA_INFER, E_DATA_SUBSET } from "./errors.ts";
import { firstReadable } from "./first-readable.ts";
import { Pipeline } from "./pipeline.ts";
import type { TransformsLike } from "./pipeline.ts";
import { typeOf } from "./semantic-types.ts";
import type { SemanticType } from "./semantic-types.ts";
import type { Splits } from "./splitters.ts";
import type { SetupItems, SplitIdx } from "./transform.ts";

export interface TfmdListsOptions {
  /** Rows of each subset, as numbers or as a mask of all rows; default all rows to train on. */
  readonly splits?: readonly (readonly number[] | readonly boolean[])[];
  readonly splitIdx?: SplitIdx;
  /** Default true. A pipeline that is given is taken as set up. */
  readonly doSetup?: boolean;
  /** Whether transforms learn of the training rows only; default true. */
  readonly trainSetup?: boolean;
  /** Needed where transforms draw. */
  readonly random?: Random;
}

/** Items behind a pipeline. `@source fastai.data.core.TfmdLists` */
export class TfmdLists implements SetupItems {
  readonly items: readonly unknown[];
  readonly pipeline: Pipeline;
  readonly splits: Splits;
  readonly splitIdx: SplitIdx;
  /** Type of the first training item before each transform, and after the last one. */
  types: readonly SemanticType[] = [];

  private constructor(items: readonly unknown[], pipeline: Pipeline, { splits, splitIdx = null }: TfmdListsOptions) {
    this.items = items;
    this.pipeline = pipeline;
    this.splits = splits?.map(rowsOf) ?? [Array.from(items.keys()), []];
    this.splitIdx = splitIdx;
  }

  static async create(items: readonly unknown[], transforms: TransformsLike, options: TfmdListsOptions = {}): Promise<TfmdLists> {
    const { doSetup = true, trainSetup = true } = options;
    const lists = new TfmdLists(items, new Pipeline(transforms), options);
    if (doSetup && !(transforms instanceof Pipeline)) await lists.pipeline.setup(lists, trainSetup);
    await lists.#recordTypes(options.random?.fork("types"));
    return lists;
  }

  get length(): number {
    return this.items.length;
  }
  get train(): TfmdLists {
    return this.subset(0);
  }
  get valid(): TfmdLists {
    return this.subset(1);
  }

  /** The i-th item transformed, or a promise of it. */
  get(i: number, random?: Random): unknown {
    return this.pipeline.encode(this.items[i], this.splitIdx, random);
  }

  /** The rows of one split behind the same pipeline. @throws E_DATA_SUBSET */
  subset(i: number): TfmdLists {
    const rows = this.splits[i];
    if (rows === undefined) throw E_DATA_SUBSET({ i, n: this.splits.length });
    return this.#on(
      rows.map((row) => this.items[row]),
      i,
    );
  }

  /** Other items behind the same pipeline, without its first `skip` transforms. */
  withItems(items: readonly unknown[], splitIdx: SplitIdx = 1, skip = 0): TfmdLists {
    if (skip === 0) return this.#on(items, splitIdx);
    const pipeline = new Pipeline(this.pipeline.transforms.slice(skip));
    return new TfmdLists(items, pipeline, { splitIdx });
  }

  newEmpty(): TfmdLists {
    return this.#on([], this.splitIdx);
  }

  decode(x: unknown, until?: (value: unknown) => boolean): unknown {
    return this.pipeline.decode(x, { until, splitIdx: this.splitIdx });
  }

  attribute(name: string): unknown {
    return this.pipeline.attribute(name);
  }

  /** Rows that are in more than one subset. */
  overlappingSplits(): number[] {
    const seen = new Set<number>();
    const twice = new Set<number>();
    for (const row of this.splits.flat()) (seen.has(row) ? twice : seen).add(row);
    return [...twice];
  }

  /** Number of the first transform that takes a value of the type of `x`; undefined where no step ever had that type. */
  inferIdx(x: unknown): number | undefined {
    const exact = this.types.indexOf(typeOf(x));
    const i = exact >= 0 ? exact : this.types.findIndex((type) => typeOf(x).prototype instanceof type);
    return i < 0 ? undefined : i;
  }

  /** What the pipeline makes of `x`, from the first transform on that takes its type. @throws E_DATA_INFER */
  infer(x: unknown, random?: Random): unknown {
    const i = this.inferIdx(x);
    if (i === undefined) throw E_DATA_INFER({ received: typeOf(x).name, types: [...new Set(this.types.map(({ name }) => name))] });
    return new Pipeline(this.pipeline.transforms.slice(i)).encode(x, this.splitIdx, random);
  }

  #on(items: readonly unknown[], splitIdx: SplitIdx): TfmdLists {
    const lists = new TfmdLists(items, this.pipeline, { splitIdx });
    lists.types = this.types;
    return lists;
  }

  async #recordTypes(random?: Random): Promise<void> {
    const rows = this.splits[0] ?? [];
    const first = rows.length > 0 || this.items.length === 0 ? rows : [0];
    this.types =
      (await firstReadable(first, async (row) => {
        let value = this.items[row];
        const types = [typeOf(value)];
        for (const transform of this.pipeline.transforms) {
          value = await new Pipeline(transform).encode(value, 0, random);
          types.push(typeOf(value));
        }
        return types;
      })) ?? [];
  }
}

function rowsOf(subset: readonly number[] | readonly boolean[]): readonly number[] {
  const rows: number[] = [];
  subset.forEach((row: number | boolean, i) => {
    if (row === true) rows.push(i);
    else if (row !== false) rows.push(row);
  });
  return rows;
}
