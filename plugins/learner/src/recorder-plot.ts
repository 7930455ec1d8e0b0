import type { Recorder } from "./recorder.ts";
import type { Panel, Series } from "./svg-chart.ts";

/** What of a recorder is drawn. */
type Curves = Pick<Recorder, "losses" | "history" | "iters" | "lrs" | "moms" | "hps" | "metricNames">;

const [BLUE, ORANGE, GREEN, PURPLE] = ["#2563eb", "#ea580c", "#059669", "#7c3aed"];
const COLORS: readonly string[] = [GREEN, PURPLE, BLUE, ORANGE];
const TITLES: ReadonlyMap<string, string> = new Map([
  ["lr", "Learning rate"],
  ["mom", "Momentum"],
]);
const UNPLOTTED: ReadonlySet<string> = new Set(["epoch", "time", "train_loss", "valid_loss"]);

export interface PlotLossOptions {
  /** Batches to leave out at the start, where there are more; default 5. */
  readonly skipStart?: number;
  /** The validation loss too; default true. */
  readonly withValid?: boolean;
  /** A logarithmic axis of losses; default false. */
  readonly log?: boolean;
  /** A line at the end of each epoch, and their numbers in place of batches; default false. */
  readonly showEpochs?: boolean;
}

/** Loss curves over training batches. `@source fastai.learner.Recorder.plot_loss` */
export function lossPanel(recorder: Curves, { skipStart = 5, withValid = true, log = false, showEpochs = false }: PlotLossOptions): Panel {
  const train = recorder.losses.map((loss, i) => [i + 1, loss] as const);
  const first = train.length > skipStart + 1 ? skipStart : 0;
  const series: Series[] = [{ name: "train", color: BLUE, points: train.slice(first) }];
  if (withValid) series.push({ name: "valid", color: ORANGE, points: column(recorder, "valid_loss"), dots: true });
  const marks = recorder.iters.map((x, i) => ({ x, label: String(i + 1) }));
  return { title: "Loss", xLabel: showEpochs ? "epoch" : "batch", series, logY: log, ...(showEpochs ? { marks } : {}) };
}

/** `@source fastai.learner.Recorder.plot_sched` */
export function schedPanels({ lrs, moms, hps }: Curves, keys?: readonly string[]): Panel[] {
  const plain = { lr: lrs, mom: moms };
  const scheduled = Object.keys(hps).length === 0 ? plain : hps;
  const chosen = Object.entries<readonly number[]>(keys === undefined ? scheduled : { ...plain, ...hps }).filter(
    ([key, values]) => values.length > 0 && (keys?.includes(key) ?? true),
  );
  return chosen.map(([key, values], i) => {
    const title = TITLES.get(key) ?? key;
    const points = values.map((v, k) => [k + 1, v] as const);
    return { title, xLabel: "batch", series: [{ name: title, color: i === 0 ? BLUE : PURPLE, points }] };
  });
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
