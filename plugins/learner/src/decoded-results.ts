import type { Loader, TypedArray } from "@fastap/kernel";
import type { DataLoader, Tuple } from "@fastap/plugin-data";
import type { Displays, Result } from "@fastap/plugin-display";
import { E_LEARNER_NOT_SHOWABLE } from "./errors.ts";
import type { Preds } from "./gather-preds.ts";
import type { HostArray } from "./host-array.ts";
import type { Learner } from "./learner.ts";

/** A loader that takes its batches back through its transforms. */
export type DecodingLoader = Pick<DataLoader, "decodeBatch">;

/** What `getPreds` gives with inputs and decisions. */
export type ShownPreds = Pick<Preds, "all">;

/** As those of plugin data, and what is made after them for exported Learners. */
export function decodes(loader: Loader): loader is Loader & DecodingLoader {
  return "decodeBatch" in loader && typeof loader.decodeBatch === "function";
}

/** A loader that decodes its batches, as those of plugin data. @throws E_LEARNER_NOT_SHOWABLE for any other */
export function showableLoader(loader: Loader): DataLoader {
  if ("decodeBatch" in loader && "new" in loader) return loader as unknown as DataLoader;
  throw E_LEARNER_NOT_SHOWABLE({
    problem: `the samples of a ${loader.constructor.name} cannot be decoded`,
    expected: "a DataLoader of plugin data",
  });
}

/**
 * Samples and decisions on the way back through the loader's transforms, as far as `displays` need it. Decisions go back beside their
 * inputs, as points need the size of their image, and beside one another, as boxes need their labels.
 * @throws E_LEARNER_NOT_SHOWABLE
 */
export async function decodedResults(
  learner: Learner,
  { loader, preds, displays }: { readonly loader: Loader; readonly preds: ShownPreds; readonly displays: Displays },
): Promise<Result[]> {
  const { inputs, targs, decoded } = preds.all;
  if (inputs.length === 0 || targs.length === 0 || decoded.length === 0)
    throw E_LEARNER_NOT_SHOWABLE({
      problem: "there are no targets to show predictions beside",
      expected: "a loader with inputs and targets",
    });
  const dl = showableLoader(loader);
  const until = (value: unknown): boolean => displays.has(value);
  const samples = await decodedItems(learner, { dl, fields: [...inputs, ...targs], until });
  const outs = await decodedItems(learner, { dl, fields: [...inputs, ...decoded], until });
  return samples.map((sample, i) => ({ sample: Array.from(sample), out: Array.from(outs[i] ?? []).slice(inputs.length) }));
}

interface Decoding {
  readonly dl: DecodingLoader;
  /** Of a batch, inputs first. */
  readonly fields: readonly HostArray[];
  /** Where a value need not go back further; default all the way. */
  readonly until?: (value: unknown) => boolean;
}

/** The items of a batch on the way back through the loader's transforms. */
export async function decodedItems(learner: Learner, { dl, fields, until }: Decoding): Promise<Tuple[]> {
  const engine = learner.host.resolve("engine");
  const batch = fields.map(({ data, shape }) => engine.from(data, shape, dtypeOf(data)));
  try {
    return await dl.decodeBatch(batch, { maxN: fields[0]?.shape[0] ?? 0, ...(until === undefined ? {} : { until }) });
  } finally {
    for (const tensor of batch) tensor.dispose();
  }
}

function dtypeOf(data: TypedArray): "float32" | "int32" {
  return data instanceof Float32Array ? "float32" : "int32";
}
