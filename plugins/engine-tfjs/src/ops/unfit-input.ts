import { getBackend } from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { E_ENGINE_OP_INPUT } from "../errors.ts";
import { tensorText } from "../tensor-text.ts";

interface Unfit {
  readonly op: string;
  readonly input: string;
  readonly expected: string;
  readonly received: string | Tensor;
}

/** The E_ENGINE_OP_INPUT to throw for what an op cannot take, on the backend of now. */
export function unfitInput(details: Unfit): Error {
  const received = typeof details.received === "string" ? details.received : tensorText(details.received);
  return E_ENGINE_OP_INPUT({ ...details, received, op: `ops.${details.op}`, backend: getBackend() });
}

/** Other types some backends take and others do not. @throws E_ENGINE_OP_INPUT */
export function requireFloats(op: string, input: string, received: Tensor): void {
  if (received.dtype !== "float32") throw unfitInput({ op, input, expected: "float32", received });
}
