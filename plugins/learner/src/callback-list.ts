import { Stage, type Callback, type EventName, type Host, type Spec } from "@fastap/kernel";
import { callbackOf } from "./learner-options.ts";

/** A callback, or its registered name with or without options. */
export type CallbackLike = Spec | Callback;

/** The callbacks of a Learner. */
export class CallbackList {
  readonly #host: Host;
  #all: readonly Callback[];

  /** @throws E_NAME_UNKNOWN */
  constructor(host: Host, cbs: readonly CallbackLike[]) {
    this.#host = host;
    this.#all = cbs.map((cb) => callbackOf(host, cb));
  }

  get all(): readonly Callback[] {
    return this.#all;
  }

  /** All and more, those in the order given. @throws E_NAME_UNKNOWN */
  with(more: readonly CallbackLike[]): readonly Callback[] {
    return [...this.#all, ...more.map((cb) => callbackOf(this.#host, cb))];
  }

  /** All but these, or those of these names. */
  without(cbs: readonly (string | Callback)[]): readonly Callback[] {
    return this.#all.filter((cb) => !cbs.includes(cb) && !cbs.includes(cb.name));
  }

  set(cbs: readonly Callback[]): void {
    this.#all = cbs;
  }

  /** These instead while `f` runs. */
  async during<T>(cbs: readonly Callback[], f: () => Promise<T>): Promise<T> {
    const before = this.#all;
    this.#all = cbs;
    return f().finally(() => (this.#all = before));
  }

  /** Those that handle an event, as they come. */
  at(event: EventName): readonly Callback[] {
    return this.#all.filter((cb) => cb[event] !== undefined).toSorted((a, b) => orderOf(a) - orderOf(b));
  }
}

export function orderOf({ stage = "main", order = 0 }: Callback): number {
  return Stage[stage] + order;
}
