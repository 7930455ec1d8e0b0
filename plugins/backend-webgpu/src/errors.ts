import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_BACKEND_WEBGPU_UNAVAILABLE: Make<{ reason: string }> = defineError("E_BACKEND_WEBGPU_UNAVAILABLE", (d) => ({
  message: `the webgpu backend cannot run here: ${d.reason}`,
  hint: "Choose another backend in the config; `fastap doctor` lists them.",
}));

export const E_BACKEND_WEBGPU_START: Make<{ adapter: string }> = defineError("E_BACKEND_WEBGPU_START", (d) => ({
  message: "the webgpu backend did not start",
  received: d.adapter,
  hint: "The adapter may lack limits that tfjs asks for; update the driver or choose another backend.",
}));
