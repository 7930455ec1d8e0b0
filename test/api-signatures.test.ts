import { createHost, type Host } from "@fastap/kernel";
import { core } from "@fastap/preset-core";
import { expect } from "chai";
import { ABSENT, DEVIATIONS } from "./api/deviations.ts";
import { FITS, scheduleOf, tinyLearner } from "./api/fits.ts";
import { NumbersOf } from "./api/numbers-of.ts";
import { OURS, type Ours } from "./api/ours.ts";
import { camelCase, readSignatures, type Parameter, type Signatures } from "./api/upstream.ts";

describe("names and defaults of fastai", () => {
  let host: Host;
  let upstream: Signatures;
  before(async () => {
    host = await createHost({ presets: [core], plugins: [["progress", { mode: "none" }]], config: { backend: "cpu", seed: 3 } });
    upstream = await readSignatures();
  });
  after(() => host[Symbol.asyncDispose]());

  const callables = (): [name: string, parameters: readonly Parameter[]][] => Object.values(upstream).flatMap((all) => Object.entries(all));
  const reasonFor = (callable: string, name: string): string | undefined => DEVIATIONS[callable]?.[name] ?? DEVIATIONS["*"]?.[name];

  it("every callable is there, or it is said what stands for it", () => {
    const unknown = callables().flatMap(([name]) => (name in OURS || name in ABSENT ? [] : [name]));
    expect(unknown).to.deep.equal([]);
    const names = new Set(callables().map(([name]) => name));
    expect([...Object.keys(OURS), ...Object.keys(ABSENT)].filter((name) => !names.has(name))).to.deep.equal([]);
  });

  it("every parameter is an option of ours, or it is said why not", () => {
    const missing = callables().flatMap(([callable, parameters]) => {
      const ours = OURS[callable];
      return ours === undefined
        ? []
        : parameters.flatMap(([name]) => (accepts(ours, camelCase(name)) || reasonFor(callable, name) ? [] : [`${callable}(${name})`]));
    });
    expect(missing).to.deep.equal([]);
  });

  it("defaults are the same: given by name, they change no number", async () => {
    for (const [callable, parameters] of callables()) {
      const ours = OURS[callable];
      if (ours === undefined || !("token" in ours)) continue;
      const same = parameters.filter(([name, value]) => value !== undefined && value !== null && reasonFor(callable, name) === undefined);
      const explicit = Object.fromEntries(same.map(([name, value]) => [camelCase(name), value]));
      const numbers = new NumbersOf(host, ours);
      const plain = await numbers.with({});
      expect(plain.length, `${callable} gives numbers`).to.be.greaterThan(0);
      expect(await numbers.with(explicit), `${callable} ${JSON.stringify(explicit)}`).to.deep.equal(plain);
    }
  });

  it("fits have the same defaults: given by name, they change no schedule", async () => {
    for (const [method, fit] of Object.entries(FITS)) {
      const parameters = upstream["Learner methods"]?.[method] ?? [];
      const same = parameters.filter(([name, value]) => value !== undefined && value !== null && reasonFor(method, name) === undefined);
      const explicit = Object.fromEntries(same.map(([name, value]) => [camelCase(name), value]));
      expect(Object.keys(explicit).length, method).to.be.greaterThan(0);
      expect(await scheduleOf(host, fit, explicit), method).to.deep.equal(await scheduleOf(host, fit, {}));
    }
  });

  it("a Learner starts as fastai's", () => {
    const learn = tinyLearner(host);
    const fields: Readonly<Record<string, unknown>> = { ...learn };
    const defaults = upstream["fastai.learner"]?.["Learner"] ?? [];
    const checked = defaults.filter(([name]) => /^(lr|model_dir|wd_bn_bias|train_bn|moms)$/.test(name));
    for (const [name, value] of checked) expect(fields[camelCase(name)], name).to.deep.equal(value);
    expect(checked).to.have.length(5);
    learn.dispose();
  });

  /** A registry's maker refuses strangers by the name of what it knows. */
  function accepts(ours: Ours, option: string): boolean {
    if ("takes" in ours) return ours.takes.includes(option);
    try {
      new NumbersOf(host, ours).make({ [option]: Symbol("no value") });
    } catch (error) {
      return !String(error).includes(`unknown option "${option}"`) && !/takes no options|expected no options/.test(String(error));
    }
    return false;
  }
});
