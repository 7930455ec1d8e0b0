/** What is asked of `navigator.gpu`, a subset of the WebGPU API. */
export interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}

export interface GpuAdapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  readonly limits: { readonly maxBufferSize: number };
}

/** The packages that are not there unless the user installed them. Each gives undefined where its package is not installed. */
export interface Peers {
  /** Dawn, for Node: the package `webgpu`. */
  dawn(): Promise<Dawn | undefined>;
  /** Registers tfjs's kernels; true where that was possible. */
  tfjsWebgpu(): Promise<boolean>;
}

interface Dawn {
  readonly globals: Readonly<Record<string, unknown>>;
  create(flags: readonly string[]): Gpu;
}

/** By name, so that no compiler or bundler looks for Dawn, which browsers do not need. */
const DAWN: string = "webgpu";

export const installedPeers: Peers = {
  dawn: () => orUndefined(import(/* @vite-ignore */ DAWN) as Promise<Dawn>),
  tfjsWebgpu: async () => (await orUndefined(import("@tensorflow/tfjs-backend-webgpu"))) !== undefined,
};

/** A package that is there and fails to load is another matter. */
async function orUndefined<T>(loading: Promise<T>): Promise<T | undefined> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
