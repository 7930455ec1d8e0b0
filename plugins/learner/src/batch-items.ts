import type { Loader, Run } from "@fastap/kernel";

/** Which batch of a run, to be named in an error later. */
export interface BatchId {
  readonly epoch: number;
  readonly iter: number;
  readonly training: boolean;
  /** Numbers of its items in the dataset, where the loader tells them. */
  readonly items: ArrayLike<number> | undefined;
}

/** More are counted. */
const SHOWN = 8;

export function batchId({ epoch, iter, training, dl }: Run): BatchId {
  return { epoch, iter, training, items: dl !== undefined && tellsItems(dl) ? dl.batchItems : undefined };
}

/** `epoch 0, batch 3, items 17, 4, 9 of the data`: all of the batch, or those in some rows. */
export function whereOf({ epoch, iter, training, items }: BatchId, rows: readonly number[] = []): string {
  const batch = `epoch ${epoch}, ${training ? "" : "validation "}batch ${iter}`;
  if (items === undefined) return rows.length === 0 ? batch : `${batch}, ${listed("row", rows)}`;
  const named = rows.length === 0 ? Array.from(items) : rows.flatMap((row) => items[row] ?? []);
  return `${batch}, ${listed("item", named)} of the data`;
}

function listed(noun: string, numbers: readonly number[]): string {
  const more = numbers.length - SHOWN;
  return `${noun}${numbers.length === 1 ? "" : "s"} ${numbers.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Like data's DataLoader. */
function tellsItems(loader: Loader): loader is Loader & { readonly batchItems: ArrayLike<number> } {
  return "batchItems" in loader && typeof loader.batchItems === "object" && loader.batchItems !== null;
}
