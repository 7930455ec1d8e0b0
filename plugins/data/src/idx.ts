import type { TypedArray } from "@fastap/kernel";
import { E_DATA_IDX_MAGIC, E_DATA_IDX_TRAILING, E_DATA_IDX_TRUNCATED } from "./errors.ts";
import { sizeOf } from "./sample.ts";

/** Contents of an idx file, row-major. */
export interface IdxArray {
  /** Bytes are a view of the file; wider whole numbers become int32, floats float32 (doubles are rounded). */
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

interface ElementType {
  readonly bytes: number;
  decode(view: DataView, count: number): TypedArray;
}

const ELEMENTS: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { bytes: 1, decode: (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength) }],
  [0x09, { bytes: 1, decode: (view, count) => Int32Array.from({ length: count }, (_, i) => view.getInt8(i)) }],
  [0x0b, { bytes: 2, decode: (view, count) => Int32Array.from({ length: count }, (_, i) => view.getInt16(2 * i)) }],
  [0x0c, { bytes: 4, decode: (view, count) => Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i)) }],
  [0x0d, { bytes: 4, decode: (view, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i)) }],
  [0x0e, { bytes: 8, decode: (view, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat64(8 * i)) }],
] satisfies [number, ElementType][]);

/**
 * Reads an idx file, uncompressed, all element types; `name` is for messages.
 * @throws E_DATA_IDX_MAGIC, E_DATA_IDX_TRUNCATED, E_DATA_IDX_TRAILING
 * @source "THE IDX FILE FORMAT", yann.lecun.com/exdb/mnist
 */
export function readIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [element, nDim] = readMagic(bytes, name);
  const header = 4 + 4 * nDim;
  if (bytes.length < header) throw E_DATA_IDX_TRUNCATED({ name, expected: header, received: bytes.length });
  const shape = Array.from({ length: nDim }, (_, i) => view.getUint32(4 + 4 * i));
  const count = sizeOf(shape);
  const expected = header + count * element.bytes;
  if (bytes.length < expected) throw E_DATA_IDX_TRUNCATED({ name, expected, received: bytes.length });
  if (bytes.length > expected) throw E_DATA_IDX_TRAILING({ name, expected, received: bytes.length });
  return { data: element.decode(new DataView(bytes.buffer, bytes.byteOffset + header, expected - header), count), shape };
}

function readMagic(bytes: Uint8Array, name: string): readonly [ElementType, number] {
  const element = ELEMENTS.get(bytes[2] ?? -1);
  const wrong = [...bytes.subarray(0, 2)].some((byte) => byte !== 0) || (bytes.length > 2 && element === undefined);
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (wrong) throw E_DATA_IDX_MAGIC({ name, received: hex(bytes.subarray(0, 4)), gzip });
  if (element === undefined || bytes.length < 4) throw E_DATA_IDX_TRUNCATED({ name, expected: 4, received: bytes.length });
  return [element, bytes[3] ?? 0];
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
