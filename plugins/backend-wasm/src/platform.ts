/** Whether this is Node, and not a browser or a bundle for one. */
export function isNode(): boolean {
  return typeof process !== "undefined" && process.versions?.node !== undefined;
}

/** Whether this thread may sleep: a page's main thread may not. */
export function mayBlock(): boolean {
  return isNode() || "WorkerGlobalScope" in globalThis;
}

/** Processors that this process may use. */
export async function processors(): Promise<number> {
  if (isNode()) return (await import("node:os")).availableParallelism();
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
}
