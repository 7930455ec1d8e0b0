import { webgpuBackend } from "@fastap/plugin-backend-webgpu";
import type { Gpu, Peers } from "@fastap/plugin-backend-webgpu";
import { expect } from "chai";

const adapterless: Gpu = { requestAdapter: async () => null };
const peers = (gpu: Gpu | undefined, tfjs: boolean): Peers => ({
  dawn: async () => (gpu === undefined ? undefined : { globals: {}, create: () => gpu }),
  tfjsWebgpu: async () => tfjs,
});

/** Why it is not available, in a process without a GPU in its navigator before and after. */
async function reason(of: Peers): Promise<string> {
  const [before, navigator] = [Object.getOwnPropertyDescriptor(globalThis, "navigator"), (globalThis as { navigator?: object }).navigator];
  try {
    const state = await webgpuBackend(of).available();
    return state.ok ? "available" : state.reason;
  } finally {
    if (navigator !== undefined) Reflect.deleteProperty(navigator, "gpu");
    else if (before === undefined) Reflect.deleteProperty(globalThis, "navigator");
  }
}

describe("backend webgpu, without a GPU", () => {
  it("says which package to install", async () => {
    expect(await reason(peers(undefined, true))).to.match(/package webgpu is not installed \(npm install webgpu/);
    expect(await reason(peers(adapterless, false))).to.match(/tfjs-backend-webgpu is not installed \(npm install/);
  });

  it("says that there is no adapter", async () => {
    expect(await reason(peers(adapterless, true))).to.match(/no adapter/);
  });

  it("does not activate then, and says the same", async () => {
    const error = await webgpuBackend(peers(undefined, true))
      .activate()
      .then(() => undefined)
      .catch((caught: unknown) => caught as { code: string; message: string });
    expect(error?.code).to.equal("E_BACKEND_WEBGPU_UNAVAILABLE");
    expect(error?.message).to.contain("package webgpu is not installed");
  });
});
