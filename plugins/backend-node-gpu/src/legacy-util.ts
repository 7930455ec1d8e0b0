import util from "node:util";

/** The functions of node:util that tfjs-node 4.22 calls and Node 23 took away. */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** Puts back what is missing; on a Node that has them nothing changes. */
export function restoreLegacyUtil(target: object = util): void {
  for (const [name, value] of Object.entries(REMOVED)) {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
}
