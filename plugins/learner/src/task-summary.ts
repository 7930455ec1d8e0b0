import type { TaskSummary } from "@fastap/kernel";
import type { Learner } from "./learner.ts";
import type { Cell } from "./recorder.ts";

/** Starts a clock; what it returns gives the seconds since, with milliseconds. */
export function elapsedSince(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start) / 1000;
}

/** The last epoch by camelCase name; of a validation if its values are given. */
export function summaryOf({ host, recorder, metrics }: Learner, seconds: number, validation?: readonly Cell[]): TaskSummary {
  const names = ["valid_loss", ...metrics.map((metric) => metric.name)];
  const row: Readonly<Record<string, Cell>> =
    validation === undefined ? (recorder?.history.at(-1) ?? {}) : Object.fromEntries(names.map((name, i) => [name, validation[i]]));
  const values = Object.entries(row).filter(([name]) => name !== "epoch" && name !== "time");
  const epochs = validation === undefined ? (recorder?.history.length ?? 0) : 0;
  const backend = host.resolve("engine").backend;
  return { ...Object.fromEntries(values.map(([name, value]) => [camelCase(name), value])), epochs, seconds, backend };
}

function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
