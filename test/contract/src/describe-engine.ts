import type { Engine, Tensor } from "@fastap/kernel";
import { expect } from "chai";

/** An engine that is ready, and how to end it. */
export interface EngineUnderTest {
  readonly engine: Engine;
  dispose?(): Promise<void> | void;
}

const logits = [0.3, -0.7, 1.1, 0.2, 0.9, -0.4];
const step = 1e-2;

/**
 * The laws of an engine: gradients agree with finite differences, nothing leaks, whatever is thrown. Call it inside mocha.
 * @example describeEngine(async () => ({ engine: host.resolve("engine") }));
 */
export function describeEngine(make: () => Promise<EngineUnderTest>): void {
  describe("engine contract", () => {
    let made: EngineUnderTest;
    const use = (): Engine => made.engine;
    before(async () => {
      made = await make();
    });
    after(() => made.dispose?.());
    describeReads(use);
    describeGradients(use);
    describeThrows(use);
    describeScopes(use);
  });
}

function describeReads(use: () => Engine): void {
  it("reads what it was given", async () => {
    const engine = use();
    for (const dtype of ["float32", "int32", "bool"] as const) {
      const values = dtype === "float32" ? [1.5, -2, 0, 3.25] : [1, 0, 1, 1];
      const tensor = engine.from(values, [2, 2], dtype);
      expect(tensor.shape).to.deep.equal([2, 2]);
      expect(tensor.dtype).to.equal(dtype);
      expect([...(await engine.read(tensor))]).to.deep.equal(values);
      tensor.dispose();
    }
  });

  it("adds elementwise into a new tensor", async () => {
    const engine = use();
    await leakless(engine, async () => {
      const [a, b] = [engine.from([1, 2], [2]), engine.from([10, 20], [2])];
      const sum = engine.add(a, b);
      expect([...(await engine.read(sum))]).to.deep.equal([11, 22]);
      expect([...(await engine.read(a))]).to.deep.equal([1, 2]);
      for (const tensor of [a, b, sum]) tensor.dispose();
    });
  });
}

function describeGradients(use: () => Engine): void {
  it("gives the gradients of finite differences", async () => {
    const engine = use();
    await leakless(engine, async () => {
      const at = (values: readonly number[]): Promise<number> => lossAt(engine, values);
      const analytic = await gradientAt(engine, logits);
      for (const [i, slope] of analytic.entries()) {
        const shifted = (by: number): number[] => logits.map((v, j) => (j === i ? v + by : v));
        const numeric = ((await at(shifted(step))) - (await at(shifted(-step)))) / (2 * step);
        expect(slope).to.be.closeTo(numeric, 2e-3);
      }
    });
  });

  it("gives a gradient of zeros, or none, to what the loss does not see", async () => {
    const engine = use();
    await leakless(engine, async () => {
      const [seen, unseen] = [engine.from([1], []), engine.from([1], [])];
      const params = new Map([
        ["seen", seen],
        ["unseen", unseen],
      ]);
      const { value, grads } = engine.valueAndGrad(params, () => engine.add(seen, seen));
      expect([...(await read(engine, grads.get("seen")))]).to.deep.equal([2]);
      const other = grads.get("unseen");
      if (other !== undefined) expect([...(await engine.read(other))]).to.deep.equal([0]);
      for (const tensor of [seen, unseen, value, ...grads.values()]) tensor.dispose();
    });
  });
}

