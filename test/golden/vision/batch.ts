import { createHost } from "@fastap/kernel";
import type { Engine, Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { backendWasm } from "@fastap/plugin-backend-wasm";
import { TensorBBox, TensorBatch, TensorImage, TensorMask, TensorPoint } from "@fastap/plugin-data";
import type { SemanticType, Transform } from "@fastap/plugin-data";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import type { Random } from "@fastap/kernel";
import * as tf from "@tensorflow/tfjs-core";
import type { Check, Value } from "../adapter.ts";
import { decodeTensor } from "../tensor.ts";

/** The engine on wasm, while `f` runs. */
export async function withEngine<T>(f: (engine: Engine) => Promise<T>): Promise<T> {
  const host = await createHost({ plugins: [engineTfjs, backendCpu, backendWasm], config: { backend: "wasm" } });
  try {
    return await f(host.resolve("engine"));
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

const TYPES: Readonly<Record<string, SemanticType>> = { image: TensorImage, mask: TensorMask, points: TensorPoint, bbox: TensorBBox };

/** A batch of the cases, `[batch, channels, height, width]` if it has four dimensions, on the backend with channels last. */
export function batchOf(json: unknown, part: string, engine: Engine): TensorBatch {
  const { data, shape } = decodeTensor(json);
  const values = engine.from(
    part === "mask" ? Int32Array.from(data) : Float32Array.from(data),
    shape,
    part === "mask" ? "int32" : "float32",
  );
  const tensor = part === "image" && shape.length === 4 ? tf.transpose(values as tf.Tensor, [0, 2, 3, 1]) : values;
  return new TensorBatch(tensor, TYPES[part] ?? TensorImage, engine);
}

/** The way back: `[shape, numbers]`. */
export function valueOf(tensor: Tensor, channelsLast = tensor.shape.length === 4): Value {
  const given = tensor as tf.Tensor;
  const placed = channelsLast ? tf.transpose(given, [0, 3, 1, 2]) : given;
  return [[...placed.shape], Array.from(placed.dataSync())];
}

/** Of a part of a batch; boxes keep the layout they have. */
export function partCheck(path: string, batch: TensorBatch, want: unknown): Check {
  const { data, shape } = decodeTensor(want);
  return { path, got: valueOf(batch.tensor, batch.type === TensorImage), want: [[...shape], [...data]] };
}

/** A batch after a transform. */
export function transformed(transform: Transform, x: unknown, random: Random, splitIdx: number | null = 0): unknown {
  return transform.encode(x, splitIdx, random);
}
