import { EVENTS, type Callback, type EventName, type Run } from "@fastap/kernel";

/** One call of a handler. */
export interface Called {
  readonly event: EventName;
  readonly training: boolean;
  /** Handlers of events inside the gradient tape must not give one. */
  readonly gavePromise: boolean;
}

/** The same callback, with every call of its handlers written down. */
export function logged(callback: Callback, calls: Called[]): Callback {
  const wrapped: Record<string, unknown> = {};
  for (const event of EVENTS) {
    const handler = callback[event]?.bind(callback);
    if (handler === undefined) continue;
    wrapped[event] = (run: Run): unknown => {
      const call = { event, training: run.training };
      try {
        const result = handler(run);
        calls.push({ ...call, gavePromise: result instanceof Promise });
        return result;
      } catch (error) {
        calls.push({ ...call, gavePromise: false });
        throw error;
      }
    };
  }
  // a class's methods and its private state stay where they are
  const get = (target: Callback, key: string | symbol): unknown => {
    if (typeof key === "string" && Object.hasOwn(wrapped, key)) return wrapped[key];
    const value: unknown = Reflect.get(target, key, target);
    return typeof value === "function" ? value.bind(target) : value;
  };
  return new Proxy(callback, { get });
}
