import type { SetupItems } from "./transform.ts";

/** Every item, read one after the other. */
export async function readAll(items: SetupItems): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let i = 0; i < items.length; i++) all.push(await items.get(i));
  return all;
}
