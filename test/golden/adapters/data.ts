import {
  CategoryMap,
  Categorize,
  EncodedMultiCategorize,
  MultiCategorize,
  OneHotEncode,
  Pipeline,
  RegressionSetup,
  Transform,
  tuple,
} from "@fastap/plugin-data";
import type { Label, TensorBase, TensorMultiCategory } from "@fastap/plugin-data";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { checksOf, sampleValue, wanted } from "../data/value.ts";

type Json = Readonly<Record<string, unknown>>;

/** Vocabularies of a column as it is, in first-seen order, and with `#na#`. Missing values are written `"NaN"`. */
export const dataCategoryMap: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => Array.isArray(inputs["col"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const column = (inputs["col"] as unknown[]).map((value) => (value === "NaN" ? Number.NaN : value));
    const withNa = new CategoryMap(column, { addNa: true });
    const got: Record<string, Value> = {
      default: new CategoryMap(column).items,
      nosort: new CategoryMap(column, { sort: false }).items,
      add_na: withNa.items,
    };
    for (const key of ["ints", "bools"])
      got[key] = new CategoryMap([...(expected[key] as Label[]), ...(expected[key] as Label[])].toReversed()).items;
    const categories = expected["categorical"] as Label[] | undefined;
    const used = expected["categorical_strict"] as Label[] | undefined;
    if (categories !== undefined && used !== undefined) {
      got["categorical"] = new CategoryMap({ values: used, categories }).items;
      got["categorical_strict"] = new CategoryMap({ values: used, categories, strict: true }).items;
    }
    const known = (expected["na_lookup"] as number[] | undefined)?.[0];
    if (known !== undefined) got["na_lookup"] = withNa.mapObjs([withNa.items[known], "no such label"]).map((id) => id ?? null);
    return checksOf(got, expected);
  },
};

/** Labels, lists of labels, encoded lists and numbers as targets. */
export const dataCategorize: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => Array.isArray(inputs["labels"]) && Array.isArray(inputs["multi_labels"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const labels = inputs["labels"] as string[];
    return [
      ...(await single(labels, expected)),
      ...(await multi(inputs["multi_labels"] as string[][], expected["multi"] as Json)),
      ...encoded(expected["encoded_multi"] as Json),
      ...(await regression(expected["regression"] as Json)),
    ];
  },
};

async function single(labels: readonly string[], expected: Json): Promise<Check[]> {
  const ids = async (t: Categorize): Promise<TensorBase[]> => {
    await t.setup(itemsOf(labels));
    return labels.map((label) => t.encode(label) as TensorBase);
  };
  const plain = new Categorize();
  const encoded = await ids(plain);
  const givenVocab = vocabOf(labels, expected["given_vocab"] as number[], expected["given_vocab_sorted"] as string[]);
  return [
    ...checksOf(
      {
        vocab: plain.vocab ?? [],
        ids: encoded.map(scalar),
        decoded: encoded.map((id) => String(plain.decode(id))),
        add_na: (await ids(new Categorize({ addNa: true }))).map(scalar),
        given_vocab: (await ids(new Categorize({ vocab: givenVocab, sort: false }))).map(scalar),
        given_vocab_sorted: new Categorize({ vocab: givenVocab }).vocab ?? [],
      },
      expected,
    ),
    refusal("unknown", () => plain.encode("never"), expected["unknown"]),
  ];
}

async function multi(lists: readonly (readonly string[])[], expected: Json): Promise<Check[]> {
  const categorize = new MultiCategorize();
  await categorize.setup(itemsOf(lists));
  const oneHot = new OneHotEncode();
  await oneHot.setup({ ...itemsOf(lists), attribute: () => categorize.vocab });
  const ids = lists.map((list) => categorize.encode(list) as TensorBase);
  const hot = ids.map((id) => oneHot.encode(id) as TensorBase);
  const decoded = hot.map((value) => (categorize.decode(oneHot.decode(value)) as { value: Value }).value);
  const got = { vocab: categorize.vocab ?? [], onehot: hot.map(sampleValue), decoded, ids: ids.map(sampleValue) };
  return [...checksOf(got, expected, "multi."), refusal("multi.unknown", () => categorize.encode(["zz"]), expected["unknown"])];
}

function encoded({ enc, dec }: Json): Check[] {
  const [, bits] = wanted(enc) as readonly [Value, readonly number[]];
  const hot = dec as string[];
  const vocab = bits.map((bit, i) => (bit === 1 ? (hot[bits.slice(0, i).filter((each) => each === 1).length] ?? "") : `unused ${i}`));
  const transform = new EncodedMultiCategorize(vocab);
  const value = transform.encode([...bits]) as TensorMultiCategory;
  return checksOf({ enc: sampleValue(value), dec: (transform.decode(value) as { value: Value }).value }, { enc, dec }, "encoded_multi.");
}

