import type { Recorder } from "./recorder.ts";
import type { Panel, Series } from "./svg-chart.ts";

/** What of a recorder is drawn. */
type Curves = Pick<Recorder, "losses" | "history" | "iters" | "lrs" | "moms" | "metricNames">;

const [BLUE, ORANGE, GREEN, PURPLE] = ["#2563eb", "#ea580c", "#059669", "#7c3aed"];
const COLORS: readonly string[] = [GREEN, PURPLE, BLUE, ORANGE];
const UNPLOTTED: ReadonlySet<string> = new Set(["epoch", "time", "train_loss", "valid_loss"]);

/** Loss curves over training batches. */
export function lossPanel(recorder: Curves, skipStart: number, withValid: boolean): Panel {
  const train = recorder.losses.map((loss, i) => [i + 1, loss] as const);
  const first = train.length > skipStart + 1 ? skipStart : 0;
  const series: Series[] = [{ name: "train", color: BLUE, points: train.slice(first) }];
  if (withValid) series.push({ name: "valid", color: ORANGE, points: column(recorder, "valid_loss"), dots: true });
  return { title: "Loss", xLabel: "batch", series };
}

/** Learning rate, and momentum where the optimizer has one. */
export function schedPanels({ lrs, moms }: Curves): Panel[] {
  const curve = (title: string, values: readonly number[], color: string): Panel[] =>
    values.length === 0
      ? []
      : [{ title, xLabel: "batch", series: [{ name: title, color, points: values.map((v, i) => [i + 1, v] as const) }] }];
  return [...curve("Learning rate", lrs, BLUE), ...curve("Momentum", moms, PURPLE)];
}

/** Metrics after each epoch. */
export function metricPanels(recorder: Curves): Panel[] {
  const names = recorder.metricNames.filter((name) => !UNPLOTTED.has(name));
  const series = names.map((name, i) => ({ name, color: COLORS[i % COLORS.length] ?? BLUE, points: column(recorder, name), dots: true }));
  return series.length === 0 ? [] : [{ title: series.length === 1 ? (names[0] ?? "") : "Metrics", xLabel: "batch", series }];
}

function column({ history, iters }: Curves, name: string): (readonly [number, number])[] {
  return history.flatMap((row, i) => {
    const value = row[name];
    return typeof value === "number" ? [[iters[i] ?? 0, value] as const] : [];
  });
}
