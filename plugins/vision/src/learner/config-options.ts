import { E_VISION_MODEL_OPTION } from "../errors.ts";
import type { HeadOptions } from "../models/create-head.ts";
import { inits } from "../models/create-vision-model.ts";
import type { BodyOptions } from "../models/create-vision-model.ts";
import type { UnetOptions } from "../models/dynamic-unet.ts";
import type { ModelOptions } from "../models/model-options.ts";
import type { ResnetOptions } from "../models/resnet.ts";
import type { UnetLearnerOptions } from "./unet-learner.ts";
import type { VisionLearnerOptions } from "./vision-learner.ts";

/** What configs may say of each. */
export interface ConfigOptions {
  readonly visionLearner: { readonly arch: string } & Omit<VisionLearnerOptions, "cut"> & { readonly cut?: number };
  readonly unetLearner: { readonly arch: string } & Omit<UnetLearnerOptions, "cut"> & { readonly cut?: number };
  readonly visionModel: { readonly arch: string; readonly nOut: number } & HeadOptions & Omit<BodyOptions, "pretrained">;
  readonly unetModel: {
    readonly arch: string;
    readonly nOut: number;
    readonly imgSize: readonly [height: number, width: number];
  } & Omit<UnetOptions, "cIn"> &
    Omit<BodyOptions, "pretrained">;
  readonly resnet: ResnetOptions;
  readonly classifier: ModelOptions;
}

type Kind = keyof typeof CHECKS;

const isWhole = (least: number) => (value: unknown) => Number.isSafeInteger(value) && Number(value) >= least;
const isList = (value: unknown, each: (item: unknown) => boolean, length?: number): boolean =>
  Array.isArray(value) && value.every(each) && (length === undefined || value.length === length);
const NORMS: readonly unknown[] = ["batch", "batchZero", "instance", "instanceZero", "weight", "spectral"];

const CHECKS = {
  text: { expected: "a name", ok: (v: unknown) => typeof v === "string" && v !== "" },
  count: { expected: "a whole number of at least 1", ok: isWhole(1) },
  counts: { expected: "a list of whole numbers of at least 1", ok: (v: unknown) => isList(v, isWhole(1)) },
  whole: { expected: "a whole number", ok: Number.isSafeInteger },
  number: { expected: "a number", ok: Number.isFinite },
  chances: { expected: "a number, or a list of numbers", ok: (v: unknown) => Number.isFinite(v) || isList(v, Number.isFinite) },
  boolean: { expected: "true or false", ok: (v: unknown) => typeof v === "boolean" },
  range: { expected: "[lowest, highest], or null", ok: (v: unknown) => v === null || isList(v, Number.isFinite, 2) },
  size: { expected: "[height, width]", ok: (v: unknown) => isList(v, isWhole(1), 2) },
  triple: { expected: "three numbers", ok: (v: unknown) => isList(v, Number.isFinite, 3) },
  init: {
    expected: `null or one of ${Object.keys(inits).join(", ")}`,
    ok: (v: unknown) => v === null || (typeof v === "string" && Object.hasOwn(inits, v)),
  },
  norm: { expected: `null or one of ${NORMS.join(", ")}`, ok: (v: unknown) => v === null || NORMS.includes(v) },
} as const satisfies Readonly<Record<string, { readonly expected: string; readonly ok: (value: unknown) => boolean }>>;

const MODEL = { arch: "text", nOut: "count", nIn: "count", cut: "whole", yRange: "range" } as const;
const HEAD = {
  linFtrs: "counts",
  ps: "chances",
  pool: "boolean",
  concatPool: "boolean",
  firstBn: "boolean",
  bnFinal: "boolean",
  linFirst: "boolean",
  points: "boolean",
} as const;
const UNET = {
  imgSize: "size",
  blur: "boolean",
  blurFinal: "boolean",
  selfAttention: "boolean",
  lastCross: "boolean",
  bottle: "boolean",
  norm: "norm",
} as const;
const TRANSFER = {
  normalize: "boolean",
  pretrained: "boolean",
  weights: "text",
  lr: "number",
  wd: "number",
  wdBnBias: "boolean",
  trainBn: "boolean",
  moms: "triple",
} as const;

interface Shape {
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly needs: readonly string[];
}

const SHAPES: Readonly<Record<keyof ConfigOptions, Shape>> = {
  visionLearner: { kinds: { ...MODEL, ...TRANSFER, ...HEAD, init: "init" }, needs: ["arch"] },
  unetLearner: { kinds: { ...MODEL, ...TRANSFER, ...UNET }, needs: ["arch"] },
  visionModel: { kinds: { ...MODEL, ...HEAD }, needs: ["arch", "nOut"] },
  unetModel: { kinds: { ...MODEL, ...UNET }, needs: ["arch", "nOut", "imgSize"] },
  resnet: { kinds: { nIn: "count", nOut: "count", width: "count" }, needs: [] },
  classifier: { kinds: { nIn: "count", nOut: "count" }, needs: [] },
};

/** The options of a config, checked; `of` is the name that they were given to. @throws E_VISION_MODEL_OPTION with the nearest known key */
export function configOptions<K extends keyof ConfigOptions>(shape: K, raw: unknown, of: string = shape): ConfigOptions[K] {
  const { kinds, needs } = SHAPES[shape];
  const options = typeof raw === "object" && raw !== null ? { ...raw } : {};
  const given = Object.entries(options).filter(([, value]: [string, unknown]) => value !== undefined);
  for (const [option, value] of given) checkOption(of, kinds, option, value);
  for (const option of needs) if (!(option in options)) checkOption(of, kinds, option, null);
  return Object.fromEntries(given) as unknown as ConfigOptions[K]; // every key was checked against its kind
}

function checkOption(of: string, kinds: Shape["kinds"], option: string, value: unknown): void {
  const known = Object.keys(kinds);
  const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined;
  if (kind === undefined) throw E_VISION_MODEL_OPTION({ of, option, known, expected: known.join(", "), received: option });
  const { expected, ok } = CHECKS[kind];
  if (!ok(value)) throw E_VISION_MODEL_OPTION({ of, option, expected, received: JSON.stringify(value) ?? String(value) });
}
