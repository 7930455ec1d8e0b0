import { getBackend } from "@tensorflow/tfjs-core";
import { E_ENGINE_OP_INPUT } from "../errors.ts";

interface Unfit {
  readonly op: string;
  readonly input: string;
  readonly expected: string;
  readonly received: string;
}

/** The E_ENGINE_OP_INPUT to throw for what an op cannot take, on the backend of now. */
export function unfitInput(details: Unfit): Error {
  return E_ENGINE_OP_INPUT({ ...details, backend: getBackend() });
}
