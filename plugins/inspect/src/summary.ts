import type { LayerInfo } from "./layer-info.ts";
import type { OutputShapes } from "./probe.ts";

const WIDTH = 76;

export interface SummaryFacts {
  readonly model: string;
  /** Of the inputs as batches. */
  readonly inputs: OutputShapes;
  readonly layers: readonly LayerInfo[];
  readonly optimizer: string;
  readonly loss: string;
  /** First group that trains; undefined before there is an optimizer. */
  readonly frozenIdx: number | undefined;
  readonly callbacks: readonly string[];
}

/** The table as text. @source fastai.callback.hook.module_summary */
export function summaryText({ model, inputs, layers, optimizer, loss, frozenIdx, callbacks }: SummaryFacts): string {
  const batch = inputs[0]?.[0] ?? 1;
  const head = `${column("Layer (type)", 20)} ${column("Output Shape", 20)} ${column("Param #", 10)} ${column("Trainable", 10)}`;
  const rule = "=".repeat(WIDTH);
  return [
    `${model} (Input shape: ${shapeText(inputs, batch)})`,
    rule,
    head,
    rule,
    ...rows(layers, batch),
    "_".repeat(WIDTH),
    "",
    ...totals(layers),
    "",
    `Optimizer used: ${optimizer}`,
    `Loss function: ${loss}`,
    "",
    ...(frozenIdx === undefined ? [] : [frozenText(frozenIdx), ""]),
    "Callbacks:",
    ...callbacks.map((name) => `  - ${name}`),
  ].join("\n");
}

/** A new shape gets a line of its own, under a rule. */
function rows(layers: readonly LayerInfo[], batch: number): string[] {
  const lines: string[] = [];
  let before = "";
  for (const { kind, params, trainable, shapes, same } of layers) {
    const shape = shapeText(shapes, batch);
    const isNew = lines.length === 0 || (!same && shape !== before);
    if (isNew && lines.length > 0) lines.push("_".repeat(WIDTH));
    if (isNew) lines.push(`${column("", 20)} ${column(shape.slice(0, 19), 20)}`);
    lines.push(`${column(kind, 20)} ${column("", 20)} ${column(params?.toString() ?? "", 10)} ${column(trainableText(trainable), 10)}`);
    before = shape;
  }
  return lines;
}

function totals(layers: readonly LayerInfo[]): string[] {
  const sum = (of: readonly LayerInfo[]): number => of.reduce((total, { params = 0 }) => total + params, 0);
  const all = sum(layers);
  const trained = sum(layers.filter(({ trainable }) => trainable === true));
  const line = (text: string, count: number): string => `Total ${text}params: ${count.toLocaleString("en-US")}`;
  return [line("", all), line("trainable ", trained), line("non-trainable ", all - trained)];
}

function frozenText(frozenIdx: number): string {
  return frozenIdx === 0 ? "Model unfrozen" : `Model frozen up to parameter group #${frozenIdx}`;
}

/** fastai says True and False, being Python. */
function trainableText(trainable: boolean | undefined): string {
  return trainable === undefined ? "" : trainable ? "True" : "False";
}

function shapeText(shapes: OutputShapes, batch: number): string {
  const [first = [], ...others] = shapes.map((shape) => [batch, ...shape.slice(1)].join(" x "));
  return others.length === 0 ? String(first) : `['${[first, ...others].join("', '")}']`;
}

function column(text: string, width: number): string {
  return text.padEnd(width);
}
