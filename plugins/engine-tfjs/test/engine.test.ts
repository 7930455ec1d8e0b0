import type { Backend, Engine } from "@fastap/kernel";
import { cpuBackend } from "@fastap/plugin-backend-cpu";
import { createEngine } from "@fastap/plugin-engine-tfjs";
import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, expectClose, thrownBy, withoutLeak } from "./cpu-engine.ts";

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => "no failure", (error: unknown) => error); // prettier-ignore

describe("engine", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("throws E_ENGINE_NOT_READY from everything before it has a backend", async () => {
    const early: Engine = createEngine();
    const tensor = tf.scalar(1);
    const uses: Record<string, () => unknown> = {
      backend: () => early.backend,
      valueAndGrad: () => early.valueAndGrad(new Map(), () => tensor),
      scope: () => early.scope(() => 1),
      keep: () => early.keep(tensor),
      add: () => early.add(tensor, tensor),
      from: () => early.from([1], []),
      read: () => early.read(tensor),
      memory: () => early.memory(),
      preflight: () => early.preflight([]),
      "ops.optimizerStep": () => early.ops.optimizerStep("sgd", []),
    };
    for (const [name, use] of Object.entries(uses)) {
      const error = thrownBy(use);
      expect(error, name).to.have.property("code", "E_ENGINE_NOT_READY");
      expect(String(error)).to.contain(`engine.${name}`);
    }
    expect(await failure(early.scopeAsync(async () => 1))).to.have.property("code", "E_ENGINE_NOT_READY");
    tensor.dispose();
  });

  it("says why a backend is unavailable and what to do", async () => {
    const backend: Backend = { ...cpuBackend, name: "warp", available: async () => ({ ok: false, reason: "no crystals" }) };
    const error = await failure(createEngine().activate(backend));
    expect(error).to.have.property("code", "E_ENGINE_BACKEND_UNAVAILABLE");
    expect(String(error)).to.contain("warp").and.to.contain("no crystals").and.to.contain("cpu");
  });

  it("wraps what a backend throws while it starts", async () => {
    const cause = new Error("boom");
    const error = await failure(createEngine().activate({ ...cpuBackend, activate: async () => Promise.reject(cause) }));
    expect(error).to.include({ code: "E_ENGINE_BACKEND_FAILED", cause });
  });

  it("comes back to its own backend after another host changed it", async () => {
    tf.copyRegisteredKernels("cpu", "other");
    tf.registerBackend("other", tf.findBackendFactory("cpu"));
    Object.assign(tf.findBackend("other"), { firstUse: false });
    // oxlint-disable-next-line no-restricted-properties -- plays the other host
    await tf.setBackend("other");
    const sum = engine.scope(() => tf.add(tf.scalar(1), 1).dataSync()[0]);
    expect([sum, tf.getBackend(), engine.backend]).to.deep.equal([2, "cpu", "cpu"]);
    tf.removeBackend("other");
    for (const { kernelName } of tf.getKernelsForBackend("other")) tf.unregisterKernel(kernelName, "other");
  });

  it("makes tensors from a copy of the values, and reads a copy", () =>
    withoutLeak(async () => {
      const data = Float32Array.of(1, 2, 3, 4);
      const tensor = engine.from(data, [2, 2]);
      data[0] = 9;
      const read = await engine.read(tensor);
      read[1] = 9;
      expectClose(tensor, [1, 2, 3, 4], 0);
      expect([tensor.shape, tensor.dtype]).to.deep.equal([[2, 2], "float32"]);
      tensor.dispose();
    }));

  it("takes the dtype from the values unless told", () =>
    withoutLeak(() => {
      const tensors = [engine.from(Int32Array.of(1), [1]), engine.from([1], []), engine.from(Uint8Array.of(7), [1]), engine.from(Uint8Array.of(1), [1], "bool"), engine.from([2], [1], "int32")]; // prettier-ignore
      expect(tensors.map((t) => t.dtype)).to.deep.equal(["int32", "float32", "float32", "bool", "int32"]);
      tf.dispose(tensors);
    }));

  it("refuses a shape that the values do not fill", () => {
    for (const shape of [[3], [-1, -4], [2.5], [4, 0]]) {
      expect(thrownBy(() => engine.from([1, 2, 3, 4], shape))).to.have.property("code", "E_ENGINE_SHAPE");
    }
  });

  it("adds into a new tensor and counts memory", () =>
    withoutLeak(() => {
      const a = engine.from([1, 2], [2]);
      const { tensors, bytes } = engine.memory();
      const sum = engine.add(a, a);
      expect(engine.memory()).to.deep.equal({ tensors: tensors + 1, bytes: bytes + 8 });
      expectClose(sum, [2, 4], 0);
      tf.dispose([a, sum]);
    }));

  it("preflight passes what the backend or a composed op supplies", () => {
    engine.preflight([{ layer: "0", op: "Conv2D" }, { layer: "1", op: "FastapBatchNormTrain" }]); // prettier-ignore
  });

  it("preflight lists every missing operation at once", () => {
    const needs = [{ layer: "0.conv", op: "Warp" }, { layer: "1", op: "Conv2D" }, { layer: "2.head", op: "Weft" }]; // prettier-ignore
    const error = thrownBy(() => engine.preflight(needs));
    expect(error).to.have.property("code", "E_ENGINE_OP_MISSING");
    for (const part of ["Warp", "0.conv", "Weft", "2.head", `backend "cpu"`]) expect(String(error)).to.contain(part);
    expect(String(error)).to.not.contain("Conv2D");
  });
});
