import type { Gpu, Peers } from "./peers.ts";

/** Of a browser or of Node from 21 on; Node 20 has none. */
interface Globals {
  navigator?: { gpu?: Gpu };
}

/**
 * The page's `navigator.gpu`; in Node one made by Dawn and put there, because tfjs looks nowhere else. Undefined where there is none.
 */
export async function navigatorGpu(peers: Peers): Promise<Gpu | undefined> {
  const globals = globalThis as Globals;
  if (globals.navigator?.gpu !== undefined) return globals.navigator.gpu;
  if (!isNode()) return undefined;
  const dawn = await peers.dawn();
  if (dawn === undefined) return undefined;
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  if (globals.navigator === undefined) Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  else Object.defineProperty(globals.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}

export function isNode(): boolean {
  return typeof process !== "undefined" && process.versions?.node !== undefined;
}
