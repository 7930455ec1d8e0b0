import type { Random } from "@fastap/kernel";
import { DisplayedTransform } from "./displayed-transform.ts";
import { E_DATA_OPTION, E_DATA_RANDOM } from "./errors.ts";
import type { SplitIdx, TransformOptions } from "./transform.ts";

export interface RandTransformOptions extends TransformOptions {
  /** Chance to be applied; default 1. */
  readonly p?: number;
  /** What its name shows besides `p`. */
  readonly shown?: Readonly<Record<string, unknown>>;
}

/** What a call draws from, and for. */
export interface Call {
  /** The stream of the item's or batch's place in the epoch: the same numbers whatever `prefetch` and the number of workers are. */
  readonly random: Random;
  readonly splitIdx: SplitIdx;
}

/**
 * A transform that draws once per tuple or batch, and applies what it drew to every part of it, so that an image and its mask stay aligned.
 * Handlers get what was drawn as second argument: `on(TensorImage, (image, drawn) => …)`. In training only, unless `splitIdx` says otherwise.
 * @source fastai.vision.augment.RandTransform
 */
export class RandTransform<Drawn = unknown> extends DisplayedTransform {
  readonly p: number;

  /** @throws E_DATA_OPTION */
  constructor({ p = 1, shown = {}, splitIdx = 0, ...options }: RandTransformOptions = {}) {
    super({ ...shown, p }, { ...options, splitIdx });
    if (!(p >= 0 && p <= 1)) throw E_DATA_OPTION({ option: "p", expected: "a number 0…1", received: String(p), where: this.name });
    this.p = p;
  }

  /** Draws for all parts of `x`, where it is to be applied. */
  protected beforeCall(_x: unknown, _call: Call): Drawn | undefined {
    return undefined;
  }

  /** @throws E_DATA_RANDOM where it has to draw and got no stream */
  override encode(x: unknown, splitIdx: SplitIdx = null, random: Random = noStream(this.name)): unknown {
    if (!this.applies(splitIdx) || !(this.p === 1 || random.uniform() < this.p)) return x;
    return this.dispatchEncodes(x, this.beforeCall(x, { random, splitIdx }));
  }
}

/** Refuses the first draw: a transform that draws nothing, as in validation, needs no stream. */
function noStream(transform: string): Random {
  const refuse = (): never => {
    throw E_DATA_RANDOM({ transform });
  };
  return { uniform: refuse, normal: refuse, int: refuse, permutation: refuse, fork: refuse, state: refuse, restore: refuse };
}
