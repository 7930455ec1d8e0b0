import { engine } from "@tensorflow/tfjs-core";

/** Runs `f` as if inside a kernel: a gradient tape that is on records none of it, so it saves no tensors. */
export function untaped(f: () => void): void {
  const { state } = engine();
  state.kernelDepth += 1;
  try {
    f();
  } finally {
    state.kernelDepth -= 1;
  }
}
