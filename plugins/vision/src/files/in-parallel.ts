/** The results of `f` for all items, in their order, at most `n` at a time. */
export async function inParallel<T, U>(items: readonly T[], n: number, f: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await f(items[i] as T);
  };
  await Promise.all(Array.from({ length: Math.min(n, items.length) }, lane));
  return results;
}
