import { formatTime } from "./time.ts";

/** fastprogress's bar length, and the least that still tells something. */
const FULL_BAR = 50;
const LEAST_BAR = 5;

export interface BarState {
  /** What stands before the bar: `Epoch 1/3 :`, or nothing. */
  readonly prefix: string;
  readonly done: number;
  readonly total: number;
  /** Seconds since the phase began. */
  readonly elapsed: number;
  /** Smooth loss, once there is one. */
  readonly loss?: number | undefined;
}

/** `45.09% [211/468 00:05<00:06 0.3547]`: share, done/total, time gone<time to come, smooth loss. */
export function barText({ done, total, elapsed, loss }: BarState): string {
  const share = total === 0 ? 1 : done / total;
  const remaining = done === 0 ? "?" : formatTime((elapsed / done) * Math.max(0, total - done));
  const comment = loss === undefined ? "" : ` ${loss.toFixed(4)}`;
  return `${(100 * share).toFixed(2)}% [${done}/${total} ${formatTime(elapsed)}<${remaining}${comment}]`;
}

/** One line that fits into `width` columns: what there is no room for goes, the bar first, then the prefix, then the end. */
export function barLine(state: BarState, width: number): string {
  const text = barText(state);
  const before = state.prefix === "" ? "" : `${state.prefix} `;
  const room = width - before.length - text.length - "|| ".length;
  if (room >= LEAST_BAR) return `${before}|${bar(state, Math.min(FULL_BAR, room))}| ${text}`;
  return before.length + text.length <= width ? before + text : text.slice(0, Math.max(0, width));
}

function bar({ done, total }: BarState, length: number): string {
  const filled = total === 0 ? length : Math.min(length, Math.floor((length * done) / total));
  return "█".repeat(filled) + "-".repeat(length - filled);
}