async function regression(expected: Json): Promise<Check[]> {
  const one = (wanted(expected["one"]) as [Value, number[]][]).map(([, values]) => values[0] ?? NaN);
  const two = (wanted(expected["two"]) as [Value, number[]][]).map(([, values]) => values);
  const ones = new RegressionSetup();
  await ones.setup(itemsOf(one));
  const twos = new RegressionSetup();
  await twos.setup(itemsOf(two));
  const [a, b] = [one.map((x) => ones.encode(x) as TensorBase), two.map((x) => twos.encode(x) as TensorBase)];
  const got: Record<string, Value> = {
    one: a.map(sampleValue),
    c: ones.c ?? null,
    two: b.map(sampleValue),
    c_two: twos.c ?? null,
    decoded: String(ones.decode(a[0])),
    decoded_two: String(twos.decode(b[0])),
  };
  return checksOf(got, expected, "regression.");
}

/** Three arithmetic transforms, described in a sentence, on a number, a tuple and a text. */
export const dataPipeline: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => typeof inputs["tfms"] === "string" && arithmetic(inputs["tfms"]) !== undefined,
  async run({ inputs, expected, ...rest }: GoldenCase): Promise<readonly Check[]> {
    const make = (): Transform[] => arithmetic(String(inputs["tfms"])) ?? [];
    const how = (rest as unknown as { provenance?: { how?: string } }).provenance?.how ?? "";
    const [, x = "5", parts = "1,2", text = "text"] = /on (-?[\d.]+), \(([^)]*)\), "([^"]*)"/.exec(how) ?? [];
    const probes: readonly unknown[] = [Number(x), tuple(...parts.split(",").map(Number)), text];
    const got: Record<string, Value> = { order: new Pipeline(make()).transforms.map(({ name }) => name) };
    for (const split of [null, 0, 1]) {
      const pipeline = new Pipeline(make(), split);
      const values = probes.map((probe) => pipeline.encode(probe));
      got[`split_${split ?? "None"}`] = [...values, pipeline.decode(values[0])] as Value[];
    }
    return checksOf(got, expected);
  },
};

/** `Add(2) order 2 …, Mul x3 order 1 …, TrainOnly +1000 order 3 split_idx 0 …` */
function arithmetic(text: string): Transform[] | undefined {
  const read = (pattern: RegExp): number[] | undefined => pattern.exec(text)?.slice(1).map(Number);
  const add = read(/Add\((-?[\d.]+)\) order (\d+)/);
  const mul = read(/Mul x(-?[\d.]+) order (\d+)/);
  const only = read(/TrainOnly \+(-?[\d.]+) order (\d+) split_idx (\d+)/);
  if (add === undefined || mul === undefined || only === undefined) return undefined;
  const step = (name: string, [value = 0, order = 0, splitIdx]: number[], f: (x: number, by: number) => number): Transform =>
    new Transform({ name, order, splitIdx: splitIdx ?? null }).on(Number, (x: number) => f(x, value));
  const { 0: a = 0 } = add;
  const { 0: m = 1 } = mul;
  return [
    step("Add", add, (x, by) => x + by).on(Number, null, (x: number) => x - a),
    step("Mul", mul, (x, by) => x * by).on(Number, null, (x: number) => x / m),
    step("TrainOnly", only, (x, by) => x + by),
  ];
}

function refusal(path: string, f: () => unknown, want: unknown): Check {
  return { path, got: throws(f), want: typeof want === "object" && want !== null && "error" in want };
}

function throws(f: () => unknown): boolean {
  try {
    f();
    return false;
  } catch {
    return true;
  }
}

function scalar({ data }: TensorBase): number | null {
  return data[0] ?? null;
}

/** The vocabulary that was given, which the case does not say: labels by their numbers, and between them names that no label has. */
function vocabOf(labels: readonly string[], ids: readonly number[], sorted: readonly string[]): string[] {
  const vocab: string[] = [];
  ids.forEach((id, i) => (vocab[id] = labels[i] ?? ""));
  const others = sorted.filter((name) => !labels.includes(name));
  return Array.from({ length: Math.max(vocab.length, sorted.length) }, (_, id) => vocab[id] ?? others.shift() ?? "");
}

function itemsOf(items: readonly unknown[]): { readonly length: number; get(i: number): unknown } {
  return { length: items.length, get: (i) => items[i] };
}
