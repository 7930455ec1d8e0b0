import { E_NN_OPTION } from "./errors.ts";

/** @throws E_NN_OPTION unless it is a whole number of at least `min` */
export function checkWhole(of: string, option: string, value: unknown, min: number): void {
  if (Number.isInteger(value) && Number(value) >= min) return;
  throw E_NN_OPTION({
    of,
    option,
    problem: `${option} must be a whole number of at least ${min}, not ${JSON.stringify(value) ?? String(value)}`,
  });
}
