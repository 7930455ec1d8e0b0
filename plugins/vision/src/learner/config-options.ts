import { z } from "zod";
import { E_VISION_OPTION } from "../model-errors.ts";
import type { HeadOptions } from "../models/create-head.ts";
import type { BodyOptions } from "../models/create-vision-model.ts";
import type { UnetOptions } from "../models/dynamic-unet.ts";
import { given } from "../models/given.ts";
import type { ModelOptions } from "../models/model-options.ts";
import type { ResnetOptions } from "../models/resnet.ts";
import type { UnetLearnerOptions } from "./unet-learner.ts";
import type { VisionLearnerOptions } from "./vision-learner.ts";

const pair = z.tuple([z.number(), z.number()]);
const count = z.int().min(1);

const model = {
  arch: z.string().min(1),
  nIn: count.optional(),
  cut: z.int().optional(),
  yRange: pair.nullable().optional(),
};

const head = {
  linFtrs: z.array(count).optional(),
  ps: z.union([z.number(), z.array(z.number())]).optional(),
  pool: z.boolean().optional(),
  concatPool: z.boolean().optional(),
  firstBn: z.boolean().optional(),
  bnFinal: z.boolean().optional(),
  linFirst: z.boolean().optional(),
};

const unet = {
  blur: z.boolean().optional(),
  blurFinal: z.boolean().optional(),
  selfAttention: z.boolean().optional(),
  lastCross: z.boolean().optional(),
  bottle: z.boolean().optional(),
  norm: z.enum(["batch", "batchZero", "instance", "instanceZero", "weight", "spectral"]).nullable().optional(),
};

const transfer = {
  ...model,
  normalize: z.boolean().optional(),
  nOut: count.optional(),
  pretrained: z.boolean().optional(),
  weights: z.string().min(1).optional(),
  lr: z.number().positive().optional(),
  wd: z.number().min(0).optional(),
  wdBnBias: z.boolean().optional(),
  trainBn: z.boolean().optional(),
  moms: z.tuple([z.number(), z.number(), z.number()]).optional(),
};

const size = z.tuple([count, count]);

const classifier = { nIn: count.optional(), nOut: count.optional() };

const schemas = {
  visionLearner: z.strictObject({ ...transfer, ...head }),
  unetLearner: z.strictObject({ ...transfer, ...unet, imgSize: size.optional() }),
  visionModel: z.strictObject({ ...model, ...head, nOut: count }),
  unetModel: z.strictObject({ ...model, ...unet, nOut: count, imgSize: size }),
  resnet: z.strictObject({ ...classifier, width: count.optional() }),
  classifier: z.strictObject(classifier),
} as const;

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

/** The options of a config, checked; `of` is the name that they were given to. @throws E_VISION_OPTION with the nearest known key */
export function configOptions<K extends keyof ConfigOptions>(kind: K, raw: unknown, of: string = kind): ConfigOptions[K] {
  const schema: z.ZodObject = schemas[kind];
  const { data, error } = schema.safeParse(raw);
  if (data === undefined) throw refusal(of, Object.keys(schema.shape), raw, error?.issues[0]);
  return given(data) as unknown as ConfigOptions[K]; // checked by the schema of its key
}

function refusal(of: string, known: readonly string[], raw: unknown, issue: z.core.$ZodIssue | undefined): Error {
  if (issue?.code === "unrecognized_keys") {
    const [option = ""] = issue.keys;
    return E_VISION_OPTION({ of, option, known, expected: known.join(", "), received: option });
  }
  const received = JSON.stringify(raw) ?? String(raw);
  return E_VISION_OPTION({ of, option: issue?.path.join(".") ?? "", expected: issue?.message ?? "other options", received });
}
