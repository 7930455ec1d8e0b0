import { CONFIG, plotOf, type Plot } from "./plot.ts";

export interface ConfusionPlotOptions {
  /** Shares of the actual class instead of counts. Default false. */
  readonly normalize?: boolean;
  /** Default "Confusion matrix". */
  readonly title?: string;
  /** A colour scheme of vega. Default "blues". */
  readonly cmap?: string;
  /** Decimals of shares. Default 2. */
  readonly normDec?: number;
  /** Write the numbers into the cells. Default true. */
  readonly plotTxt?: boolean;
}

/** Actual classes down, predicted ones across; a class that never occurs has no shares. */
export function confusionPlot(matrix: readonly (readonly number[])[], names: readonly string[], options: ConfusionPlotOptions = {}): Plot {
  const { normalize = false, title = "Confusion matrix", cmap = "blues", normDec = 2, plotTxt = true } = options;
  const data = matrix.flatMap((row, i) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((count, j) => {
      const value = normalize ? count / total : count; // 0/0 is NaN: there is nothing to show
      return { actual: names[i] ?? "", predicted: names[j] ?? "", value, text: textOf(value, normalize, normDec) };
    });
  });
  const top = data.reduce((most, { value }) => (value > most ? value : most), 0);
  const side = Math.max(28, Math.min(56, 640 / Math.max(1, names.length)));
  const color = { field: "value", type: "quantitative", scale: { scheme: cmap, domain: [0, top || 1] }, legend: null };
  const text = { condition: { test: `datum.value > ${top / 2}`, value: "white" }, value: "#1f2937" };
  const layer = [
    { mark: { type: "rect", invalid: null }, encoding: { color } },
    ...(plotTxt ? [{ mark: { type: "text", fontSize: 13 }, encoding: { text: { field: "text", type: "nominal" }, color: text } }] : []),
  ];
  const labels = { labelAngle: names.some((name) => name.length > 4) ? -45 : 0, labelLimit: 160 };
  const encoding = {
    x: { field: "predicted", type: "nominal", sort: names, title: "Predicted", axis: labels },
    y: { field: "actual", type: "nominal", sort: names, title: "Actual", axis: { labelLimit: 160 } },
  };
  const size = { width: { step: side }, height: { step: side } };
  return plotOf(title, { title, config: CONFIG, data: { values: data }, ...size, layer, encoding }, data);
}

function textOf(value: number, normalize: boolean, decimals: number): string {
  if (!normalize) return String(value);
  return Number.isNaN(value) ? "" : value.toFixed(decimals);
}
