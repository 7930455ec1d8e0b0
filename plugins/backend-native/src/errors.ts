import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_BACKEND_NATIVE_UNAVAILABLE: Make<{ reason: string }> = defineError("E_BACKEND_NATIVE_UNAVAILABLE", (d) => ({
  message: `the native backend cannot run here: ${d.reason}`,
  hint: `Set "backend" to "auto" or "wasm" in the config, which need no native library; \`fastap doctor\` lists the backends.`,
}));

export const E_BACKEND_NATIVE_MEMORY: Make<{ kernel: string; bytes: number }> = defineError("E_BACKEND_NATIVE_MEMORY", (d) => ({
  message: `out of memory: the system has no ${d.bytes} bytes for the work of ${d.kernel}`,
  where: "native backend",
  hint: "Use a smaller batch size or fewer threads (option of backend-native), or end other programs.",
}));

export const E_BACKEND_NATIVE_OPTION: Make<{ option: string; expected: string; received: string; hint?: string | undefined }> = defineError(
  "E_BACKEND_NATIVE_OPTION",
  (d) => ({
    message: `option ${d.option} of backend-native cannot be used`,
    expected: d.expected,
    received: d.received,
    ...(d.hint !== undefined && { hint: d.hint }),
  }),
);
