/** Rations a piece of work to a share of the time that passes, by what it took of late. */
export class TimeShare {
  readonly #share: number;
  #cost = 0;
  #done = -Infinity;

  constructor(share: number) {
    this.#share = share;
  }

  /** Whether enough time has passed since the last. */
  get due(): boolean {
    return performance.now() - this.#done >= this.#cost / this.#share;
  }

  async spend<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.#done = performance.now();
      const took = this.#done - start;
      this.#cost = this.#cost === 0 ? took : Math.min(took, 2 * this.#cost); // a pause for garbage is no cost of the work
    }
  }
}
