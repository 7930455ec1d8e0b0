import { E_METRICS_CLASS, E_METRICS_INPUT } from "./errors.ts";
import type { Rows } from "./rows.ts";
import { weightOf, type Weights } from "./sample-weight.ts";

/** Per label, by the weight of the items: how often it was predicted rightly, predicted, and true. */
export interface Tally {
  readonly labels: readonly number[];
  readonly hits: Float64Array;
  readonly predicted: Float64Array;
  readonly actual: Float64Array;
}

/** Every label in targets or predictions, ascending. @throws E_METRICS_CLASS */
export function tally(metric: string, preds: Rows, targs: Rows, weights?: Weights): Tally {
  const size = 1 + Math.max(largest(metric, preds, [preds, targs]), largest(metric, targs, [preds, targs]));
  const [hits, predicted, actual] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const occurs = new Uint8Array(size);
  const [p, t] = [preds.data, targs.data];
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    const b = t[i] ?? 0;
    const weight = weightOf(weights, i);
    occurs[a] = occurs[b] = 1;
    predicted[a] = (predicted[a] ?? 0) + weight;
    actual[b] = (actual[b] ?? 0) + weight;
    if (a === b) hits[a] = (hits[a] ?? 0) + weight;
  }
  const all = { labels: [...hits.keys()], hits, predicted, actual };
  return select(
    all,
    all.labels.filter((label) => occurs[label] === 1),
  );
}

/** The tally of these labels, in this order; zeros where one was never seen. */
export function select({ labels, hits, predicted, actual }: Tally, wanted: readonly number[]): Tally {
  const at = new Map(labels.map((label, i) => [label, i]));
  const pick = (counts: Float64Array): Float64Array => Float64Array.from(wanted, (label) => counts[at.get(label) ?? -1] ?? 0);
  return { labels: wanted, hits: pick(hits), predicted: pick(predicted), actual: pick(actual) };
}

/** Of 0/1 tables `[items, labels]`: per column, or per row. @throws E_METRICS_INPUT */
export function tallyTable(metric: string, preds: Rows, targs: Rows, per: "label" | "item", weights?: Weights): Tally {
  const width = tableWidth(metric, preds, targs);
  const size = per === "label" ? width : preds.data.length / width;
  const [hits, predicted, actual] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < preds.data.length; i++) {
    const item = Math.floor(i / width);
    const at = per === "label" ? i % width : item;
    const weight = weightOf(weights, item);
    const p = (preds.data[i] ?? 0) * weight;
    const t = targs.data[i] ?? 0;
    predicted[at] = (predicted[at] ?? 0) + p;
    actual[at] = (actual[at] ?? 0) + t * weight;
    hits[at] = (hits[at] ?? 0) + p * t;
  }
  return { labels: Array.from(hits.keys()), hits, predicted, actual };
}

/** Number of labels of two tables of one shape, the targets 0 and 1. @throws E_METRICS_INPUT */
export function tableWidth(metric: string, preds: Rows, targs: Rows): number {
  const [p, t] = [preds.shape.join(", "), targs.shape.join(", ")];
  if (p !== t || preds.shape.length < 2) {
    const received = `predictions [${p}], targets [${t}]`;
    throw E_METRICS_INPUT({ metric, message: "several labels need two tables of one shape", expected: "[items, labels] both", received });
  }
  const bad = targs.data.find((value: number) => value !== 0 && value !== 1);
  if (bad === undefined) return preds.shape.slice(1).reduce((a, b) => a * b, 1);
  throw E_METRICS_INPUT({ metric, message: "a label is there or not", expected: "targets 0 and 1", received: `${bad} in [${t}]` });
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function largest(metric: string, { data }: Rows, [preds, targs]: readonly [Rows, Rows]): number {
  let top = 0;
  for (let i = 0; i < data.length; i++) {
    const id = data[i] ?? 0;
    if (!(id >= 0 && Number.isInteger(id))) {
      throw E_METRICS_CLASS({ metric, id, item: i, classes: Infinity, preds: preds.shape, targs: targs.shape });
    }
    if (id > top) top = id;
  }
  return top;
}
