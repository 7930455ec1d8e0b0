import { groupOf, hasPicture, tableOf, wordsOf, type Sample, type SheetOptions } from "./batch-figure.ts";
import { withLine, type Cell, type Line, type Tone } from "./cell.ts";
import type { Displays } from "./displays.ts";
import { E_DISPLAY_SAMPLES } from "./errors.ts";
import { sheetFigure, type Figure } from "./figure.ts";
import { getGrid } from "./get-grid.ts";
import type { Group } from "./sheet.ts";

/** One sample and what the model makes of it. */
export interface Result {
  /** Inputs, then targets. */
  readonly sample: Sample;
  /** Decoded as the targets are: one for each. */
  readonly out: Sample;
}

/**
 * Samples beside predictions. Labels: truth over prediction, green where they are equal, else red. Masks, points and boxes: target and
 * prediction side by side. Pictures: input, target, prediction; the prediction alone where the input is hidden.
 * @throws E_DISPLAY_SAMPLES, E_DISPLAY_MISSING @source fastai show_results
 */
export function resultsFigure(displays: Displays, all: readonly Result[], { title, ...options }: SheetOptions = {}): Figure {
  const [first, ...others] = all.map((result) => visible(displays, result));
  if (first === undefined) throw E_DISPLAY_SAMPLES({ what: "results", expected: "at least one sample", received: "none" });
  const beside = hasPicture(displays, [first.sample]) ? resultGroup(displays, first).length : 0;
  const { maxN, ...grid } = beside > 1 ? { maxN: SIDE_BY_SIDE, ncols: 1, ...options } : options;
  const results = [first, ...others].slice(0, maxN);
  const data = results.map((result) => rowOf(displays, result));
  const heading = title ?? (first.sample.length > first.out.length ? HEADINGS[beside] : undefined) ?? "Results";
  if (beside === 0) return sheetFigure({ title: heading, groups: [], columns: 1, table: tableOf(data) }, data);
  const groups = results.map((result) => resultGroup(displays, result));
  return sheetFigure({ title: heading, groups, columns: getGrid(results.length, grid).columns }, data);
}

const HEADINGS = ["Results", "Truth / Prediction", "Target / Prediction", "Input / Target / Prediction"];
/** Rows of pictures side by side, unless another number is asked for. */
const SIDE_BY_SIDE = 6;

/** Without what is hidden. */
export function visible<T extends Result>(displays: Displays, result: T): T {
  return { ...result, sample: displays.visible(result.sample), out: displays.visible(result.out) };
}

/** One cell for words, two for overlays, three for pictures. */
export function resultGroup(displays: Displays, { sample, out }: Result): Group {
  const nInp = sample.length - out.length;
  const [inputs, targets] = [sample.slice(0, nInp), sample.slice(nInp)];
  const roles = targets.map((target) => displays.role(target));
  if (roles.includes("picture") && inputs.length === 0) return groupOf(displays, out); // made from noise, to be like others, not this one
  if (roles.includes("picture")) return headed([...groupOf(displays, inputs), ...groupOf(displays, targets), ...groupOf(displays, out)]);
  if (roles.includes("overlay")) {
    const [target, prediction] = [targets, out].map((parts) => groupOf(displays, [...inputs, ...parts])[0]);
    return headed([target, prediction].filter((cell) => cell !== undefined));
  }
  const [cell, ...rest] = groupOf(displays, inputs);
  return cell === undefined ? [] : [words(displays, { cell, targets, out }), ...rest];
}

/** Says above each cell what it is. */
export function headed(cells: readonly Cell[]): Cell[] {
  const names = cells.length === 2 ? ["Target", "Prediction"] : ["Input", "Target", "Prediction"];
  return cells.map((cell, i) => {
    const line: Line = { text: names[i] ?? "", tone: "muted" };
    return { ...cell, lines: [line, ...cell.lines] };
  });
}

interface Words {
  readonly cell: Cell;
  readonly targets: Sample;
  readonly out: Sample;
}

/** Truth, then prediction. */
function words(displays: Displays, { cell, targets, out }: Words): Cell {
  return targets.reduce((drawn: Cell, target, i) => {
    const [truth, said] = [displays.words(target), displays.words(out[i])];
    const tone = toneOf(displays, target, truth === said);
    return withLine(withLine(drawn, truth, tone), said, tone);
  }, cell);
}

/** Only labels are right or wrong. */
export function toneOf(displays: Displays, target: unknown, equal: boolean): Tone {
  const role = displays.role(target);
  if (role !== "label" && role !== "labels") return "plain";
  return equal ? "good" : "bad";
}

function rowOf(displays: Displays, { sample, out }: Result): Record<string, string> {
  const nInp = sample.length - out.length;
  const join = (parts: Sample): string => Object.values(wordsOf(displays, parts)).join("; ");
  const [target, prediction] = [join(sample.slice(nInp)), join(out)];
  return { ...wordsOf(displays, sample.slice(0, nInp)), target, prediction };
}
