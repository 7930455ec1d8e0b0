import {
  definePlugin,
  type AnyPlugin,
  type Entry,
  type Host,
  type MultiToken,
  type Random,
  type Registries,
  type Token,
} from "@fastap/kernel";
import { E_CONTRACT_DOUBLE } from "./errors.ts";
import { scalarEngine } from "./scalar-engine.ts";

/**
 * One plugin that provides stand-ins for the given tokens: a scalar engine, a plain generator, and for any other token
 * something that throws a coded error when it is used. A plural token gets a registry with an entry called `double`.
 */
export function serviceDoubles(tokens: readonly string[]): AnyPlugin {
  return definePlugin({
    meta: { name: "service-doubles", version: "0.1.0", kernel: "*", provides: tokens },
    apply(host) {
      for (const token of tokens) provideDouble(host, token);
    },
  });
}

function provideDouble(host: Host, token: string): void {
  if (token === "engine") host.provide("engine", scalarEngine);
  else if (token === "random") host.provide("random", () => plainRandom(1));
  else if (token.endsWith("s")) host.contribute(token as MultiToken, unusable(token) as Entry<Registries[MultiToken]>);
  else host.provide(token as Token, () => inert(token) as never);
}

function unusable(token: string): Entry<unknown> {
  const make = (): never => {
    throw E_CONTRACT_DOUBLE({ asked: "an instance", of: `"double" in ${token}` });
  };
  return { name: "double", make };
}

/** Has every method, and none of them works. Not a thenable, so that it can be awaited past. */
function inert(token: string): object {
  const get = (_: object, key: string | symbol): unknown => {
    if (typeof key === "symbol" || key === "then" || key === "dispose") return undefined;
    return () => {
      throw E_CONTRACT_DOUBLE({ asked: `${token}.${key}()`, of: `the double of "${token}"` });
    };
  };
  return new Proxy({}, { get });
}

/** A linear congruential generator: repeatable, and good for nothing but tests. */
function plainRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const int = (n: number): number => Math.floor(uniform() * n);
  return {
    uniform,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    permutation: (n) => shuffled(n, int),
    fork: (label) => plainRandom(Array.from(label).reduce((h, c) => Math.imul(h, 31) + (c.codePointAt(0) ?? 0), state)),
    state: () => [state],
    restore: ([saved]) => void (state = saved ?? seed),
  };
}

function shuffled(n: number, int: (n: number) => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = int(i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
