import type { Tensor } from "@tensorflow/tfjs-core";

/** Of a message. */
export function tensorText({ dtype, shape }: Tensor): string {
  return `${dtype} [${shape.join(", ")}]`;
}
