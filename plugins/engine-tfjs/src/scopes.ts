import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_SCOPE_OVERLAP, E_ENGINE_SCOPE_PROMISE } from "./errors.ts";
import { explain } from "./missing-op.ts";

type ScopeState = ReturnType<typeof tf.engine>["state"]["activeScope"];

/**
 * Disposes every tensor made in `f`, save those it returns (in arrays, maps, sets and plain objects) or keeps.
 * @throws E_ENGINE_SCOPE_PROMISE when `f` is asynchronous
 */
export function scope<T>(f: () => T): T {
  const opened = open();
  let result: T;
  try {
    result = f();
    if (isPromise(result)) throw unheard(result, E_ENGINE_SCOPE_PROMISE(undefined));
  } catch (error) {
    drop(opened);
    throw explain(error);
  }
  close(opened, result);
  return result;
}

/**
 * True from when an asynchronous scope hands back its promise to the end of that synchronous stretch of code. Whatever runs
 * then is the opener's caller, never the inside of the scope; so a scope opened then is a sibling. The stack of tfjs that this
 * guards is global, hence so is the flag.
 */
let suspended = false;

/**
 * The same around asynchronous work.
 * @throws E_ENGINE_SCOPE_OVERLAP when it does not nest: started right beside an open one, or ended before one that began later
 */
export async function scopeAsync<T>(f: () => Promise<T>): Promise<T> {
  if (suspended) throw E_ENGINE_SCOPE_OVERLAP({ when: "opened" });
  const opened = open();
  let result: T;
  try {
    void Promise.resolve().then(resume); // queued before anything in f can be, so it runs before f continues
    const running = f();
    suspended = true;
    result = await running;
  } catch (error) {
    drop(opened);
    throw explain(error);
  }
  close(opened, result);
  return result;
}

function resume(): void {
  suspended = false;
}

function open(): ScopeState {
  tf.engine().startScope();
  return tf.engine().state.activeScope;
}

function close(opened: ScopeState, result: unknown): void {
  if (tf.engine().state.activeScope === opened) return tf.engine().endScope(tensorsIn(result));
  drop(opened);
  throw E_ENGINE_SCOPE_OVERLAP({ when: "closed" });
}

/** Ends a scope with all it made; one that is not innermost is taken out of the stack, so that the others still end right. */
function drop(opened: ScopeState): void {
  const { state } = tf.engine();
  if (state.activeScope === opened) return tf.engine().endScope([]);
  const at = state.scopeStack.indexOf(opened);
  if (at >= 0) state.scopeStack.splice(at, 1);
  for (const tensor of opened.track) if (!tensor.kept) tensor.dispose();
}

/** tfjs's own search overlooks maps and sets, and walks every element of a typed array. */
function tensorsIn(container: unknown, found: Set<Tensor> = new Set(), seen: Set<object> = new Set()): Tensor[] {
  if (container instanceof tf.Tensor) found.add(container);
  else if (typeof container === "object" && container !== null && !seen.has(container)) {
    seen.add(container);
    for (const part of partsOf(container)) tensorsIn(part, found, seen);
  }
  return [...found];
}

function partsOf(container: object): Iterable<unknown> {
  if (Array.isArray(container) || container instanceof Set) return container;
  if (container instanceof Map) return container.values();
  const prototype: unknown = Object.getPrototypeOf(container);
  return prototype === Object.prototype || prototype === null ? Object.values(container) : [];
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Nobody will await the promise: its own failure must not end the process before the error about it is seen. */
export function unheard<E>(promise: PromiseLike<unknown>, error: E): E {
  promise.then(undefined, () => undefined);
  return error;
}
