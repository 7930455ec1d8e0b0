import type { FullTap, Hook } from "tapable";
import { isCancel } from "./cancel.ts";
import { E_TAP_BEFORE, E_TAP_NAME, E_TAP_PROMISE, E_TAP_THREW } from "./errors.ts";
import { isFastapError } from "./fastap-error.ts";
import type { Trace } from "./trace.ts";

type TapFn = (...args: readonly unknown[]) => unknown;

/** Checks every tap when it registers and says in every error where it came from. */
export class Instrument {
  /** Names a tap may carry: the plugins' and, per run, those of callbacks. */
  readonly names: Set<string> = new Set();
  readonly #trace: Trace | undefined;
  readonly #annotated: WeakSet<object> = new WeakSet();
  readonly #inTape: (hook: string) => boolean;

  constructor(inTape: (hook: string) => boolean, trace: Trace | undefined) {
    this.#inTape = inTape;
    this.#trace = trace;
  }

  watch(hookName: string, hook: Hook<unknown[], unknown>): void {
    hook.intercept({
      register: (tap) => {
        this.#check(hookName, tap);
        return { ...tap, fn: this.#wrap(hookName, tap) };
      },
    });
  }

  #check(hook: string, tap: FullTap): void {
    const name = tap.name;
    if (tap.before !== undefined) throw E_TAP_BEFORE({ name, hook });
    const owner = name.split("/")[0] ?? name;
    if (!this.names.has(owner)) throw E_TAP_NAME({ name, hook, plugins: [...this.names] });
  }

  #wrap(hook: string, tap: FullTap): FullTap["fn"] {
    const { name, type } = tap;
    const fn = tap.fn as TapFn;
    if (type === "async") return fn as FullTap["fn"]; // callback style: its error arrives as an argument
    const timed = this.#trace?.timed(hook, name, fn) ?? fn;
    const inTape = this.#inTape(hook);
    const sync: TapFn = (...args) => {
      try {
        const result = timed(...args);
        if (result instanceof Promise) throw refuse(result, E_TAP_PROMISE({ name, hook, inTape }));
        return result;
      } catch (error) {
        throw this.#annotate(error, name, hook);
      }
    };
    const promise: TapFn = async (...args) => {
      try {
        return await timed(...args);
      } catch (error) {
        throw this.#annotate(error, name, hook);
      }
    };
    return (type === "promise" ? promise : sync) as FullTap["fn"];
  }

  /** Says once, at the innermost tap, where the error was; cancels pass untouched. A code stays at the head of its message. */
  #annotate(error: unknown, name: string, hook: string): unknown {
    if (isCancel(error)) return error;
    if (!(error instanceof Error)) return E_TAP_THREW({ name, hook }, error);
    if (this.#annotated.has(error)) return error;
    this.#annotated.add(error);
    const where = `[${name}@${hook}]`;
    error.message = isFastapError(error) ? `${error.message}\n  in ${where}` : `${where} ${error.message}`;
    return error;
  }
}

/** The promise that should not exist may reject later: that must not end the process. */
function refuse(promise: Promise<unknown>, error: Error): Error {
  promise.catch(() => undefined);
  return error;
}
