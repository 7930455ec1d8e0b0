import { leaves, type Callback, type Engine, type Tensor } from "@fastap/kernel";
import { svgChart, type Panel } from "@fastap/plugin-learner";
import { clone, keep } from "@tensorflow/tfjs-core";
import { E_INSPECT_STATS } from "./errors.ts";
import { heatMapSvg } from "./heat-map.ts";
import { hookCallback, type HookCallbackOptions } from "./hook-callback.ts";
import { BINS, layerStats, type LayerStats } from "./stats.ts";

export interface ActivationStatsOptions extends HookCallbackOptions {
  /** Histograms too, for `hist` and `colorDim`. Default false. */
  readonly withHist?: boolean;
}

/** The three figures of one layer, a value per recorded batch. */
export type LayerCurves = Readonly<Record<"mean" | "std" | "nearZero", readonly number[]>>;

export interface ActivationStats extends Callback {
  /** By recorded batch and layer; several outputs of a layer follow each other. Of the last fit. */
  readonly stats: readonly (readonly LayerStats[])[];
  /** Negative indices count from the last layer. @throws E_INSPECT_STATS */
  layerStats(layer: number): LayerCurves;
  /** log(1 + count) by bin and batch. @throws E_INSPECT_STATS */
  hist(layer: number): number[][];
  /** The histograms over time as an SVG picture, zero at the bottom. @throws E_INSPECT_STATS */
  colorDim(layer: number): string;
  /** Mean, deviation and share near zero over time as an SVG document. @throws E_INSPECT_STATS */
  plotLayerStats(layer: number): string;
}

/** Records what layers put out while training, or with `isForward: false` the gradients of that. @source fastai.callback.hook.ActivationStats */
export function activationStats({ withHist = false, ...options }: ActivationStatsOptions = {}): ActivationStats {
  const stats: LayerStats[][] = [];
  const callback = hookCallback<readonly Tensor[]>(
    {
      name: "activationStats",
      hook: (_, __, output) => leaves(output).map((tensor) => keep(clone(tensor))),
      dispose: (tensors) => tensors.forEach((tensor) => tensor.dispose()),
      beforeFit: () => void (stats.length = 0),
      afterBatch: async (stored, { engine }) =>
        void stats.push(
          await readAll(
            engine,
            stored.flatMap((tensors) => tensors ?? []),
            withHist,
          ),
        ),
    },
    options,
  );
  const ofLayer = (layer: number): LayerStats[] => stats.map((batch) => pick(batch, layer, stats.length));
  const hist = (layer: number): number[][] => histograms(ofLayer(layer));
  return {
    ...callback,
    stage: "setup",
    order: -2, // before who may stop at what it records
    stats,
    layerStats: (layer) => curvesOf(ofLayer(layer)),
    hist,
    colorDim: (layer) =>
      heatMapSvg(hist(layer), {
        title: `Layer ${layer}: ${options.isForward === false ? "gradients" : "activations"}`,
        xLabel: "batch",
        yLabel: "value, 0 to 10",
      }),
    plotLayerStats: (layer) => svgChart(panels(layer, curvesOf(ofLayer(layer)))),
  };
}

async function readAll(engine: Engine, tensors: readonly Tensor[], withHist: boolean): Promise<LayerStats[]> {
  const all: LayerStats[] = [];
  for (const tensor of tensors) all.push(layerStats(await engine.read(tensor), withHist));
  return all;
}

function pick(batch: readonly LayerStats[], layer: number, batches: number): LayerStats {
  const found = batch.at(layer);
  if (found !== undefined) return found;
  const received = `${layer}, of ${batches} recorded batches`;
  throw E_INSPECT_STATS({ message: "no such layer was recorded", expected: `a layer from 0 to ${batch.length - 1}`, received });
}

function curvesOf(stats: readonly LayerStats[]): LayerCurves {
  const curve = (key: keyof LayerCurves): number[] => stats.map((batch) => batch[key]);
  return { mean: curve("mean"), std: curve("std"), nearZero: curve("nearZero") };
}

function histograms(stats: readonly LayerStats[]): number[][] {
  const hists = stats.map(({ hist }) => hist ?? missing());
  return Array.from({ length: BINS }, (_, bin) => hists.map((hist) => Math.log1p(hist[bin] ?? 0)));
}

function missing(): never {
  const hint = "Make it with activationStats({ withHist: true }).";
  throw E_INSPECT_STATS({ message: "no histograms were recorded", expected: "withHist: true", received: "withHist: false", hint });
}

function panels(layer: number, { mean, std, nearZero }: LayerCurves): Panel[] {
  const panel = (name: string, color: string, values: readonly number[]): Panel => {
    const points = values.map((value, i) => [i + 1, value] as const);
    return { title: `Layer ${layer}: ${name}`, xLabel: "recorded batch", series: [{ name, color, points }] };
  };
  return [panel("mean", "#2563eb", mean), panel("deviation", "#059669", std), panel("share near zero", "#ea580c", nearZero)];
}
