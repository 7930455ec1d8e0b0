import type { AnyPlugin, Host, Run } from "@fastap/kernel";

/** What a plugin did to a run: the fields that its taps touched, and what it called its taps. */
export interface Touched {
  readonly taps: Set<string>;
  readonly reads: Set<string>;
  readonly writes: Set<string>;
}

/** What the loop alone writes, and what every plugin may read without saying so. */
const constant: ReadonlySet<string> = new Set(
  "kind host hooks engine model opt dl nEpoch epoch iter nIter trainIter pctTrain training grads resolve cancel".split(" "),
);

/** The same plugin on a host whose runs write down which of their fields it reads and writes. */
export function recording(plugin: AnyPlugin): { readonly plugin: AnyPlugin; readonly touched: Touched } {
  const touched: Touched = { taps: new Set(), reads: new Set(), writes: new Set() };
  const apply = (host: Host, options: never): void => plugin.apply(watchHost(host, touched), options);
  return { plugin: { ...plugin, apply }, touched };
}

function watchHost(host: Host, touched: Touched): Host {
  const hooks = { ...host.hooks, run: watchTaps(host.hooks.run, touched) };
  return new Proxy(host, { get: (target, key) => (key === "hooks" ? hooks : member(target, key)) });
}

/** A hook whose taps are handed watched runs. */
function watchTaps<H extends object>(hook: H, touched: Touched): H {
  const get = (target: H, key: string | symbol): unknown => {
    const value = member(target, key);
    if (typeof key !== "string" || !key.startsWith("tap") || typeof value !== "function") return value;
    return (options: string | { readonly name: string }, fn: (...args: unknown[]) => unknown): unknown => {
      touched.taps.add(typeof options === "string" ? options : options.name);
      return value(options, (...args: unknown[]) => fn(...args.map((arg) => (isRun(arg) ? watchRun(arg, touched) : arg))));
    };
  };
  return new Proxy(hook, { get });
}

function watchRun(run: Run, touched: Touched): Run {
  return new Proxy(run, {
    get(target, key) {
      if (key === "hooks") return watchTable(target.hooks, touched);
      if (typeof key === "string" && !constant.has(key)) touched.reads.add(key);
      return member(target, key);
    },
    set(target, key, value) {
      if (typeof key === "string") touched.writes.add(key);
      return Reflect.set(target, key, value, target);
    },
  });
}

function watchTable(hooks: Run["hooks"], touched: Touched): Run["hooks"] {
  const watched = Object.entries<object>({ ...hooks }).map(([name, hook]) => [name, watchTaps(hook, touched)]);
  return Object.fromEntries(watched) as Run["hooks"]; // the same hooks under the same names
}

/** Private fields need the real `this`. */
function member(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? value.bind(target) : value;
}

function isRun(value: unknown): value is Run {
  return typeof value === "object" && value !== null && "hooks" in value && "cancel" in value;
}
