import type { StateDict, StoredTensor } from "@fastap/kernel";
import { E_NN_ENCODE, E_NN_SAFETENSORS } from "./errors.ts";
import { sizeOf } from "./permute.ts";

type Dtype = StoredTensor["dtype"];
const BYTES: Readonly<Record<Dtype, number>> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, U8: 1, BOOL: 1 };
const HEADER_LIMIT = 100_000_000;

/**
 * The bytes of a safetensors file: PyTorch's layouts, widest types first, so that every tensor is aligned.
 * @throws E_NN_ENCODE
 * @source https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(state: StateDict, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const tensors = [...state].toSorted(([, a], [, b]) => BYTES[b.dtype] - BYTES[a.dtype]);
  const entries: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  let end = 0;
  for (const [tensor, { dtype, shape, data }] of tensors) {
    if (tensor === "__metadata__") throw E_NN_ENCODE({ tensor, problem: "the format keeps this name for itself" });
    const bytes = sizeOf(shape) * BYTES[dtype];
    if (data.byteLength !== bytes)
      throw E_NN_ENCODE({ tensor, problem: `${dtype} [${shape.join(", ")}] takes ${bytes} bytes, not ${data.byteLength}` });
    entries.push([tensor, { dtype, shape, data_offsets: [end, end + bytes] }]);
    end += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(json, 8);
  let at = 8 + length;
  for (const [, { data }] of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file; `name` is that of the file, for errors. The data is copied.
 * @throws E_NN_SAFETENSORS with what is wrong
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  name?: string,
): { readonly state: StateDict; readonly metadata: Readonly<Record<string, string>> } {
  const fail = (problem: string, tensor?: string): Error =>
    E_NN_SAFETENSORS({ name, problem, ...(tensor === undefined ? {} : { tensor }) });
  const { header, data } = headerOf(bytes, fail);
  let metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key === "__metadata__") metadata = metadataOf(value, fail);
    else entries.push(entryOf(key, value, fail));
  }
  checkOffsets(entries, data.length, fail);
  return { state: new Map(entries.map((entry) => [entry.tensor, read(entry, data)])), metadata };
}

type Fail = (problem: string, tensor?: string) => Error;
interface Entry {
  readonly tensor: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function headerOf(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; data: Uint8Array } {
  if (bytes.length < 8) throw fail(`it is truncated: ${bytes.length} bytes, fewer than the 8 of the header's length`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > HEADER_LIMIT) throw fail(`its header claims ${length} bytes, more than the limit of ${HEADER_LIMIT}`);
  if (8 + length > bytes.length) throw fail(`it is truncated: the header ends at byte ${8 + length} of ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    throw fail(`its header is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(header)) throw fail("its header is no JSON object");
  return { header, data: bytes.subarray(8 + length) };
}

function metadataOf(value: unknown, fail: Fail): Record<string, string> {
  if (!isRecord(value)) throw fail("__metadata__ is no object");
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== "string") throw fail(`__metadata__ "${key}" is no string`);
    return [key, text];
  });
  return Object.fromEntries(entries);
}

function entryOf(tensor: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) throw fail("its header entry is no object", tensor);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) throw fail(`dtype ${JSON.stringify(dtype) ?? "missing"} is none of ${Object.keys(BYTES).join(", ")}`, tensor);
  if (!isSizes(shape) || !Number.isSafeInteger(sizeOf(shape))) throw fail("its shape is no list of whole sizes", tensor);
  if (!isSizes(offsets) || offsets.length !== 2) throw fail("data_offsets are no two byte positions", tensor);
  const [begin, end] = offsets as readonly [number, number];
  const wanted = sizeOf(shape) * BYTES[dtype];
  if (end - begin !== wanted) throw fail(`${dtype} [${shape.join(", ")}] takes ${wanted} bytes, not ${end - begin}`, tensor);
  return { tensor, dtype, shape, begin, end };
}

/** The format allows neither holes nor overlaps nor bytes left over. */
function checkOffsets(entries: readonly Entry[], length: number, fail: Fail): void {
  let at = 0;
  for (const { tensor, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > length) throw fail(`it is truncated: the tensor ends at byte ${end} of ${length}`, tensor);
    if (begin !== at)
      throw fail(
        begin < at ? `it overlaps the tensor before it by ${at - begin} bytes` : `${begin - at} bytes before it belong to nothing`,
        tensor,
      );
    at = end;
  }
  if (at !== length) throw fail(`${length - at} bytes at its end belong to no tensor`);
}

function read({ dtype, shape, begin, end }: Entry, data: Uint8Array): StoredTensor {
  const copy = new Uint8Array(data.subarray(begin, end)); // not slice: that of Node's Buffer shares memory
  return { dtype, shape, data: view(dtype, copy.buffer) };
}

function view(dtype: Dtype, buffer: ArrayBuffer): StoredTensor["data"] {
  switch (dtype) {
    case "F64":
      return new Float64Array(buffer);
    case "I64":
      return new BigInt64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "F16":
      return new Uint16Array(buffer);
    case "U8":
    case "BOOL":
      return new Uint8Array(buffer);
  }
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(BYTES, value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
