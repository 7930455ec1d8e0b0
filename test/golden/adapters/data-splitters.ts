import { writeFile } from "node:fs/promises";
import {
  colSplitter,
  endSplitter,
  fileSplitter,
  funcSplitter,
  grandparentSplitter,
  indexSplitter,
  maskSplitter,
  randomSplitter,
  randomSubsetSplitter,
  trainTestSplitter,
} from "@fastap/plugin-data";
import type { Splits, Splitter } from "@fastap/plugin-data";
import type { Random } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { withFileTree } from "../data/file-tree.ts";
import { checksOf } from "../data/value.ts";
import { withServices } from "../data/with-services.ts";

/** Not a target: upstream makes everything valid where the part rounds to no item (quirk 8), ours nothing. */
const quirks: ReadonlySet<string> = new Set(["end_tiny"]);

export const dataSplitters: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => Array.isArray(inputs["items"]) && typeof inputs["frame"] === "object",
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const paths = (inputs["items"] as string[]).map((item) => `/data/${item}`);
    const rows = rowsOf(inputs["frame"] as Record<string, unknown[]>);
    const args = argumentsOf(String(inputs["args"] ?? ""));
    const byPath: Record<string, Splitter> = {
      grandparent: grandparentSplitter(),
      grandparent_custom: grandparentSplitter({ train: ["train", "extra"], valid: ["valid"] }),
      grandparent_missing: grandparentSplitter({ train: "no such folder" }),
      index: indexSplitter(args.index),
      end_last: endSplitter({ validPct: args.end }),
      end_first: endSplitter({ validPct: args.end, validLast: false }),
      func: funcSplitter((path: string) => path.endsWith(args.suffix)),
      mask: maskSplitter(paths.map((_, i) => i % args.every === 0)),
    };
    const folds = [...new Set((expected["col_on"] as Splits | undefined)?.[1]?.map((row) => rows[row]?.["fold"]))];
    const byRow: Record<string, Splitter> = {
      col: colSplitter("is_valid"),
      col_idx: colSplitter(0),
      col_on: colSplitter("fold", folds),
    };
    const got = { ...(await splitAll(byPath, paths)), ...(await splitAll(byRow, rows)), file: await byFile(inputs["file_lines"], paths) };
    const wanted = Object.fromEntries(Object.entries(expected).filter(([key]) => !quirks.has(key)));
    return [...checksOf(got, wanted), ...(await withServices(({ random }) => sizes(paths, random, expected)))];
  },
};

async function splitAll(splitters: Readonly<Record<string, Splitter>>, items: readonly unknown[]): Promise<Record<string, Value>> {
  const got: Record<string, Value> = {};
  for (const [name, splitter] of Object.entries(splitters)) got[name] = await splitter(items);
  return got;
}

async function byFile(lines: unknown, paths: readonly string[]): Promise<Value> {
  return withFileTree(["valid.txt"], async (folder) => {
    await writeFile(`${folder}/valid.txt`, (lines as string[]).join("\n"));
    return fileSplitter(`${folder}/valid.txt`)(paths);
  });
}

/** Of what is drawn at random only the sizes can be the same, and that the parts have nothing in common. */
async function sizes(items: readonly string[], random: Random, expected: GoldenCase["expected"]): Promise<Check[]> {
  const n = items.length;
  const checks: Check[] = [];
  for (const [name, make] of Object.entries(DRAWN)) {
    const want = expected[name] as Sizes | undefined;
    if (want === undefined) continue;
    const [train = [], valid = []] = await make(want, n)(items, random);
    const disjoint = new Set([...train, ...valid]).size === train.length + valid.length;
    checks.push(...checksOf({ train: train.length, valid: valid.length, disjoint }, want, `${name}.`));
  }
  return checks;
}

interface Sizes {
  readonly train: number;
  readonly valid: number;
}

/** The case does not say the shares: the plainest ones whose sizes are those, by fastai's rules (down; the test set of scikit-learn up). */
const DRAWN: Readonly<Record<string, (sizes: Sizes, n: number) => Splitter>> = {
  random_sizes: ({ valid }, n) => randomSplitter({ validPct: share((pct) => Math.floor(pct * n) === valid) }),
  subset_sizes: ({ train, valid }, n) => {
    const validSz = share((pct) => Math.floor(pct * n) === valid);
    return randomSubsetSplitter({ trainSz: share((pct) => Math.floor(pct * n) === train && pct + validSz <= 1), validSz });
  },
  train_test_sizes: ({ valid }, n) => trainTestSplitter({ testSize: share((pct) => Math.ceil(pct * n) === valid) }),
};

function share(fits: (pct: number) => boolean): number {
  const plain = [0.25, 0.2, 0.3, 0.5, ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100)];
  return plain.find(fits) ?? 0.25;
}

/** `EndSplitter(.3), IndexSplitter([1,4,2]), mask i%3==0, func name endswith _1.png` */
function argumentsOf(text: string): { readonly end: number; readonly index: number[]; readonly every: number; readonly suffix: string } {
  return {
    end: Number(/EndSplitter\(([\d.]+)\)/.exec(text)?.[1] ?? 0.3),
    index: (/IndexSplitter\(\[([^\]]*)\]\)/.exec(text)?.[1] ?? "").split(",").map(Number),
    every: Number(/i%(\d+)==0/.exec(text)?.[1] ?? 3),
    suffix: /endswith (\S+)/.exec(text)?.[1] ?? "_1.png",
  };
}

function rowsOf(frame: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  const columns = Object.entries(frame);
  return Array.from({ length: columns[0]?.[1].length ?? 0 }, (_, i) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[i]])),
  );
}
