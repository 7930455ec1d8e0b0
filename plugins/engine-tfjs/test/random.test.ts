import { createRandom } from "@fastap/plugin-engine-tfjs";
import { expect } from "chai";
import fc from "fast-check";
import { thrownBy } from "./cpu-engine.ts";

const draw = (random: ReturnType<typeof createRandom>, n = 8): number[] => Array.from({ length: n }, () => random.uniform());

describe("random", () => {
  it("gives the numbers it always gave", () => {
    const random = createRandom(42);
    expect(draw(random, 4)).to.deep.equal([0.8974574145395309, 0.09236062574200332, 0.24157128250226378, 0.8085882624145597]);
    expect([...random.permutation(8)]).to.deep.equal([3, 2, 7, 4, 0, 1, 6, 5]);
  });

  it("gives the same numbers for the same seed and others for another", () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (seed) => {
      expect(draw(createRandom(seed))).to.deep.equal(draw(createRandom(seed)));
      expect(draw(createRandom(seed))).to.not.deep.equal(draw(createRandom(seed === 0 ? 1 : -seed)));
    })); // prettier-ignore
  });

  it("permutes: every index once", () => {
    fc.assert(fc.property(fc.integer(), fc.nat(200), (seed, n) => {
      const sorted = [...createRandom(seed).permutation(n)].toSorted((a, b) => a - b);
      expect(sorted).to.deep.equal(Array.from({ length: n }, (_, i) => i));
    })); // prettier-ignore
  });

  it("draws whole numbers within range", () => {
    fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, n) => {
      const value = createRandom(seed).int(n);
      expect(Number.isInteger(value) && value >= 0 && value < n).to.equal(true);
    })); // prettier-ignore
  });

  it("continues bit by bit from a state, whatever was drawn before", () => {
    fc.assert(fc.property(fc.integer(), fc.array(fc.constantFrom("uniform", "normal"), { maxLength: 9 }), (seed, drawn) => {
      const random = createRandom(seed);
      for (const method of drawn) random[method as "uniform" | "normal"]();
      const state = JSON.parse(JSON.stringify(random.state())) as number[];
      const next = [random.normal(), random.uniform(), ...random.permutation(5)];
      const restored = createRandom(0);
      restored.restore(state);
      expect([restored.normal(), restored.uniform(), ...restored.permutation(5)]).to.deep.equal(next);
    })); // prettier-ignore
  });

  it("forks by label: reproducible, independent, without advancing", () => {
    fc.assert(fc.property(fc.integer(), fc.string(), fc.string(), (seed, one, other) => {
      fc.pre(one !== other);
      const random = createRandom(seed);
      const before = random.state();
      const fork = draw(random.fork(one));
      expect(random.state()).to.deep.equal(before);
      expect(draw(random.fork(one))).to.deep.equal(fork);
      expect(draw(random.fork(other))).to.not.deep.equal(fork);
      expect(draw(createRandom(seed))).to.not.deep.equal(fork);
    })); // prettier-ignore
  });

  it("has the moments of a uniform and a normal", () => {
    const random = createRandom(7);
    const n = 50_000;
    const moments = (values: number[]): number[] => {
      const mean = values.reduce((a, b) => a + b, 0) / n;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / n];
    };
    const [uniformMean, uniformVariance] = moments(draw(random, n));
    const [normalMean, normalVariance] = moments(Array.from({ length: n }, () => random.normal()));
    expect(uniformMean).to.be.closeTo(0.5, 0.01);
    expect(uniformVariance).to.be.closeTo(1 / 12, 0.005);
    expect(normalMean).to.be.closeTo(0, 0.02);
    expect(normalVariance).to.be.closeTo(1, 0.03);
  });

  it("names bad input", () => {
    expect(thrownBy(() => createRandom(0.5))).to.have.property("code", "E_ENGINE_SEED");
    expect(thrownBy(() => createRandom(1).int(0))).to.have.property("code", "E_ENGINE_RANDOM_RANGE");
    expect(thrownBy(() => createRandom(1).permutation(-1))).to.have.property("code", "E_ENGINE_RANDOM_RANGE");
    for (const state of [
      [1, 2, 3],
      [0, 0, 0, 0],
      [1.5, 0, 0, 0],
    ]) {
      expect(thrownBy(() => createRandom(1).restore(state))).to.have.property("code", "E_ENGINE_RANDOM_STATE");
    }
  });
});
