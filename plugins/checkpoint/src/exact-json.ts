import { E_CHECKPOINT_STATE } from "./errors.ts";

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** JSON that keeps every bit: NaN, infinities, −0, undefined and typed arrays come back as they were. @throws E_CHECKPOINT_STATE */
export function toExactJson(value: unknown): string {
  return JSON.stringify(encode(value, "state"));
}

/** What {@link toExactJson} was given. */
export function fromExactJson(text: string): unknown {
  return decode(JSON.parse(text));
}

function encode(value: unknown, path: string): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number") return isJsonNumber(value) ? value : { $: Object.is(value, -0) ? "-0" : String(value) };
  if (Array.isArray(value)) return value.map((item, i) => encode(item, `${path}[${i}]`));
  return ArrayBuffer.isView(value) ? encodeArray(value, path) : encodeObject(value, path);
}

function isJsonNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function encodeObject(value: unknown, path: string): unknown {
  if (!isPlain(value)) throw E_CHECKPOINT_STATE({ path, received: isObject(value) ? value.constructor.name : typeof value });
  if (Object.hasOwn(value, "$")) throw E_CHECKPOINT_STATE({ path, received: 'an object with the key "$"' });
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item, `${path}.${key}`)]));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function encodeArray(view: ArrayBufferView, path: string): unknown {
  const name = view.constructor.name;
  if (!isArrayName(name)) throw E_CHECKPOINT_STATE({ path, received: name });
  return { $: name, base64: Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64") };
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isPlain(value)) return value;
  const { $: mark, base64 } = value;
  if (mark === "undefined") return undefined;
  if (typeof mark === "string" && isArrayName(mark)) return decodeArray(mark, String(base64));
  if (typeof mark === "string") return Number(mark);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function decodeArray(name: ArrayName, base64: string): unknown {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return new ARRAYS[name](bytes.buffer);
}

function isArrayName(name: string): name is ArrayName {
  return Object.hasOwn(ARRAYS, name);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
