import { groupOf, hasPicture, wordsOf } from "./batch-figure.ts";
import { withLine, type Cell } from "./cell.ts";
import type { Displays } from "./displays.ts";
import { E_DISPLAY_SAMPLES } from "./errors.ts";
import { sheetFigure, type Figure } from "./figure.ts";
import { getGrid, type GridOptions } from "./get-grid.ts";
import { headed, resultGroup, toneOf, visible, type Result } from "./results-figure.ts";
import type { Group, Sheet } from "./sheet.ts";

/** A result and how wrong it is. */
export interface LossItem extends Result {
  /** Number in the dataset. */
  readonly index: number;
  readonly loss: number;
  /** Of the predicted class, or of each class for several labels. */
  readonly probability?: number | readonly number[] | undefined;
}

/**
 * The worst items: "prediction/actual / loss / probability" over each picture; several labels in a table under the pictures; masks, points
 * and pictures as input, target, prediction with the loss.
 * @throws E_DISPLAY_SAMPLES, E_DISPLAY_MISSING @source fastai plot_top_losses
 */
export function lossesFigure(displays: Displays, all: readonly LossItem[], options: GridOptions = {}): Figure {
  const items = all.map((item) => visible(displays, item));
  const [first] = items;
  if (first === undefined) throw E_DISPLAY_SAMPLES({ what: "top losses", expected: "at least one item", received: "none" });
  const data = items.map((item) => rowOf(displays, item));
  const target = first.sample.at(-first.out.length);
  const role = displays.role(target);
  const { columns } = getGrid(items.length, options);
  const sheet = (): Sheet => {
    if (!hasPicture(displays, [first.sample])) return { title: HEADING, groups: [], columns: 1, table: lossTable(data, true) };
    if (role === "labels")
      return { title: "Top losses", groups: items.map((item, i) => numbered(displays, item, i)), columns, table: lossTable(data, false) };
    if (role === "overlay" || role === "picture")
      return { title: "Input / Target / Prediction", groups: items.map((item) => sideBySide(displays, item)), columns: options.ncols ?? 1 };
    return { title: HEADING, groups: items.map((item) => captioned(displays, item)), columns };
  };
  return sheetFigure(sheet(), data);
}

const HEADING = "Prediction/Actual/Loss/Probability";

function captioned(displays: Displays, item: LossItem): Group {
  const { target, prediction, loss, probability } = said(displays, item);
  const tone = toneOf(displays, item.sample.at(-item.out.length), target === prediction);
  const share = typeof probability === "number" ? ` / ${probability.toFixed(2)}` : "";
  const [cell, ...rest] = inputCells(displays, item);
  return cell === undefined ? [] : [withLine(cell, `${prediction}/${target} / ${loss.toFixed(2)}${share}`, tone), ...rest];
}

function numbered(displays: Displays, item: LossItem, i: number): Group {
  const [cell, ...rest] = inputCells(displays, item);
  return cell === undefined ? [] : [withLine(cell, `Image ${i}`), ...rest];
}

/** The loss stands with the prediction. */
function sideBySide(displays: Displays, item: LossItem): Group {
  const group = resultGroup(displays, item);
  const cells = group.length > 2 ? group : headed([...inputCells(displays, item), ...group.map(unheaded)]);
  return cells.map((cell, i) => (i === cells.length - 1 ? withLine(cell, `loss: ${item.loss.toFixed(4)}`) : cell));
}

function unheaded(cell: Cell): Cell {
  return { ...cell, lines: cell.lines.slice(1) };
}

function inputCells(displays: Displays, { sample, out }: Result): Group {
  return groupOf(displays, sample.slice(0, sample.length - out.length));
}

interface Said {
  readonly target: string;
  readonly prediction: string;
  readonly loss: number;
  readonly probability: number | readonly number[] | undefined;
}

function said(displays: Displays, { sample, out, loss, probability }: LossItem): Said {
  const join = (parts: readonly unknown[]): string => Object.values(wordsOf(displays, parts)).join("; ");
  return { target: join(sample.slice(sample.length - out.length)), prediction: join(out), loss, probability };
}

function rowOf(displays: Displays, item: LossItem): Record<string, unknown> {
  const { target: actual, prediction: predicted, loss, probability } = said(displays, item);
  const inputs = wordsOf(displays, item.sample.slice(0, item.sample.length - item.out.length));
  return { index: item.index, ...inputs, predicted, actual, loss, probability };
}

function lossTable(data: readonly Record<string, unknown>[], withInputs: boolean): { head: readonly string[]; rows: readonly string[][] } {
  const own = ["predicted", "actual", "loss", "probability"];
  const inputs = withInputs ? Object.keys(data[0] ?? {}).filter((key) => key !== "index" && !own.includes(key)) : [];
  const number = (value: unknown): string => (typeof value === "number" ? value.toFixed(2) : "");
  const rows = data.map((row, i) => [
    withInputs ? String(row["index"]) : `Image ${i}`,
    ...inputs.map((key) => String(row[key] ?? "")),
    String(row["actual"]),
    String(row["predicted"]),
    Array.isArray(row["probability"]) ? row["probability"].map(number).join("; ") : number(row["probability"]),
    number(row["loss"]),
  ]);
  return { head: [withInputs ? "item" : "", ...inputs, "target", "predicted", "probabilities", "loss"], rows };
}
