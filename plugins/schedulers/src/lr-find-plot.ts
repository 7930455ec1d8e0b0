import { svgChart } from "@fastap/plugin-learner";
import type { LrSuggestion } from "./lr-suggestions.ts";

const COLORS: readonly string[] = ["#ea580c", "#059669", "#7c3aed", "#dc2626"];

/** Smoothed losses over the decimal logarithm of the learning rate, suggestions as dots. `@source fastai Recorder.plot_lr_find` */
export function plotLrFind(lrs: readonly number[], losses: readonly number[], suggestions: ReadonlyMap<string, LrSuggestion>): string {
  const curve = lrs.map((lr, i) => [Math.log10(lr), losses[i] ?? NaN] as const);
  const dots = [...suggestions].map(([name, { lr, point }], i) => ({
    name: `${name} ${Number(lr.toPrecision(2))}`,
    color: COLORS[i % COLORS.length] ?? "#000000",
    points: [[Math.log10(point[0]), point[1]] as const],
    dots: true,
  }));
  const panel = { title: "Loss", xLabel: "learning rate (log10)", series: [{ name: "loss", color: "#2563eb", points: curve }, ...dots] };
  return svgChart([panel]);
}
