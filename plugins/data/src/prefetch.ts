/** Steps of `produce`, at most `depth` of them ahead of who takes. Steps never overlap, so order does not depend on depth. */
export interface Prefetch<T> {
  /** The next product; undefined at the end. */
  take(): Promise<T | undefined>;
  /** No further step begins; one that runs ends unheard. */
  stop(): void;
}

export function prefetch<T>(produce: () => Promise<T | undefined>, depth: number): Prefetch<T> {
  const ahead: Promise<T | undefined>[] = [];
  let stopped = false;
  let last: Promise<unknown> = Promise.resolve();
  const step = async (): Promise<T | undefined> => (stopped ? undefined : produce());
  const stop = (): void => {
    stopped = true;
    ahead.length = 0;
  };
  const fill = (): void => {
    while (!stopped && ahead.length <= depth) {
      const next = last.then(step);
      // A failure is told to the one who takes it; nobody may ever take it.
      next.catch(() => {
        stopped = true;
      });
      last = next.catch(() => undefined);
      ahead.push(next);
    }
  };
  const take = async (): Promise<T | undefined> => {
    fill();
    const product = await ahead.shift();
    if (product === undefined) stop();
    return product;
  };
  return { take, stop };
}
