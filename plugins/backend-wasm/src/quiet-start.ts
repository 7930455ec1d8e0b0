import { isNode } from "./platform.ts";

/** `function(reason){throw reason}` and its like. */
const RETHROWS = /\{throw \w+\}+$/;

/**
 * Starts an Emscripten module without the handlers that it puts on Node's process. They only throw again what nobody caught, and Node then
 * prints the line that threw, a whole minified module, above the error of the user's own script.
 */
export async function quietStart<T>(start: () => Promise<T>): Promise<T> {
  if (!isNode()) return start();
  const before = handlers();
  try {
    return await start();
  } finally {
    for (const [event, handler] of handlers()) {
      const known = before.some(([name, other]) => name === event && other === handler);
      if (!known && RETHROWS.test(String(handler))) process.off(event, handler);
    }
  }
}

function handlers(): [event: string, handler: (...args: unknown[]) => void][] {
  const emitter: NodeJS.EventEmitter = process;
  return ["uncaughtException", "unhandledRejection"].flatMap((event) =>
    emitter.listeners(event).map((handler): [string, (...args: unknown[]) => void] => [event, handler as (...args: unknown[]) => void]),
  );
}
