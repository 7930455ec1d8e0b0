import { isFastapError } from "@fastap/kernel";
import { stepOf } from "./failed-step.ts";
import { itemError } from "./item-rows.ts";

/** Items that may be broken before something else is. */
const PATIENCE = 16;

/**
 * What `read` makes of the first item that can be read: one broken file must not keep the others from being loaded.
 * @throws E_DATA_ITEM of the first one where none can
 */
export async function firstReadable<T>(rows: readonly number[], read: (row: number) => Promise<T>): Promise<T | undefined> {
  const failures: unknown[] = [];
  for (const row of rows.slice(0, PATIENCE)) {
    try {
      return await read(row);
    } catch (error) {
      failures.push(isFastapError(error) && stepOf(error) === undefined ? error : itemError({ index: row, step: stepOf(error), error }));
    }
  }
  if (failures.length > 0) throw failures[0];
  return undefined;
}
