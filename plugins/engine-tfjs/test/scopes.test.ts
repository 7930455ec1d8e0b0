import type { TfjsEngine } from "@fastap/plugin-engine-tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "chai";
import { cpuEngine, thrownBy, withoutLeak } from "./cpu-engine.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => "no failure", (error: unknown) => error); // prettier-ignore

describe("scope", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("returns tensors in arrays, maps, sets and plain objects; disposes the others", () =>
    withoutLeak(() => {
      let inside: tf.Tensor | undefined;
      const result = engine.scope(() => {
        inside = tf.scalar(0);
        return { list: [tf.scalar(1)], map: new Map([["a", tf.scalar(2)]]), set: new Set([tf.scalar(3)]), data: new Float32Array(3) };
      });
      expect(inside?.isDisposed).to.equal(true);
      const returned = [...result.list, ...result.map.values(), ...result.set];
      expect(returned.map((t) => t.dataSync()[0])).to.deep.equal([1, 2, 3]);
      tf.dispose(returned);
    }));

  it("hands what it returns to the scope around it, and keeps what is kept", () =>
    withoutLeak(() => {
      const kept = engine.scope(() => {
        engine.scope(() => tf.scalar(1));
        return engine.keep(engine.scope(() => tf.scalar(2)));
      });
      expect(kept.dataSync()[0]).to.equal(2);
      kept.dispose();
    }));

  it("disposes all when the function throws, and rethrows the same", () =>
    withoutLeak(() => {
      const error = new Error("x");
      expect(thrownBy(() => engine.scope(() => { tf.scalar(1); throw error; }))).to.equal(error); // prettier-ignore
    }));

  it("refuses a promise", () =>
    withoutLeak(async () => {
      expect(thrownBy(() => engine.scope(async () => Promise.reject(new Error("late"))))).to.have.property(
        "code",
        "E_ENGINE_SCOPE_PROMISE",
      );
      await turn();
    }));
});

describe("scopeAsync", () => {
  let engine: TfjsEngine;
  before(async () => {
    engine = await cpuEngine();
  });

  it("owns what is made before and after an await", () =>
    withoutLeak(async () => {
      const result = await engine.scopeAsync(async () => {
        tf.scalar(1);
        await turn();
        tf.scalar(2);
        return new Map([["a", tf.scalar(3)]]);
      });
      expect(result.get("a")?.dataSync()[0]).to.equal(3);
      tf.dispose([...result.values()]);
    }));

  it("nests: at once, after an await, and with synchronous scopes", () =>
    withoutLeak(async () => {
      const value = await engine.scopeAsync(async () => {
        const early = await engine.scopeAsync(async () => tf.scalar(1));
        await Promise.resolve();
        const late = await engine.scopeAsync(async () => {
          await turn();
          return engine.scope(() => tf.add(early, 1));
        });
        return late.dataSync()[0];
      });
      expect(value).to.equal(2);
    }));

  it("disposes all when the work fails, and rejects with the same", () =>
    withoutLeak(async () => {
      const error = new Error("x");
      const work = async (): Promise<void> => {
        tf.scalar(1);
        await turn();
        tf.scalar(2);
        throw error;
      };
      expect(await failure(engine.scopeAsync(work))).to.equal(error);
      expect(await failure(engine.scopeAsync(() => { throw error; }))).to.equal(error); // prettier-ignore
    }));

  it("refuses a scope started beside an open one; the open one is not harmed", () =>
    withoutLeak(async () => {
      const first = engine.scopeAsync(async () => {
        const mine = tf.scalar(4);
        await turn();
        return tf.square(mine);
      });
      const second = failure(engine.scopeAsync(async () => tf.scalar(0)));
      expect(await second).to.have.property("code", "E_ENGINE_SCOPE_OVERLAP");
      const result = await first;
      expect(result.dataSync()[0]).to.equal(16);
      result.dispose();
    }));

  it("refuses a scope that ends before one that began later; the later one is not harmed", () =>
    withoutLeak(async () => {
      let end = (): void => undefined;
      const gate = new Promise<void>((resolve) => (end = resolve));
      const first = failure(engine.scopeAsync(async () => { tf.scalar(1); await gate; return tf.scalar(2); })); // prettier-ignore
      await turn();
      const second = engine.scopeAsync(async () => {
        end();
        await turn();
        return tf.scalar(3);
      });
      expect(await first).to.have.property("code", "E_ENGINE_SCOPE_OVERLAP");
      const result = await second;
      expect(result.dataSync()[0]).to.equal(3);
      result.dispose();
      expect(tf.engine().state.scopeStack).to.have.length(0);
    }));

  it("runs one after the other", () =>
    withoutLeak(async () => {
      for (let i = 0; i < 3; i++) await engine.scopeAsync(async () => void tf.scalar(i));
    }));
});
