import { isNode } from "./platform.ts";
import type { WorkerStart } from "./worker-protocol.ts";

/** A running worker, of Node or of a browser. */
export interface WorkerThread {
  terminate(): Promise<void>;
}

type OnDeath = (reason: string) => void;

/** What browsers' `Worker` has and is used here; its types come only with all of the DOM. */
interface WebWorker {
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

type StartWorker = (start: WorkerStart, onDeath: OnDeath) => WorkerThread;

/** How workers are started here. They never keep a process alive. */
export async function workerStarter(): Promise<StartWorker> {
  if (!isNode()) return startWebWorker;
  const { Worker } = await import("node:worker_threads");
  return (start, onDeath) => {
    // Without the flags of the main thread, which may load a TypeScript compiler into every worker.
    const worker = new Worker(new URL("./pool-worker.js", import.meta.url), { execArgv: [], name: `fastap-wasm-${start.index}` });
    worker.unref();
    worker.on("error", (error: Error) => onDeath(error.message));
    worker.on("exit", () => onDeath("it exited"));
    worker.postMessage(start);
    return {
      terminate: async () => {
        worker.removeAllListeners();
        // One that has just failed tells so later, and an error that nobody hears ends the process.
        worker.on("error", () => undefined);
        await worker.terminate();
      },
    };
  };
}

function startWebWorker(start: WorkerStart, onDeath: OnDeath): WorkerThread {
  const { Worker } = globalThis as unknown as { Worker: new (url: URL, options: { type: "module"; name: string }) => WebWorker };
  const worker = new Worker(new URL("./pool-worker.js", import.meta.url), { type: "module", name: `fastap-wasm-${start.index}` });
  worker.onerror = (event) => onDeath(event.message ?? "it could not be loaded");
  worker.postMessage(start);
  return {
    terminate: async () => worker.terminate(),
  };
}
