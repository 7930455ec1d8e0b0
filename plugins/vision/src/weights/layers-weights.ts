import { E_VISION_LAYERS_MODEL } from "../errors.ts";

/** Values of one variable of a tfjs LayersModel, row-major in TensorFlow's layout. */
export interface LayersTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A `model.json` of tfjs, with the variables of its shards by name, `conv2d_1/kernel`. */
export interface LayersFile {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: ReadonlyMap<string, LayersTensor>;
}

/** Reads a `model.json` and its float32 shards; `read` gives the bytes of a file beside it. @throws E_VISION_LAYERS_MODEL */
export function readLayersFile(bytes: Uint8Array, read: (sibling: string) => Uint8Array): LayersFile {
  const fail = (problem: string): Error => E_VISION_LAYERS_MODEL({ problem });
  const json = record(parsed(bytes, fail));
  const weights = new Map<string, LayersTensor>();
  for (const group of list(json["weightsManifest"])) {
    const { paths, weights: specs } = record(group);
    const data = joined(list(paths).map((path) => read(String(path))));
    let at = 0;
    for (const spec of list(specs)) {
      const { name, shape, dtype, quantization } = record(spec);
      const sizes = list(shape).map(Number);
      const count = sizes.reduce((a, b) => a * b, 1);
      if (dtype !== "float32" || quantization !== undefined)
        throw fail(`"${String(name)}" is ${String(dtype)}, quantised or not; float32 is read`);
      if (at + 4 * count > data.length) throw fail(`its shards end within "${String(name)}"`);
      weights.set(String(name), { shape: sizes, data: new Float32Array(data.buffer.slice(at, at + 4 * count)) });
      at += 4 * count;
    }
  }
  return { topology: record(json["modelTopology"]), weights };
}

function parsed(bytes: Uint8Array, fail: (problem: string) => Error): unknown {
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
