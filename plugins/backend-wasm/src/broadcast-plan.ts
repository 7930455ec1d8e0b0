/** Two operands as `[a, b, c]` numbers: the lengths, and strides of floats per axis, 0 where an operand repeats. */
export interface BroadcastPlan {
  readonly outShape: readonly number[];
  /** Lengths, strides of the left side, strides of the right. */
  readonly numbers: readonly number[];
  /** What has to be done to an operand first. */
  readonly repeat: Repeat | undefined;
}

/** A short row that stands for all rows of the other side, to be laid `times` behind itself: then several rows go as one. */
export interface Repeat {
  readonly side: "left" | "right";
  readonly length: number;
  readonly times: number;
}

/** Neighbouring axes in which an operand behaves alike, taken together. */
interface Group {
  length: number;
  readonly left: boolean;
  readonly right: boolean;
}

const MOST_GROUPS = 3;
/** Numbers of a row that make its own cost small, against those of an image's three channels. */
const LONG = 64;

/** How to walk through two shapes at once; undefined if they do not broadcast, or change sides more than three times. */
export function planBroadcast(left: readonly number[], right: readonly number[]): BroadcastPlan | undefined {
  const rank = Math.max(left.length, right.length);
  const padded = (shape: readonly number[]): number[] => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const sides = padded(right);
  const outShape: number[] = [];
  const groups: Group[] = [];
  for (const [i, l] of padded(left).entries()) {
    const r = sides[i] ?? 1;
    if (l !== r && l !== 1 && r !== 1) return undefined;
    const length = l === 1 ? r : l;
    outShape.push(length);
    if (length !== 1) addAxis(groups, { length, left: l !== 1, right: r !== 1 });
  }
  if (groups.length > MOST_GROUPS) return undefined;
  const repeat = lengthenRows(groups);
  return { outShape, numbers: numbersOf(groups), repeat };
}

/** Takes several rows as one where they are short and many, and one side has the same for all. */
function lengthenRows([rows, row, more]: readonly Group[]): Repeat | undefined {
  if (rows === undefined || row === undefined || more !== undefined || !(row.left && row.right)) return undefined;
  const { length } = row;
  const times = rows.length * length < LONG * LONG ? 1 : largestDivisor(rows.length, Math.floor(LONG / length));
  if (times === 1) return undefined;
  rows.length /= times;
  row.length *= times;
  return { side: rows.left ? "right" : "left", length, times };
}

/** Of `n`, at most `most`. */
function largestDivisor(n: number, most: number): number {
  for (let divisor = most; divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}

function numbersOf(groups: Group[]): number[] {
  while (groups.length < MOST_GROUPS) groups.unshift({ length: 1, left: false, right: false });
  return [...groups.map(({ length }) => length), ...strides(groups, "left"), ...strides(groups, "right")];
}

function addAxis(groups: Group[], axis: Group): void {
  const last = groups.at(-1);
  if (last !== undefined && last.left === axis.left && last.right === axis.right) last.length *= axis.length;
  else groups.push(axis);
}

function strides(groups: readonly Group[], side: "left" | "right"): number[] {
  let step = 1;
  return groups
    .toReversed()
    .map((group) => {
      if (!group[side]) return 0;
      const own = step;
      step *= group.length;
      return own;
    })
    .toReversed();
}
