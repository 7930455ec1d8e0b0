/** Fields that are mapped one by one; a plain array is one list-like value. `@source` Python's tuple */
export class Tuple<T = unknown> extends Array<T> {
  override map<U>(f: (value: T, index: number, array: T[]) => U): Tuple<U> {
    return tuple(...Array.from(this, (value, i) => f(value, i, this)));
  }
  /** `(1.0, 2.5)`, as titles show it. */
  override toString(): string {
    return `(${Array.from(this, String).join(", ")})`;
  }
}

export function tuple<T>(...values: readonly T[]): Tuple<T> {
  const made = new Tuple<T>();
  made.push(...values);
  return made;
}
