import { floatsOf } from "@fastap/plugin-nn";
import { E_VISION_TFJS_FILE } from "../errors.ts";

/** Values of one variable of a tfjs model, row-major in TensorFlow's layout; whole numbers too. */
export interface TfjsTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A `model.json` of tfjs, with the variables of its shards by name, `conv2d_1/kernel`. */
export interface TfjsFile {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: ReadonlyMap<string, TfjsTensor>;
  /** Of a GraphModel that says so: the nodes that it gives, by the names that its maker gave them. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** Reads a `model.json` and its shards, quantised ones too; `read` gives the bytes of a file beside it. @throws E_VISION_TFJS_FILE */
export function readTfjsFile(bytes: Uint8Array, read: (sibling: string) => Uint8Array): TfjsFile {
  const json = record(parsed(bytes));
  const weights = new Map<string, TfjsTensor>();
  for (const group of list(json["weightsManifest"])) {
    const { paths, weights: specs } = record(group);
    const data = joined(list(paths).map((path) => read(String(path))));
    let at = 0;
    for (const spec of list(specs)) {
      const { name, shape, dtype, quantization } = record(spec);
      const sizes = list(shape).map(Number);
      const count = sizes.reduce((a, b) => a * b, 1);
      const { dtype: packed = dtype, min = 0, scale = 1 } = record(quantization);
      const kind = READERS[String(packed)];
      if (kind === undefined) throw fail(`"${String(name)}" is ${String(packed)}; ${Object.keys(READERS).join(", ")} are read`);
      const end = at + kind.bytes * count;
      if (end > data.length) throw fail(`its shards end within "${String(name)}"`);
      const isScaled = quantization !== undefined && packed !== "float16";
      const values = kind.read(data.buffer.slice(at, end));
      weights.set(String(name), { shape: sizes, data: isScaled ? values.map((value) => value * Number(scale) + Number(min)) : values });
      at = end;
    }
  }
  return { topology: record(json["modelTopology"]), weights, outputs: outputsOf(json) };
}

/** `{"signature":{"outputs":{"scores":{"name":"Identity:0"}}}}`, or within `userDefinedMetadata` in older files. */
function outputsOf(json: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const signature = record(json["signature"] ?? record(json["userDefinedMetadata"])["signature"]);
  const named = Object.entries(record(signature["outputs"]));
  return new Map(named.map(([name, tensor]) => [name, firstOutput(String(record(tensor)["name"] ?? name))]));
}

/** The node of `node:0`, which is its first output. */
export function firstOutput(name: string): string {
  return name.replace(/:0$/, "");
}

/** Names of the files beside a `model.json` that hold its values. @throws E_VISION_TFJS_FILE */
export function shardsOf(bytes: Uint8Array): readonly string[] {
  const names = list(record(parsed(bytes))["weightsManifest"]).flatMap((group) => list(record(group)["paths"]).map(String));
  for (const name of names) if (!/^[\w-][\w.-]*$/.test(name)) throw fail(`"${name}" is no name of a file beside it`);
  return names;
}

const READERS: Readonly<Record<string, { readonly bytes: number; readonly read: (buffer: ArrayBuffer) => Float32Array }>> = {
  float32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  float16: {
    bytes: 2,
    read: (buffer) => floatsOf({ dtype: "F16", shape: [buffer.byteLength / 2], data: new Uint16Array(buffer) }),
  },
  int32: { bytes: 4, read: (buffer) => Float32Array.from(new Int32Array(buffer)) },
  uint16: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer)) },
  uint8: { bytes: 1, read: (buffer) => Float32Array.from(new Uint8Array(buffer)) },
  bool: { bytes: 1, read: (buffer) => Float32Array.from(new Uint8Array(buffer)) },
};

const fail = (problem: string): Error => E_VISION_TFJS_FILE({ problem });

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw fail(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** An object's entries; of anything else none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
