import {
  categoryBlock,
  multiCategoryBlock,
  regressionBlock,
  TensorBase,
  TensorBBox,
  TensorCategory,
  TensorMask,
  TensorMultiCategory,
  TensorPoint,
} from "@fastap/plugin-data";
import type { SemanticType, TransformBlock } from "@fastap/plugin-data";
import { PILMask } from "../core/pil-image.ts";
import { maskBlock, pointBlock } from "./blocks.ts";

interface Facts {
  readonly vocab?: readonly string[];
  readonly c?: number;
}

interface TargetKind {
  /** Targets that are of it. */
  readonly base: typeof TensorBase;
  /** What they become again; default the same. */
  readonly type?: SemanticType;
  block(facts: Facts): TransformBlock;
}

/** What an exported Learner says of its target, so that a prediction gets a meaning again; the more special types first. */
const KINDS: Readonly<Record<string, TargetKind>> = {
  mask: { base: TensorMask, type: PILMask, block: ({ vocab }) => maskBlock(vocab === undefined ? {} : { codes: vocab }) },
  points: { base: TensorPoint, block: () => pointBlock() },
  labels: { base: TensorMultiCategory, block: ({ vocab = [] }) => multiCategoryBlock({ vocab }) },
  label: { base: TensorCategory, block: ({ vocab = [] }) => categoryBlock({ vocab, sort: false }) },
  numbers: { base: TensorBase, block: ({ c }) => regressionBlock(c) },
};

/** The name of a target's kind by its type; undefined for boxes, whose labels are a target of their own. */
export function kindOf(type: SemanticType | undefined): string | undefined {
  if (type === undefined || is(type, TensorBBox)) return undefined;
  return Object.entries(KINDS).find(([, kind]) => is(type, kind.base))?.[0];
}

/** @returns undefined for a name that is none */
export function kindNamed(name: unknown): TargetKind | undefined {
  return typeof name === "string" && Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

function is(type: SemanticType, other: SemanticType): boolean {
  return type === other || type.prototype instanceof other;
}
