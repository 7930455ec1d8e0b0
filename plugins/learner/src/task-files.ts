import { atomicWrite } from "./atomic-write.ts";
import type { Learner } from "./learner.ts";
import { modelBytes } from "./model-file.ts";
import { lossPanel, metricPanels, schedPanels } from "./recorder-plot.ts";
import { Recorder, type Cell } from "./recorder.ts";
import { svgChart } from "./svg-chart.ts";

/** Makes all contents first, then writes each file whole; returns their paths. `out` is relative to the host's root. */
export async function writeTaskFiles(learner: Learner, out: string): Promise<string[]> {
  const { join, resolve } = await import("node:path");
  const dir = resolve(learner.host.config.root ?? ".", out);
  const recorder = learner.recorder ?? new Recorder("fit", learner.metrics);
  const contents: readonly (readonly [string, Uint8Array | string])[] = [
    ["model.safetensors", await modelBytes(learner, learner.opt)],
    ["history.csv", historyCsv(recorder)],
    ["history.json", historyJson(recorder)],
    ["plot.svg", svgChart([lossPanel(recorder, {}), ...metricPanels(recorder), ...schedPanels(recorder)])],
  ];
  const files: string[] = [];
  for (const [name, content] of contents) {
    const file = join(dir, name);
    await atomicWrite(file, content);
    files.push(file);
  }
  return files;
}

/** A header and a row per epoch; empty where a phase did not run. */
export function historyCsv({ metricNames, history }: Pick<Recorder, "metricNames" | "history">): string {
  const rows = history.map((row) => metricNames.map((name) => csvCell(row[name])));
  return [metricNames.map(csvCell), ...rows].map((cells) => `${cells.join(",")}\n`).join("");
}

function historyJson({ metricNames, history, losses, rawLosses, lrs, moms, iters }: Recorder): string {
  return `${JSON.stringify({ metricNames, epochs: history, iters, rawLosses, losses, lrs, moms }, undefined, 2)}\n`;
}

function csvCell(cell: Cell): string {
  const text = cell === undefined ? "" : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
