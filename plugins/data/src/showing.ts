import type { Registry, Tensor } from "@fastap/kernel";
import { batchFigure, Displays } from "@fastap/plugin-display";
import type { Display, Figure, GridOptions } from "@fastap/plugin-display";
import type { DataLoader } from "./data-loader.ts";
import { E_DATA_DISPLAYS } from "./errors.ts";

export interface DecodeBatchOptions {
  /** Samples at most; default 9. */
  readonly maxN?: number;
  /** Stops decoding a value as soon as this holds; default: never, the whole way back. */
  readonly until?: (value: unknown) => boolean;
}

export interface ShowBatchOptions extends GridOptions {
  /** Instead of the loader's first one; it stays the caller's. */
  readonly batch?: readonly Tensor[];
  /** Samples at most; default 9. */
  readonly maxN?: number;
  /** The first item again and again, as random transforms leave it. Default false. */
  readonly unique?: boolean;
  readonly title?: string;
  /** Default those the loader was made with. */
  readonly displays?: Registry<Display>;
}

/** @throws E_DATA_DISPLAYS */
export function displaysOf(registry: Registry<Display> | undefined): Displays {
  if (registry === undefined) throw E_DATA_DISPLAYS();
  return new Displays(registry);
}

/** Samples of one batch as a figure. */
export async function showBatch(loader: DataLoader, options: ShowBatchOptions = {}): Promise<Figure> {
  const { batch, maxN = 9, unique = false, displays: registry = loader.displays, ...sheet } = options;
  const displays = displaysOf(registry);
  const from = unique ? loader.new({ dataset: repeated(loader, maxN), shuffle: false, dropLast: false, numWorkers: 0 }) : loader;
  const shown = batch ?? (await from.oneBatch());
  try {
    return batchFigure(displays, await loader.decodeBatch(shown, { maxN, until: (value) => displays.has(value) }), sheet);
  } finally {
    if (batch === undefined) for (const each of shown) each.dispose();
  }
}

function repeated({ dataset, nInp }: DataLoader, length: number): DataLoader["dataset"] {
  return { length, ...(nInp === undefined ? {} : { nInp }), get: (_, random) => dataset.get(0, random) };
}
