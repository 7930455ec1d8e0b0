import { E_DATA_WORKER_VALUE } from "../errors.ts";
import type { Sample } from "../sample.ts";
import * as semantic from "../semantic-types.ts";

type TensorType = new (sample: Sample) => semantic.TensorBase;

const TYPES: Readonly<Record<string, TensorType>> = {
  TensorBase: semantic.TensorBase,
  TensorImage: semantic.TensorImage,
  TensorImageBW: semantic.TensorImageBW,
  TensorMask: semantic.TensorMask,
  TensorCategory: semantic.TensorCategory,
  TensorMultiCategory: semantic.TensorMultiCategory,
  TensorPoint: semantic.TensorPoint,
  TensorBBox: semantic.TensorBBox,
};

interface Packed {
  readonly type: string | undefined;
  readonly value: unknown;
}

/** A value as another thread can take it: classes are lost on the way, so those that transforms are chosen by go by name. @throws E_DATA_WORKER_VALUE */
export function packed(value: unknown): Packed {
  if (value instanceof semantic.TensorBase) {
    const type = value.constructor.name;
    if (TYPES[type] !== value.constructor) throw E_DATA_WORKER_VALUE({ type });
    return { type, value: { ...value } };
  }
  if (!isPlain(value)) throw E_DATA_WORKER_VALUE({ type: typeof value === "function" ? "function" : Object(value).constructor.name });
  return { type: undefined, value };
}

/** The value again. */
export function unpacked(packedValue: unknown): unknown {
  const { type, value } = packedValue as Packed;
  const Type = type === undefined ? undefined : TYPES[type];
  return Type === undefined ? value : new Type(value as Sample);
}

const PLAIN = new Set<unknown>([Object.prototype, Array.prototype, null]);

function isPlain(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return PLAIN.has(prototype) && Object.values(value).every(isPlain);
}
