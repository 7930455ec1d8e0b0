import type { Callback, Run } from "@fastap/kernel";
import { textChart, type Curve } from "./chart.ts";
import { E_PROGRESS_GRAPH } from "./errors.ts";
import { standardError, terminalWidth, type TextStream } from "./terminal.ts";

export interface ShowGraphOptions {
  /** An SVG file that is written anew after every epoch; default none. Needs Node. */
  readonly file?: string;
  /** Where to draw; default `process.stderr` if it is a terminal. */
  readonly stream?: TextStream;
}

/** The part of a Recorder that is drawn. */
interface Curves {
  readonly recorder?: {
    readonly losses: readonly number[];
    readonly iters: readonly number[];
    readonly history: readonly Readonly<Record<string, number | string | undefined>>[];
    plotLoss(options: { readonly skipStart: number }): string;
  };
  readonly probe?: boolean;
}

/**
 * Draws training and validation loss after every epoch, on axes as long as the whole fit.
 * @throws E_PROGRESS_GRAPH when the file cannot be written
 * @source fastai.callback.progress.ShowGraphCallback
 */
export function showGraph({ file, stream }: ShowGraphOptions = {}): Callback {
  const terminal = standardError();
  const out = stream ?? (terminal?.isTTY === true ? terminal : undefined);
  return {
    name: "showGraph",
    stage: "report",
    order: 5, // after trackers: an epoch that one of them cancels is not drawn, as in fastai
    runValid: false,
    active: (run: Run & Curves) => run.kind === "fit" && run.probe !== true,
    async afterEpoch(run: Run & Curves) {
      const { recorder } = run;
      if (recorder === undefined) return;
      if (out !== undefined) draw(out, recorder, run.nEpoch * Math.ceil(recorder.losses.length / (run.epoch + 1)));
      if (file !== undefined) await write(file, recorder.plotLoss({ skipStart: 0 }));
    },
  };
}

function draw(stream: TextStream, { losses, iters, history }: NonNullable<Curves["recorder"]>, xMax: number): void {
  const valid = history.map((row, i) => [iters[i] ?? 0, Number(row["valid_loss"] ?? NaN)] as const);
  const curves: Curve[] = [
    { name: "train", points: losses.map((loss, i) => [i + 1, loss] as const) },
    { name: "valid", points: valid, mark: "●" },
  ];
  const width = Math.max(10, Math.min(60, terminalWidth(stream) - 10));
  stream.write(
    textChart(curves, { xMax, width })
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/** Whole or not at all, so that a viewer never sees half of it. */
async function write(file: string, svg: string): Promise<void> {
  const { mkdir, rename, writeFile } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.tmp`, svg);
    await rename(`${file}.tmp`, file);
  } catch (error) {
    throw E_PROGRESS_GRAPH({ file, problem: error instanceof Error ? error.message : String(error) }, error);
  }
}
