import type { Random } from "@fastap/kernel";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { E_ENGINE_RANDOM_RANGE, E_ENGINE_RANDOM_STATE, E_ENGINE_SEED } from "./errors.ts";

type Generator = ReturnType<typeof xoroshiro128plusFromState>;

/**
 * A seeded generator: xoroshiro128+ of pure-rand, its four words hashed from the seed.
 * @throws E_ENGINE_SEED unless the seed is a safe integer
 * @source Blackman & Vigna 2018
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw E_ENGINE_SEED({ seed });
  return new SeededRandom(stateFrom([seed | 0, Math.floor(seed / 2 ** 32) | 0], "seed"));
}

const { url: module } = import.meta as ImportMeta & { readonly url: string };
const SOURCE = { module, name: "randomOf" };

/** The generator that goes on from `state`: what other threads make theirs with, by name. @throws E_ENGINE_RANDOM_STATE @public */
export function randomOf(state: readonly number[]): Random {
  const random = createRandom(0);
  random.restore(state);
  return random;
}

class SeededRandom implements Random {
  get source(): NonNullable<Random["source"]> {
    return SOURCE;
  }
  #generator: Generator;

  constructor(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  uniform(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }

  /** Marsaglia's polar method. The second value of each pair is dropped, so that the state stays four words. */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  int(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) throw E_ENGINE_RANDOM_RANGE({ method: "int", n });
    return uniformInt(this.#generator, 0, n - 1);
  }

  permutation(n: number): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n >= 2 ** 32) throw E_ENGINE_RANDOM_RANGE({ method: "permutation", n });
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = uniformInt(this.#generator, 0, i);
      const swapped = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = swapped;
    }
    return order;
  }

  fork(label: string): Random {
    return new SeededRandom(stateFrom(this.#generator.getState(), `fork ${label}`));
  }

  state(): readonly number[] {
    return this.#generator.getState();
  }

  restore(state: readonly number[]): void {
    const valid = state.length === 4 && state.every((word) => (word | 0) === word) && state.some((word) => word !== 0);
    if (!valid) throw E_ENGINE_RANDOM_STATE({ received: JSON.stringify(state) });
    this.#generator = xoroshiro128plusFromState(state);
  }
}

/** Four words that depend on every bit of the given words and label; never all zero, which xoroshiro cannot leave. */
function stateFrom(words: readonly number[], label: string): number[] {
  const message = [...words, ...Array.from(label, (character) => character.codePointAt(0) ?? 0)];
  return [1, 2, 3, 4].map((lane) => murmur3(message, lane) || lane);
}

/** MurmurHash3 (32 bits) over whole words. `@source` Appleby 2011 */
function murmur3(message: readonly number[], seed: number): number {
  let hash = seed;
  for (const word of message) {
    const mixed = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotate(hash ^ mixed, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= message.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
