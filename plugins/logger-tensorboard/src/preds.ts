import { leaves, type LossFunc, type Run, type Tensor } from "@fastap/kernel";
import type { EventWriter } from "./event-writer.ts";
import type { Picture } from "./png.ts";

/** The first inputs of a batch as one picture, where they are images, and a table of targets and decisions. @source fastai TensorBoardCallback.log_preds */
export async function logPreds(writer: EventWriter, run: Run, lossFunc: LossFunc, n: number): Promise<void> {
  const { xb, yb, pred, engine, trainIter: step } = run;
  const [x, y] = [xb[0], yb[0]];
  if (x === undefined || y === undefined || pred === undefined) return;
  const picture = isImages(x) ? contactSheet(await engine.read(x), x.shape, n) : undefined;
  if (picture !== undefined) writer.image("preds/inputs", picture, step);
  const decided = leaves(lossFunc.decodes(lossFunc.activation(pred)))[0];
  if (decided === undefined) return;
  const [targets, decisions] = [await engine.read(y), await engine.read(decided)];
  const vocab = run.learner?.dls.vocab;
  const name = (value: number | undefined): string => (value === undefined ? "" : (vocab?.[value] ?? String(value)));
  const rows = Array.from({ length: Math.min(n, x.shape[0] ?? 0) }, (_, i) => `| ${i} | ${name(targets[i])} | ${name(decisions[i])} |`);
  writer.text("preds/table", ["| item | target | predicted |", "| --- | --- | --- |", ...rows].join("\n"), step);
}

function isImages({ shape }: Tensor): boolean {
  return shape.length === 4 && (shape[3] === 1 || shape[3] === 3);
}

/** Up to `n` images of `[items, height, width, channels]` in a square, each stretched to the range of bytes. */
export function contactSheet(values: ArrayLike<number>, shape: readonly number[], n: number): Picture {
  const [items = 0, height = 0, width = 0, depth = 1] = shape;
  const channels = depth === 3 ? 3 : 1;
  const count = Math.min(n, items);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const sheet = {
    width: columns * width,
    height: rows * height,
    channels,
    data: new Uint8Array(columns * width * rows * height * channels),
  } as const;
  const size = height * width * channels;
  for (let i = 0; i < count; i++) {
    const pixels = toBytes(Array.from({ length: size }, (_, k) => values[i * size + k] ?? 0));
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let row = 0; row < height; row++) {
      const line = pixels.subarray(row * width * channels, (row + 1) * width * channels);
      sheet.data.set(line, ((top + row) * sheet.width + left) * channels);
    }
  }
  return sheet;
}

function toBytes(values: readonly number[]): Uint8Array {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(values, (value) => Math.round((value - low) * scale));
}
