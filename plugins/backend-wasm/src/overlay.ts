import type { KernelModule, TaskName } from "./module.ts";
import type { OwnKernel } from "./own-kernel.ts";

/** Kernels that another plugin lays over ours, on the same heap and under a backend's name of its own. */
export interface Overlay {
  /** By which tfjs knows the backend. */
  readonly name: string;
  /** Called once per heap. `memory` returns the heap as it is now: it is another object after every growth. */
  bind(memory: () => Uint8Array): OverlayKernels;
}

export interface OverlayKernels {
  /** Those left out stay ours. */
  readonly kernels: Partial<KernelModule>;
  /** Runs all tasks of a job at once. The numbers are the job as our kernel of that name reads it, in `assembly/`. */
  run(task: TaskName, numbers: readonly number[]): void;
  /** Whole kernels in the place of ours or tfjs's, which they get as their stock. */
  readonly whole: readonly OwnKernel[];
}

/** Makes a backend current that has the overlay's kernels, ours for the rest, and tfjs's for all else; idempotent. */
export async function activateOverlay(overlay: Overlay): Promise<void> {
  const { installOverlay } = await import("./install.ts");
  await installOverlay(overlay);
}
