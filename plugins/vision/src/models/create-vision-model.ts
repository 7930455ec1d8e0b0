import { applyInit, kaimingNormal, Sequential, xavierUniform, zeros } from "@fastap/plugin-nn";
import type { Initialiser, Module } from "@fastap/plugin-nn";
import type { Architecture, Pretrained } from "./architecture.ts";
import { createBody } from "./body.ts";
import type { Cut } from "./body.ts";
import { createHead } from "./create-head.ts";
import type { HeadOptions } from "./create-head.ts";
import { loadPretrained } from "./load-pretrained.ts";
import { shapeAfter } from "./shape-after.ts";

export interface BodyOptions {
  /** Channels of the images. Default 3. */
  readonly nIn?: number;
  /** Where the body ends, instead of what the architecture says. */
  readonly cut?: Cut;
  /** Weights to start with. */
  readonly pretrained?: Pretrained | undefined;
}

/** What configs may call {@link VisionModelOptions.init}. */
export const inits: Readonly<Record<"kaimingNormal" | "xavierUniform" | "zeros", Initialiser>> = { kaimingNormal, xavierUniform, zeros };
export type Init = Initialiser | keyof typeof inits | null;

export interface VisionModelOptions extends BodyOptions, HeadOptions {
  /** What the head's weights start with; null for the layers' own. Default kaimingNormal. Zeros are for heads without hidden layers. */
  readonly init?: Init;
  /** Instead of {@link createHead}'s. */
  readonly customHead?: Module;
}

/** The body of an architecture, with its weights where they are given. @throws E_VISION_CUT, E_VISION_WEIGHTS, E_VISION_STEM */
export function bodyOf(arch: Architecture, { nIn = 3, cut = arch.cut, pretrained }: BodyOptions = {}): Sequential {
  const model = arch.make({ nIn });
  const body = createBody(model, cut);
  if (pretrained !== undefined) loadPretrained(model, pretrained, { arch: arch.name, nIn, body });
  return body;
}

/**
 * Body and head, keys starting with `0.` and `1.`: `[batch, height, width, nIn]` → `[batch, nOut]`.
 * @source fastai.vision.learner.create_vision_model
 * @throws E_VISION_CUT, E_VISION_WEIGHTS, E_VISION_STEM
 */
export function createVisionModel(arch: Architecture, nOut: number, options: VisionModelOptions = {}): Sequential {
  const { nIn = 3, cut, pretrained, init = kaimingNormal, customHead, ...head } = options;
  const body = bodyOf(arch, { nIn, ...(cut === undefined ? {} : { cut }), pretrained });
  const nf = arch.nf ?? shapeAfter(body, { channels: nIn, height: 64, width: 64 }).channels;
  return addHead(body, customHead ?? createHead(nf, nOut, head), init);
}

/** The head's convolutions and linear layers will start with `init`, their biases with zeros. @source fastai.vision.learner.add_head */
export function addHead(body: Sequential, head: Module, init: Init = kaimingNormal): Sequential {
  if (init !== null) applyInit(head, typeof init === "string" ? inits[init] : init);
  return new Sequential(body, head);
}
