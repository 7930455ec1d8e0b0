// The program of a worker thread, in Node and in browsers: waits for jobs and takes tasks of them until told to quit.
import { isNode } from "./platform.ts";
import { webAssembly } from "./web-assembly.ts";
import { Cell, takeTasks, TASK_BITS, taskKernels } from "./worker-protocol.ts";
import type { WorkerStart } from "./worker-protocol.ts";

/** Looks at the ticket before it sleeps: some ten microseconds, for the next kernel often follows at once. */
const PATIENCE = 4000;

if (isNode()) {
  const { parentPort } = await import("node:worker_threads");
  parentPort?.once("message", work);
} else {
  const scope = globalThis as { onmessage?: (event: { readonly data: WorkerStart }) => void };
  scope.onmessage = ({ data }) => work(data);
}

function work({ cells, module, memory, kernels, index }: WorkerStart): void {
  if (webAssembly === undefined) return;
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  const functions = taskKernels(exports, kernels);
  while (Atomics.load(cells, Cell.quit) === 0) {
    try {
      takeTasks(cells, functions, index);
    } catch {
      return; // the main thread has been told
    }
    waitForJob(cells);
  }
}

function waitForJob(cells: Int32Array): void {
  for (let i = 0; i < PATIENCE; i++) if ((Atomics.load(cells, Cell.ticket) & TASK_BITS) !== 0) return;
  const ticket = Atomics.load(cells, Cell.ticket);
  if ((ticket & TASK_BITS) === 0 && Atomics.load(cells, Cell.quit) === 0) Atomics.wait(cells, Cell.ticket, ticket);
}
