import type { Engine, Random } from "@fastap/kernel";
import {
  DataBlock,
  DataLoader,
  categoryBlock,
  distributedIndices,
  endSplitter,
  indexSplitter,
  multiCategoryBlock,
  regressionBlock,
  transformBlock,
} from "@fastap/plugin-data";
import type { DataBlockOptions, TfmdDataLoaders } from "@fastap/plugin-data";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { batchValues, checksOf, wanted } from "../data/value.ts";
import { withServices } from "../data/with-services.ts";

interface Length {
  readonly n: number;
  readonly bs: number | null;
  readonly drop_last: boolean;
}

/** Batches of the numbers 0…n−1. */
export const dataLoaderLengths: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => isList(inputs, "drop_last"),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    return withServices(async ({ engine }) => {
      const checks: Check[] = [];
      for (const [i, { n, bs, drop_last }] of (inputs as unknown as Length[]).entries()) {
        const loader = new DataLoader({ length: n, get: (row) => row }, { engine, bs, dropLast: drop_last });
        const batches = (await batchValues(loader)) as unknown as readonly (readonly (readonly [Value, number[]])[])[];
        const numbers = batches.map(([first]) => (bs === null ? (first?.[1][0] ?? null) : (first?.[1] ?? null)));
        checks.push(...checksOf({ len: loader.length, batches: numbers }, (expected as unknown as unknown[])[i], `[${i}].`));
      }
      return checks;
    });
  },
};

/** Rows of each process. */
export const dataDistributedIndices: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => isList(inputs, "world"),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    return (inputs as unknown as { n: number; world: number }[]).map(({ n, world }, i) => ({
      path: `[${i}]`,
      got: Array.from({ length: world }, (_, rank) => Array.from(distributedIndices(n, world, rank))),
      want: wanted((expected as unknown as unknown[])[i]),
    }));
  },
};

interface Row {
  readonly x: number;
  readonly y: number;
  readonly l: string;
  readonly m: readonly string[];
}

/** Data blocks over rows `{ x, y, l, m }`: a number, labels, and two targets. */
export const dataBlockRows: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => isList(inputs["source"], "m"),
  async run(golden: GoldenCase): Promise<readonly Check[]> {
    return withServices((services) => new RowCase(golden, services).checks());
  },
};

class RowCase {
  readonly #golden: GoldenCase;
  readonly #services: { readonly engine: Engine; readonly random: Random };

  constructor(golden: GoldenCase, services: { readonly engine: Engine; readonly random: Random }) {
    this.#golden = golden;
    this.#services = services;
  }

  async checks(): Promise<Check[]> {
    const { expected } = this.#golden;
    const regression = await this.#loaders(
      { blocks: [transformBlock, regressionBlock], getY: (row: Row) => row.y },
      firstSize(expected["regression"]),
    );
    const multi = await this.#loaders(
      { blocks: [transformBlock, multiCategoryBlock], getY: (row: Row) => row.m },
      firstSize(expected["multi"]),
    );
    const checks = [
      ...checksOf(
        { train: await batchValues(regression.train), valid: await batchValues(regression.valid), c: regression.c ?? null },
        expected["regression"],
        "regression.",
      ),
      ...checksOf({ vocab: multi.vocab ?? [], train: await batchValues(multi.train), c: multi.c ?? null }, expected["multi"], "multi."),
      ...(await this.#twoTargets()),
      ...(await this.#shuffled(firstSize(expected["regression"]))),
    ];
    const test = (keys: readonly (readonly [string, boolean])[]): Promise<Check[][]> =>
      Promise.all(
        keys.map(async ([key, withLabels]) =>
          checksOf({ [key]: await batchValues(regression.testDl(testRows(expected[key]), { withLabels })) }, expected),
        ),
      );
    return [...checks, ...(await test([["test_dl", false]])).flat(), ...(await test([["test_dl_labels", true]])).flat()];
  }

  async #twoTargets(): Promise<Check[]> {
    const want = this.#golden.expected["two_targets"] as Record<string, unknown>;
    const [valid] = wanted(want["valid"]) as [[[number[], number[]]]];
    const blocks: DataBlockOptions = {
      blocks: [transformBlock, categoryBlock, regressionBlock],
      nInp: 1,
      getY: [(row: Row) => row.l, (row: Row) => row.y],
      splitter: indexSplitter(valid[0][1].map((x) => this.#rows.findIndex((row) => row.x === x))),
    };
    const dls = await this.#loaders(blocks, (wanted(want["first_train"]) as [[number[]]])[0][0][0] ?? 1);
    const [first_train = null] = await batchValues(dls.train);
    const vocab = dls.attribute("vocab") as Value;
    return checksOf({ vocab, first_train, valid: await batchValues(dls.valid), n_inp: dls.train.nInp ?? null }, want, "two_targets.");
  }

  async #shuffled(bs: number): Promise<Check[]> {
    const { train, valid } = await this.#loaders({ blocks: [transformBlock, regressionBlock], getY: (row: Row) => row.y }, bs, true);
    const got = { train_len: train.length, drop_last: train.dropLast, valid_len: valid.length, valid_drop_last: valid.dropLast };
    return checksOf(got, this.#golden.expected["shuffled_lengths"], "shuffled_lengths.");
  }

  async #loaders(options: DataBlockOptions, bs: number, shuffle = false): Promise<TfmdDataLoaders> {
    const { provenance } = this.#golden as unknown as { provenance?: { how?: string } };
    const validPct = Number(/EndSplitter\(([\d.]+)\)/.exec(provenance?.how ?? "")?.[1] ?? 0.3);
    const block = new DataBlock({ splitter: endSplitter({ validPct }), getX: (row: Row) => row.x, ...options });
    return block.dataloaders(this.#rows, { ...this.#services, bs, shuffle });
  }

  get #rows(): readonly Row[] {
    return this.#golden.inputs["source"] as Row[];
  }
}

/** Rows that give these batches of x, and of y where it is there. */
function testRows(batches: unknown): Partial<Row>[] {
  return (wanted(batches) as [Value, number[]][][]).flatMap(([x, y]) =>
    (x?.[1] ?? []).map((value, i) => ({ x: value, y: y?.[1][i] ?? 0 })),
  );
}

function firstSize(expected: unknown): number {
  const [[[shape]]] = wanted((expected as { train: unknown }).train) as [[[number[]]]];
  return shape[0] ?? 1;
}

function isList(inputs: unknown, key: string): boolean {
  const first: unknown = Array.isArray(inputs) ? inputs[0] : undefined;
  return typeof first === "object" && first !== null && key in first;
}
