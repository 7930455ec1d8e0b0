import { fBetaOf, precisionOf, recallOf } from "./average.ts";
import type { Rows } from "./rows.ts";
import { ratio, select, tally } from "./tally.ts";

export interface ReportRow {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How often the class is true. */
  readonly support: number;
}

export interface ClassificationReport {
  /** By class, in the order of the names. */
  readonly classes: readonly (ReportRow & { readonly name: string })[];
  readonly accuracy: number;
  readonly macro: ReportRow;
  readonly weighted: ReportRow;
}

/** Precision, recall and F1 per class and averaged. Decisions and truth are class numbers; 0/0 is 0. @source sklearn.metrics.classification_report */
export function classificationReport(preds: ArrayLike<number>, targs: ArrayLike<number>, names: readonly string[]): ClassificationReport {
  const rows = { preds: rowsOf(preds), targs: rowsOf(targs) };
  const seen = tally("classification_report", rows.preds, rows.targs);
  const { hits, predicted, actual } = select(seen, [...names.keys()]);
  const classes = names.map((name, c) => {
    const counts = [hits[c] ?? 0, predicted[c] ?? 0, actual[c] ?? 0] as const;
    return { name, precision: precisionOf(...counts), recall: recallOf(...counts), f1: fBetaOf(1)(...counts), support: counts[2] };
  });
  const all = targs.length;
  const right = hits.reduce((a, b) => a + b, 0);
  const average = (weight: (row: ReportRow) => number): ReportRow => {
    const total = (key: "precision" | "recall" | "f1"): number => classes.reduce((sum, row) => sum + row[key] * weight(row), 0);
    return { precision: total("precision"), recall: total("recall"), f1: total("f1"), support: all };
  };
  return {
    classes,
    accuracy: ratio(right, all),
    macro: average(() => 1 / classes.length),
    weighted: average((row) => ratio(row.support, all)),
  };
}

/** The report as a table of text, as sklearn prints it. */
export function reportText({ classes, accuracy, macro, weighted }: ClassificationReport, digits = 2): string {
  const width = Math.max("weighted avg".length, digits, ...classes.map(({ name }) => name.length));
  const figures = ({ precision, recall, f1, support }: ReportRow): string =>
    [...[precision, recall, f1].map((value) => value.toFixed(digits)), String(support)].map((text) => ` ${text.padStart(9)}`).join("");
  const line = (name: string, row: ReportRow): string => `${name.padStart(width)} ${figures(row)}`;
  const heads = ["precision", "recall", "f1-score", "support"].map((head) => ` ${head.padStart(9)}`).join("");
  const right = `${"accuracy".padStart(width)} ${"".padStart(20)} ${accuracy.toFixed(digits).padStart(9)} ${String(macro.support).padStart(9)}`;
  const body = classes.map((row) => line(row.name, row));
  return [`${"".padStart(width)} ${heads}`, "", ...body, "", right, line("macro avg", macro), line("weighted avg", weighted), ""].join(
    "\n",
  );
}

function rowsOf(classes: ArrayLike<number>): Rows {
  return { data: Int32Array.from(classes), shape: [classes.length] };
}
