import { defineError, type FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_CONTRACT_DOUBLE: Make<{ asked: string; of: string }> = defineError("E_CONTRACT_DOUBLE", (d) => ({
  message: `${d.asked} was asked of ${d.of}, a test double that cannot do it`,
  hint: "Give describePlugin the real plugin in `companions`, or `parts` that need less.",
}));

export const E_CONTRACT_OVERLAP: Make<object> = defineError("E_CONTRACT_OVERLAP", () => ({
  message: "two scopes of the scalar engine ran side by side",
}));
