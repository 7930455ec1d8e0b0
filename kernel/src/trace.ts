import type { Engine } from "./engine.ts";

/** What one tap cost in all its calls. */
export interface TapCost {
  readonly hook: string;
  readonly tap: string;
  calls: number;
  /** Milliseconds, awaits included. */
  ms: number;
  /** Tensors alive after minus before, summed. */
  tensors: number;
}

/** Time and tensors per plugin and hook. Exists only where asked for: off costs nothing. */
export class Trace {
  readonly #costs: Map<string, TapCost> = new Map();
  #engine: Pick<Engine, "memory"> | undefined;

  /** Counts tensors from now on. */
  countWith(engine: Pick<Engine, "memory">): void {
    this.#engine = engine;
  }

  /** Most expensive first. */
  costs(): readonly Readonly<TapCost>[] {
    return [...this.#costs.values()].sort((a, b) => b.ms - a.ms);
  }

  timed(hook: string, tap: string, fn: (...args: readonly unknown[]) => unknown): (...args: readonly unknown[]) => unknown {
    const cost = this.#costOf(hook, tap);
    return (...args) => {
      const tensors = this.#engine?.memory().tensors ?? 0;
      const start = performance.now();
      const done = (): void => {
        cost.calls++;
        cost.ms += performance.now() - start;
        cost.tensors += (this.#engine?.memory().tensors ?? 0) - tensors;
      };
      let result: unknown;
      try {
        result = fn(...args);
      } catch (error) {
        done();
        throw error;
      }
      if (result instanceof Promise) return result.finally(done);
      done();
      return result;
    };
  }

  #costOf(hook: string, tap: string): TapCost {
    const key = `${tap}@${hook}`;
    const cost = this.#costs.get(key) ?? { hook, tap, calls: 0, ms: 0, tensors: 0 };
    this.#costs.set(key, cost);
    return cost;
  }
}
