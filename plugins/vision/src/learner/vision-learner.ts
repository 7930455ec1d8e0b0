import type { DataLoaders, Host, Model, Param, Spec } from "@fastap/kernel";
import { Learner } from "@fastap/plugin-learner";
import type { NormalizeStats } from "@fastap/plugin-data";
import type { LearnerOptions } from "@fastap/plugin-learner";
import { Module, Sequential } from "@fastap/plugin-nn";
import { sayPreprocessing } from "../data/image-inference.ts";
import { E_VISION_N_OUT } from "../errors.ts";
import { architectureOf } from "../models/architecture.ts";
import type { Architecture, Pretrained } from "../models/architecture.ts";
import { createVisionModel } from "../models/create-vision-model.ts";
import type { VisionModelOptions } from "../models/create-vision-model.ts";
import { weightsOf, weightStats } from "../weights/read-weights.ts";
import type { WeightsOption } from "../weights/read-weights.ts";
import { given } from "../models/given.ts";
import { normalizeBatches } from "./normalize-batches.ts";

/** What the model is made of, and how it is trained. */
export interface TransferOptions extends LearnerOptions {
  /** Normalise images as the weights want; default true. */
  readonly normalize?: boolean;
  /** Default what the data say. */
  readonly nOut?: number;
  /** Start with weights, and frozen; default true. */
  readonly pretrained?: boolean;
  /** Registered name, path of a safetensors file, or a state dict; default the architecture's own. */
  readonly weights?: WeightsOption;
  /** False leaves them unread, as those of a model file will be loaded; all else is as with them. Default true. */
  readonly readWeights?: boolean;
}

export interface VisionLearnerOptions extends TransferOptions, Omit<VisionModelOptions, "pretrained"> {}

/** What was chosen before the model is made. */
export interface Choice {
  readonly arch: Architecture;
  readonly nOut: number;
  readonly nIn: number;
  readonly weights: Pretrained | undefined;
  /** Whether it starts with weights, read or not, and what these want images to be normalised with. */
  readonly pretrained: boolean;
  readonly stats: NormalizeStats | undefined;
}

/**
 * A Learner of a body with pretrained weights and a new head; frozen, so that `fineTune` trains the head first. Reads the weights at once.
 * @source fastai.vision.learner.vision_learner
 * @throws E_NAME_UNKNOWN, E_VISION_N_OUT, E_VISION_NO_WEIGHTS, E_VISION_WEIGHTS_ABSENT, E_VISION_WEIGHTS, E_VISION_NORMALIZE, E_VISION_CUT
 */
export function visionLearner(host: Host, dls: DataLoaders, arch: string | Architecture, options: VisionLearnerOptions = {}): Learner {
  const { normalize, nOut: _n, pretrained: _p, weights: _w, readWeights: _r, ...rest } = options;
  const { nIn: _i, cut, init, customHead, linFtrs, ps, pool, concatPool, firstBn, bnFinal, linFirst, yRange, points, ...learner } = rest;
  const choice = choose(host, dls, arch, options, "visionLearner");
  const head = given({ linFtrs, ps, pool, concatPool, firstBn, bnFinal, linFirst, yRange, points });
  const shape = { nIn: choice.nIn, ...given({ cut }), ...head };
  const model = createVisionModel(choice.arch, choice.nOut, { ...shape, ...given({ init, customHead }), pretrained: choice.weights });
  const isNamed = typeof arch === "string" && customHead === undefined && typeof cut !== "function";
  const modelSpec: Spec | undefined = isNamed ? ["visionModel", { arch, nOut: choice.nOut, ...shape }] : undefined;
  return transferLearner(host, dls, { model, choice, normalize }, { ...given({ modelSpec }), ...learner });
}

/** @throws E_NAME_UNKNOWN, E_VISION_N_OUT, E_VISION_NO_WEIGHTS, E_VISION_WEIGHTS_ABSENT, E_VISION_WEIGHTS_SHA */
export function choose(
  host: Host,
  dls: DataLoaders,
  arch: string | Architecture,
  { nOut = dls.c, nIn = 3, ...options }: TransferOptions & { readonly nIn?: number },
  of: string,
): Choice {
  const chosen = architectureOf(host, arch);
  if (nOut === undefined || !(nOut >= 1)) throw E_VISION_N_OUT({ of });
  return { arch: chosen, nOut, nIn, ...startOf(host, chosen, options) };
}

function startOf(
  host: Host,
  arch: Architecture,
  { pretrained = true, weights, readWeights = true }: TransferOptions,
): Pick<Choice, "weights" | "pretrained" | "stats"> {
  if (!pretrained) return { pretrained, weights: undefined, stats: undefined };
  const read = readWeights ? weightsOf(host, arch, weights) : undefined;
  const stats = read === undefined ? weightStats(host, arch, weights) : read.stats;
  return { pretrained, weights: read, stats: stats ?? arch.stats };
}

/** Normalises, makes the Learner, and freezes it where it starts with weights. */
export function transferLearner(
  host: Host,
  dls: DataLoaders,
  { model, choice, normalize = true }: { readonly model: Module; readonly choice: Choice; readonly normalize: boolean | undefined },
  options: LearnerOptions,
): Learner {
  const { arch, nIn, pretrained, stats } = choice;
  if (normalize && pretrained && stats !== undefined) normalizeBatches(dls, stats, { arch: arch.name, nIn });
  sayPreprocessing(dls, host);
  const learner = new Learner(host, dls, model, { splitter: (m) => splitOf(arch, m), ...options });
  if (pretrained) learner.freeze();
  return learner;
}

/** Groups of a body, by the architecture, and one of all else. @source fastai.vision.learner.default_split, model_meta */
export function splitOf(arch: Architecture, model: Model): readonly (readonly Param[])[] {
  const body = bodyIn(model);
  const all = model.parameters();
  if (body === undefined) return [all];
  const groups = (arch.splitter?.(body) ?? [body.layers]).map((layers) => new Set<Param>(layers.flatMap((layer) => layer.parameters())));
  const isIn = (param: Param): boolean => groups.some((group) => group.has(param));
  return [...groups.map((group) => all.filter((param) => group.has(param))), all.filter((param) => !isIn(param))];
}

/** The first layer of a model of ours: its body, or a U-Net's encoder. */
function bodyIn(model: Model): Sequential | undefined {
  if (!(model instanceof Module)) return undefined;
  const [first] = model.children();
  return first?.[1] instanceof Sequential ? first[1] : undefined;
}
