import { E_INTERPRETATION_KIND } from "./errors.ts";
import { imagesOf } from "./item-images.ts";
import type { InterpretedItem } from "./items.ts";
import { CONFIG, plotOf, type Plot } from "./plot.ts";

const CELL = 144;
const GAP = 24;
const CAPTION = 34;

/** Items as pictures side by side, each with what was predicted and what it is; items that are no pictures as a table of bars. @throws E_INTERPRETATION_KIND */
export function galleryPlot(title: string, items: readonly InterpretedItem[]): Plot {
  const pictures = items.map(imagesOf);
  const data = items.map((item) => ({
    index: item.index,
    predicted: item.predicted,
    actual: item.actual,
    loss: item.loss,
    probability: item.probability,
  }));
  if (pictures.every((images) => images.length > 0)) return pictureGrid(title, items, pictures, data);
  if (items.some(({ predicted }) => predicted === undefined)) {
    const received =
      items.map(({ input, targ }) => `inputs [${input.shape.join(", ")}], targets [${targ.shape.join(", ")}]`)[0] ?? "nothing";
    throw E_INTERPRETATION_KIND({ message: "there is no picture of such items", expected: "images, or one decision per item", received });
  }
  return lossBars(title, data);
}

function pictureGrid(title: string, items: readonly InterpretedItem[], pictures: readonly (readonly string[])[], data: Plot["data"]): Plot {
  const width = pictures[0]?.length ?? 1;
  const columns = Math.max(1, Math.min(items.length, width > 1 ? 1 : Math.ceil(Math.sqrt(items.length))));
  const cellWidth = width * CELL + (width - 1) * 4;
  const at = (i: number): { readonly x: number; readonly y: number } => ({
    x: (i % columns) * (cellWidth + GAP),
    y: Math.floor(i / columns) * (CELL + CAPTION + GAP),
  });
  const images = pictures.flatMap((urls, i) =>
    urls.map((url, j) => ({ url, x: at(i).x + j * (CELL + 4) + CELL / 2, y: at(i).y + CELL / 2 })),
  );
  const captions = items.flatMap((item, i) =>
    captionOf(item).map((text, line) => ({ text, x: at(i).x, y: at(i).y + CELL + 14 + 14 * line })),
  );
  const size = { width: columns * (cellWidth + GAP) - GAP, height: Math.ceil(items.length / columns) * (CELL + CAPTION + GAP) - GAP };
  const place = (field: string, extent: number, reverse: boolean): object => ({
    field,
    type: "quantitative",
    axis: null,
    scale: { domain: [0, extent], nice: false, zero: false, reverse },
  });
  const encoding = { x: place("x", size.width, false), y: place("y", size.height, true) };
  const image = { type: "image", width: CELL, height: CELL, aspect: true, align: "center", baseline: "middle" };
  const layer = [
    { data: { values: images }, mark: image, encoding: { ...encoding, url: { field: "url", type: "nominal" } } },
    {
      data: { values: captions },
      mark: { type: "text", align: "left", fontSize: 11, color: "#1f2937" },
      encoding: { ...encoding, text: { field: "text", type: "nominal" } },
    },
  ];
  return plotOf({ title, config: CONFIG, ...size, layer }, data);
}

function captionOf({ predicted, actual, loss, probability }: InterpretedItem): string[] {
  if (predicted === undefined) return [`input, target, prediction`, `loss ${loss.toFixed(2)}`];
  const share = probability === undefined ? "" : ` / ${probability.toFixed(2)}`;
  return [`${predicted} / ${actual ?? ""}`, `${loss.toFixed(2)}${share}`];
}

interface Row {
  readonly index: number;
  readonly predicted: string | undefined;
  readonly actual: string | undefined;
  readonly loss: number;
  readonly probability: number | undefined;
}

function lossBars(title: string, rows: readonly Row[]): Plot {
  const data = rows.map((row) => ({ ...row, item: `#${row.index}: ${row.predicted} / ${row.actual}` }));
  const order = data.map(({ item }) => item);
  const spec = {
    title: title.replace("Prediction / actual / loss / probability", "Loss by item: prediction / actual"),
    config: CONFIG,
    data: { values: data },
    width: 420,
    height: { step: 24 },
    mark: { type: "bar", color: "#2563eb" },
    encoding: {
      y: { field: "item", type: "nominal", sort: order, title: null, axis: { labelLimit: 240 } },
      x: { field: "loss", type: "quantitative", title: "loss", axis: { grid: true, gridColor: "#e5e7eb" } },
    },
  };
  return plotOf(spec, data);
}
