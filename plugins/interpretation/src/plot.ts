import { svgFigure, type Figure, type Rows } from "@fastap/plugin-display";

/** A chart, drawn without a browser; vega is loaded by the first `svg`, `png` or `html`. */
export interface Plot extends Figure {
  /** A vega-lite specification, for a notebook or a page. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Makes a plot of a vega-lite specification and the rows it draws. */
export function plotOf(title: string, spec: Readonly<Record<string, unknown>>, data: Rows): Plot {
  return { spec, ...svgFigure(title, data, () => renderSvg(spec)) };
}

async function renderSvg(spec: Plot["spec"]): Promise<string> {
  const [vega, lite] = await Promise.all([import("vega"), import("vega-lite")]);
  const { spec: compiled } = lite.compile(spec as never, { logger: vega.logger(vega.Error) });
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger: vega.logger(vega.Error) });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Look of all plots. */
export const CONFIG: Readonly<Record<string, unknown>> = Object.freeze({
  background: "#ffffff",
  padding: 16,
  font: "DejaVu Sans, system-ui, sans-serif",
  view: { stroke: null },
  title: { fontSize: 15, color: "#1f2937", anchor: "start", offset: 12 },
  axis: {
    labelColor: "#6b7280",
    titleColor: "#6b7280",
    labelFontSize: 12,
    titleFontSize: 12,
    titlePadding: 10,
    domain: false,
    ticks: false,
  },
});
