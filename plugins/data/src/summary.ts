import type { Engine, Random } from "@fastap/kernel";
import { collate } from "./collate.ts";
import type { DataBlock } from "./data-block.ts";
import type { Datasets } from "./datasets.ts";
import type { Item } from "./dataset.ts";
import { E_DATA_STEP } from "./errors.ts";
import type { Pipeline } from "./pipeline.ts";
import { dtypeOf } from "./sample.ts";
import type { Sample } from "./sample.ts";
import { TensorBatch, TensorBase, typeOf } from "./semantic-types.ts";
import type { SemanticType } from "./semantic-types.ts";
import { TfmdDL } from "./tfmd-dl.ts";
import { Tuple, tuple } from "./tuple.ts";

export interface SummaryOptions {
  readonly engine: Engine;
  readonly random: Random;
  /** Default 4. */
  readonly bs?: number;
  /** Gets every line as it is known; default nobody. */
  readonly log?: (line: string) => void;
}

type Log = (line: string) => void;

/** Walks one item, then one batch, through a data block. Returns the lines; a step that fails is named. @throws E_DATA_STEP */
export async function summarize(block: DataBlock, source: unknown, { engine, random, bs = 4, log }: SummaryOptions): Promise<string> {
  const lines: string[] = [];
  const tell: Log = (line) => {
    lines.push(line);
    log?.(line);
  };
  tell("Setting up the datasets");
  const dsets = await step(tell, "finding, splitting and labelling the items", async () => block.datasets(source, { random }));
  tell(`Found ${dsets.length} items: subsets of ${dsets.splits.map((rows) => rows.length).join(", ")}`);
  const train = dsets.subset(0);
  tell("Building one sample");
  const drawn = random.fork("summary");
  await walkTypes(train, drawn, tell);
  const dl = await step(tell, "setting up the transforms of items and batches", async () =>
    TfmdDL.create(train, { engine, random, bs, afterItem: block.itemTfms, afterBatch: block.batchTfms }),
  );
  tell("Applying the item transforms to it");
  await walk(await train.get(0, drawn), dl.hooks.afterItem, drawn, tell);
  tell(`Adding the next ${Math.max(0, Math.min(bs, train.length) - 1)} samples and collating`);
  await walkBatch(dl, { engine, bs, drawn, tell });
  return lines.join("\n");
}

async function walkTypes(train: Datasets, random: Random, tell: Log): Promise<void> {
  for (const list of train.lists) {
    tell(`  ${String(list.pipeline)}`);
    tell(`    starting from ${describe(list.items[0])}`);
    await walk(list.items[0], list.pipeline, random, tell);
  }
  tell(`Final sample: ${describe(await train.get(0, random))}`);
}

/** As in training. */
async function walk(start: unknown, pipeline: Pipeline, random: Random, tell: Log): Promise<void> {
  let value = start;
  for (const transform of pipeline.transforms) {
    value = await step(tell, String(transform), async () => transform.encode(value, 0, random));
    tell(`    ${String(transform)} gives ${describe(value)}`);
  }
}

interface Walk {
  readonly engine: Engine;
  readonly bs: number;
  readonly drawn: Random;
  readonly tell: Log;
}

async function walkBatch(dl: TfmdDL, { engine, bs, drawn, tell }: Walk): Promise<void> {
  const rows: { index: number; item: Item }[] = [];
  for (let index = 0; index < Math.min(bs, dl.length === 0 ? 0 : dl.n); index++)
    rows.push({ index, item: (await step(tell, `reading item ${index}`, async () => dl.get(index))) as Item });
  const samples = await step(tell, "collating", async () => collate(rows));
  tell(`    batch of ${samples.map(({ shape }) => `[${shape.join(", ")}]`).join(", ")}`);
  tell("Applying the batch transforms");
  await engine.scopeAsync(async () => {
    const tensors = samples.map((sample, i) => toBatch(engine, sample, dl.hooks.types[i]));
    await walk(tuple(...tensors), dl.hooks.afterBatch, drawn, tell);
  });
}

function toBatch(engine: Engine, sample: Sample, type: SemanticType = TensorBase): TensorBatch {
  return new TensorBatch(engine.from(sample.data, sample.shape, dtypeOf(sample)), type, engine);
}

async function step<T>(tell: Log, name: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    tell(`  FAILED: ${name}`);
    throw E_DATA_STEP({ step: name, error }, error);
  }
}

function describe(value: unknown): string {
  if (value instanceof Tuple) return `(${Array.from(value, describe).join(", ")})`;
  if (value instanceof TensorBatch) return `${value.type.name} batch of [${value.tensor.shape.join(", ")}] ${value.tensor.dtype}`;
  if (value instanceof TensorBase) {
    const small = value.data.length <= 20 && value.shape.length <= 1;
    return small ? `${typeOf(value).name}(${Array.from(value.data).join(", ")})` : `${typeOf(value).name} of size ${value.shape.join("x")}`;
  }
  const text = typeof value === "object" && value !== null ? (JSON.stringify(value) ?? "") : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
