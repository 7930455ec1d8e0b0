import { E_DATA_INPUT_KIND, E_DATA_INPUT_SHAPE, E_DATA_INPUT_VALUE } from "./errors.ts";
import { sizeOf } from "./sample.ts";

/** Numbers as they come from a user. */
export interface RawInput {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Nested lists or `{ data, shape }` → flat numbers. `where` names the input. @throws E_DATA_INPUT_KIND, E_DATA_INPUT_SHAPE */
export function rawInput(input: unknown, where: string): RawInput {
  if (Array.isArray(input)) {
    const shape = nestShape(input);
    const data: number[] = [];
    flatten(input, { shape, depth: 0, data, path: where });
    return { data, shape };
  }
  if (!isRawInput(input)) throw E_DATA_INPUT_KIND({ received: input === null ? "null" : typeof input });
  const size = sizeOf(input.shape);
  if (input.data.length !== size)
    throw E_DATA_INPUT_SHAPE({ expected: `${size} values for shape ${show(input.shape)}`, received: String(input.data.length), where });
  return input;
}

/** The input's numbers, if its shape is `inputShape`, give or take a leading batch of one and a trailing channel of one. @throws E_DATA_INPUT_SHAPE, E_DATA_INPUT_VALUE */
export function fitInput({ data, shape }: RawInput, inputShape: readonly number[], where: string): Float32Array {
  const item = shape.length > 2 && shape[0] === 1 && !same(shape, inputShape) ? shape.slice(1) : shape;
  if (!same(item, inputShape) && !same([...item, 1], inputShape))
    throw E_DATA_INPUT_SHAPE({ expected: show(inputShape), received: show(shape), where });
  const values = Float32Array.from(data);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw E_DATA_INPUT_VALUE({ expected: "finite numbers", received: String(data[bad]), where: `${where}, value ${bad}` });
  return values;
}

/** Pixels must be fractions where the training images were bytes. @throws E_DATA_INPUT_VALUE */
export function unitRange(values: Float32Array, where: string): void {
  const bad = values.findIndex((value) => value < 0 || value > 1);
  if (bad < 0) return;
  const hint = "Divide bytes by 255.";
  throw E_DATA_INPUT_VALUE({ expected: "pixels in 0…1", received: String(values[bad]), where: `${where}, value ${bad}`, hint });
}

function nestShape(nest: unknown): number[] {
  return Array.isArray(nest) ? [nest.length, ...nestShape(nest[0])] : [];
}

interface Flattening {
  readonly shape: readonly number[];
  readonly depth: number;
  readonly data: number[];
  readonly path: string;
}

function flatten(nest: unknown, at: Flattening): void {
  const { shape, depth, data, path } = at;
  const length = shape[depth];
  if (length === undefined && typeof nest === "number") data.push(nest);
  else if (length === undefined) throw E_DATA_INPUT_SHAPE({ expected: "a number", received: describe(nest), where: path });
  else if (!Array.isArray(nest) || nest.length !== length)
    throw E_DATA_INPUT_SHAPE({ expected: `${length} values, as in the rows before`, received: describe(nest), where: path });
  else nest.forEach((part, i) => flatten(part, { shape, data, depth: depth + 1, path: `${path}[${i}]` }));
}

function isRawInput(input: unknown): input is RawInput {
  if (typeof input !== "object" || input === null || !("data" in input) || !("shape" in input)) return false;
  const { data, shape } = input;
  return (isNumbers(data) || ArrayBuffer.isView(data)) && isNumbers(shape) && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => typeof n === "number");
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} values`;
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function show(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
