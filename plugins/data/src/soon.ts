/** Calls `f` with the value: at once where it is there, else when it comes. Transforms that need no waiting stay synchronous, as the tape of a backend wants. */
export function soon<T, U>(value: T | Promise<T>, f: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(f) : f(value);
}

/** One promise if any is one. */
export function allSoon(values: readonly unknown[]): unknown[] | Promise<unknown[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : [...values];
}
