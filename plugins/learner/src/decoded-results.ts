import type { Loader, TypedArray } from "@fastap/kernel";
import type { DataLoader, Tuple } from "@fastap/plugin-data";
import type { Displays, Result } from "@fastap/plugin-display";
import { E_LEARNER_NOT_SHOWABLE } from "./errors.ts";
import type { HostArray, Preds } from "./gather-preds.ts";
import type { Learner } from "./learner.ts";

/** What `getPreds` gives with inputs and decisions. */
export type ShownPreds = Pick<Preds, "inputs" | "targs" | "decoded">;

/** A loader that decodes its batches, as those of plugin data. @throws E_LEARNER_NOT_SHOWABLE for any other */
export function showableLoader(loader: Loader): DataLoader {
  if ("decodeBatch" in loader && "new" in loader) return loader as unknown as DataLoader;
  throw E_LEARNER_NOT_SHOWABLE({
    problem: `the samples of a ${loader.constructor.name} cannot be decoded`,
    expected: "a DataLoader of plugin data",
  });
}

/**
 * Samples and decisions on the way back through the loader's transforms, as far as `displays` need it. A decision goes back beside its
 * input, as points need the size of their image.
 * @throws E_LEARNER_NOT_SHOWABLE
 */
export async function decodedResults(
  learner: Learner,
  { loader, preds, displays }: { readonly loader: Loader; readonly preds: ShownPreds; readonly displays: Displays },
): Promise<Result[]> {
  const { inputs, targs, decoded } = preds;
  if (inputs === undefined || targs === undefined || decoded === undefined)
    throw E_LEARNER_NOT_SHOWABLE({
      problem: "there are no targets to show predictions beside",
      expected: "a loader with inputs and targets",
    });
  const dl = showableLoader(loader);
  const samples = await decode(learner, { dl, displays, fields: [inputs, targs] });
  const outs = await decode(learner, { dl, displays, fields: [inputs, decoded] });
  return samples.map((sample, i) => ({ sample: Array.from(sample), out: Array.from(outs[i] ?? []).slice(1) }));
}

interface Decoding {
  readonly dl: DataLoader;
  readonly displays: Displays;
  readonly fields: readonly HostArray[];
}

async function decode(learner: Learner, { dl, displays, fields }: Decoding): Promise<Tuple[]> {
  const engine = learner.host.resolve("engine");
  const batch = fields.map(({ data, shape }) => engine.from(data, shape, dtypeOf(data)));
  try {
    return await dl.decodeBatch(batch, { maxN: fields[0]?.shape[0] ?? 0, until: (value) => displays.has(value) });
  } finally {
    for (const tensor of batch) tensor.dispose();
  }
}

function dtypeOf(data: TypedArray): "float32" | "int32" {
  return data instanceof Float32Array ? "float32" : "int32";
}
