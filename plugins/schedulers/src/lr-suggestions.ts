/** A learning rate, and the point of the curve it was read from. */
export interface LrSuggestion {
  readonly lr: number;
  readonly point: readonly [lr: number, loss: number];
}

/** Reads a learning rate from a curve of losses; undefined where the curve is too short. */
export type SuggestLr = (lrs: readonly number[], losses: readonly number[]) => LrSuggestion | undefined;

/** Two thirds into the longest valley. `@source fastai.callback.schedule.valley` */
export const valley: SuggestLr = (lrs, losses) => {
  const lengths = losses.map(() => 1);
  let end = 0;
  for (let i = 1; i < losses.length; i++) {
    for (let j = 0; j < i; j++) if (at(losses, i) < at(losses, j)) lengths[i] = Math.max(at(lengths, i), at(lengths, j) + 1);
    if (at(lengths, i) > at(lengths, end)) end = i;
  }
  const section = at(lengths, end) / 3;
  return suggestion(lrs, losses, end - at(lengths, end) + Math.floor(section) + Math.floor(section / 2));
};

/** Where the loss has stopped to fall and not yet begun to rise, seen from the end. `@source fastai.callback.schedule.slide` */
export function slide({ lrDiff = 15, thresh = 0.005, adjustValue = 1 }: SlideOptions = {}): SuggestLr {
  return (lrs, losses) => {
    const slopes = losses.map((_, i) => slopeAt(losses, i));
    let right = losses.length - 1;
    let left = right - lrDiff;
    if (left < 0) return undefined;
    let lr = at(lrs, left);
    for (; left >= 0 && Math.abs(at(slopes, right) - at(slopes, left)) > thresh; right--, left--) lr = at(lrs, left);
    lr *= adjustValue;
    return { lr, point: [lr, interpolated(lrs, losses, lr)] };
  };
}

export interface SlideOptions {
  /** Points between the two whose slopes are compared; default 15. */
  readonly lrDiff?: number;
  /** Difference of slopes that counts as none; default 0.005. */
  readonly thresh?: number;
  /** Multiplies the result; default 1. */
  readonly adjustValue?: number;
}

/** A tenth of the rate with the lowest loss. `@source fastai.callback.schedule.minimum` */
export const minimum: SuggestLr = (lrs, losses) => {
  const found = suggestion(lrs, losses, indexOfLeast(losses));
  return found === undefined ? undefined : { ...found, lr: found.lr / 10 };
};

/** Where the loss falls fastest. `@source fastai.callback.schedule.steep` */
export const steep: SuggestLr = (lrs, losses) => {
  const falls = losses.slice(1).map((loss, i) => (loss - at(losses, i)) / (Math.log(at(lrs, i + 1)) - Math.log(at(lrs, i))));
  return suggestion(lrs, losses, indexOfLeast(falls));
};

function suggestion(lrs: readonly number[], losses: readonly number[], i: number): LrSuggestion | undefined {
  const [lr, loss] = [lrs.at(i), losses.at(i)];
  return lr === undefined || loss === undefined ? undefined : { lr, point: [lr, loss] };
}

function indexOfLeast(values: readonly number[]): number {
  return values.reduce((least, value, i) => (value < at(values, least) ? i : least), 0);
}

/** Central difference; one-sided at the ends. */
function slopeAt(values: readonly number[], i: number): number {
  const [low, high] = [Math.max(i - 1, 0), Math.min(i + 1, values.length - 1)];
  return high === low ? 0 : (at(values, high) - at(values, low)) / (high - low);
}

/** The loss at a rate, linear in its logarithm. */
function interpolated(lrs: readonly number[], losses: readonly number[], lr: number): number {
  const right = lrs.findIndex((rate) => rate >= lr);
  if (right <= 0) return at(losses, right === 0 ? 0 : losses.length - 1);
  const [x0, x1] = [Math.log(at(lrs, right - 1)), Math.log(at(lrs, right))];
  const share = (Math.log(lr) - x0) / (x1 - x0);
  return at(losses, right - 1) + share * (at(losses, right) - at(losses, right - 1));
}

function at(values: readonly number[], i: number): number {
  return values[i] ?? NaN;
}
