import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_OP_INPUT } from "./errors.ts";
import { tensorText } from "./tensor-text.ts";

/** Elementwise sum of what broadcasts to one shape; the caller disposes it. @throws E_ENGINE_OP_INPUT */
export function add(a: Tensor, b: Tensor): Tensor {
  if (isNumeric(a) && isNumeric(b) && broadcasts(a.shape, b.shape)) return tf.add(a, b);
  const expected = `numbers that broadcast to those of a, ${tensorText(a)}`;
  throw E_ENGINE_OP_INPUT({ op: "add", input: "b", expected, received: tensorText(b), backend: tf.getBackend() });
}

function isNumeric({ dtype }: Tensor): boolean {
  return dtype !== "string";
}

function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  return a.slice(-b.length || a.length).every((size, i, { length }) => {
    const other = b[b.length - length + i];
    return size === other || size === 1 || other === 1;
  });
}
