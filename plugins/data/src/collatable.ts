import { skipItem } from "./dataset.ts";
import type { Item, SkipItem } from "./dataset.ts";
import { E_DATA_COLLATABLE } from "./errors.ts";
import { typeOf } from "./semantic-types.ts";
import { Tuple, tuple } from "./tuple.ts";

/** What came out of the item transforms, where a batch can be made of it. @throws E_DATA_COLLATABLE */
export function collatable(item: unknown): Item | SkipItem {
  if (item === skipItem) return skipItem;
  const fields: unknown[] = item instanceof Tuple ? Array.from(item) : [item];
  if (fields.includes(skipItem)) return skipItem;
  const position = fields.findIndex((field) => !(typeof field === "number" || isSample(field)));
  if (position >= 0) throw E_DATA_COLLATABLE({ position, type: typeOf(fields[position]).name });
  return tuple(...fields) as unknown as Item;
}

function isSample(field: unknown): boolean {
  return typeof field === "object" && field !== null && "data" in field && "shape" in field;
}