function describeThrows(use: () => Engine): void {
  const points: readonly (readonly [string, (engine: Engine, w: Tensor, thrown: Error) => Tensor])[] = [
    ["before any operation", (_, __, thrown) => raise(thrown)],
    ["after one operation", (engine, w, thrown) => engine.add(w, w) && raise(thrown)],
    ["after a kept tensor", (engine, w, thrown) => (engine.keep(engine.add(w, w)).dispose(), raise(thrown))],
    ["inside a scope in the tape", (engine, w, thrown) => engine.scope(() => engine.add(w, w) && raise(thrown))],
    ["after the loss", (engine, w, thrown) => engine.add(engine.add(w, w), w) && raise(thrown)],
  ];
  for (const [where, f] of points) {
    it(`rethrows the very error and leaks nothing: ${where}`, async () => {
      const engine = use();
      const w = engine.from([1], []);
      await leakless(engine, async () => {
        const thrown = new Error("on purpose");
        expect(caught(() => engine.valueAndGrad(new Map([["w", w]]), () => f(engine, w, thrown)))).to.equal(thrown);
      });
      w.dispose();
    });
  }
}

function describeScopes(use: () => Engine): void {
  it("disposes what a scope made, save what it returns or keeps", () => {
    const engine = use();
    const before = engine.memory().tensors;
    let kept: Tensor | undefined;
    const returned = engine.scope(() => {
      engine.from([1], []);
      kept = engine.keep(engine.from([2], []));
      return engine.from([3], []);
    });
    expect(engine.memory().tensors).to.equal(before + 2);
    expect([returned.isDisposed, kept?.isDisposed]).to.deep.equal([false, false]);
    returned.dispose();
    kept?.dispose();
    expect(engine.memory().tensors).to.equal(before);
  });

  it("nests asynchronous scopes, and cleans up when one throws", async () => {
    const engine = use();
    await leakless(engine, async () => {
      const thrown = new Error("on purpose");
      const work = engine.scopeAsync(async () => {
        engine.from([1], []);
        await engine.scopeAsync(async () => void engine.from([2], []));
        await Promise.resolve();
        engine.from([3], []);
        throw thrown;
      });
      expect(await work.catch((error: unknown) => error)).to.equal(thrown);
    });
  });

  it("refuses scopes side by side", async () => {
    const engine = use();
    const wait = (ms: number) => () => new Promise<void>((resolve) => void setTimeout(resolve, ms));
    const results = await Promise.allSettled([engine.scopeAsync(wait(5)), engine.scopeAsync(wait(20))]);
    expect(results.some((r) => r.status === "rejected")).to.equal(true);
  });
}

/** Cross-entropy of two rows of three logits, through a sum, so that the tape has a path to follow. */
function loss(engine: Engine, w: Tensor, zero: Tensor, labels: Tensor): Tensor {
  return engine.ops.softmaxCrossEntropy(engine.add(w, zero), labels, { reduction: "mean" });
}

async function lossAt(engine: Engine, values: readonly number[]): Promise<number> {
  return engine.scopeAsync(async () => {
    const [w, zero, labels] = inputs(engine, values);
    const [value] = await engine.read(loss(engine, w, zero, labels));
    return value ?? NaN;
  });
}

async function gradientAt(engine: Engine, values: readonly number[]): Promise<readonly number[]> {
  return engine.scopeAsync(async () => {
    const [w, zero, labels] = inputs(engine, values);
    const { value, grads } = engine.valueAndGrad(new Map([["w", w]]), () => loss(engine, w, zero, labels));
    const gradient = [...(await read(engine, grads.get("w")))];
    for (const tensor of [value, ...grads.values()]) tensor.dispose();
    return gradient;
  });
}

function inputs(engine: Engine, values: readonly number[]): readonly [Tensor, Tensor, Tensor] {
  return [engine.from(values, [2, 3]), engine.from([0, 0, 0, 0, 0, 0], [2, 3]), engine.from([2, 0], [2], "int32")];
}

async function read(engine: Engine, tensor: Tensor | undefined): Promise<readonly number[]> {
  return tensor === undefined ? [] : [...(await engine.read(tensor))];
}

async function leakless(engine: Engine, f: () => Promise<void>): Promise<void> {
  const before = engine.memory().tensors;
  await f();
  expect(engine.memory().tensors, "live tensors").to.equal(before);
}

function raise(error: Error): never {
  throw error;
}

function caught(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
  return undefined;
}
