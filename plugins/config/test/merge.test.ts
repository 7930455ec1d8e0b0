import { mergeConfig } from "@fastap/plugin-config";
import type { ConfigFile, PluginSetting } from "@fastap/plugin-config";
import { expect } from "chai";
import fc from "fast-check";

const name = fc.constantFrom("a", "b", "c");
const options = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.oneof(fc.integer(), fc.array(fc.integer(), { maxLength: 2 })), {
  maxKeys: 3,
});
const setting: fc.Arbitrary<PluginSetting> = fc.oneof(name, fc.tuple(name, fc.oneof(options, fc.boolean())));
const config = fc.record(
  {
    presets: fc.array(name, { maxLength: 2 }),
    plugins: fc.array(setting, { maxLength: 4 }),
    backend: name,
    seed: fc.nat(),
    task: fc.record({ model: name, metrics: fc.array(name, { maxLength: 2 }), fit: fc.tuple(name, options) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<ConfigFile>;

describe("mergeConfig", () => {
  it("is associative", () => {
    fc.assert(
      fc.property(config, config, config, (a, b, c) => {
        const left = mergeConfig(mergeConfig(a, b), c);
        expect(left).to.deep.equal(mergeConfig(a, mergeConfig(b, c)));
        expect(left).to.deep.equal(mergeConfig(a, b, c));
      }),
    );
  });

  it("has the empty config as its identity, and changes nothing that it is given", () => {
    fc.assert(
      fc.property(config, config, (a, b) => {
        const copies = structuredClone([a, b]);
        const once = mergeConfig(a);
        expect(mergeConfig({}, a)).to.deep.equal(once);
        expect(mergeConfig(a, {})).to.deep.equal(once);
        mergeConfig(a, b);
        expect([a, b]).to.deep.equal(copies);
      }),
    );
  });

  it("merges plugins by name, replaces lists, and starts afresh after false", () => {
    const base: ConfigFile = { presets: ["p"], plugins: [["a", { x: 1, l: [1, 2] }], "b"], task: { model: "m", metrics: ["u", "v"] } };
    expect(
      mergeConfig(base, {
        presets: ["q"],
        plugins: [
          ["a", { l: [3] }],
          ["b", false],
        ],
        task: { metrics: ["w"] },
      }),
    ).to.deep.equal({
      presets: ["q"],
      plugins: [
        ["a", { x: 1, l: [3] }],
        ["b", false],
      ],
      task: { model: "m", metrics: ["w"] },
    });
    const settings = mergeConfig(base, { plugins: [["a", false]] }, { plugins: [["a", { y: 1 }]] }).plugins;
    expect(settings).to.deep.equal([["a", false], ["a", { y: 1 }], "b"]);
  });

  it("refuses a prototype key and leaves prototypes alone", () => {
    const evil = JSON.parse('{ "task": { "__proto__": { "polluted": 1 } } }') as ConfigFile;
    expect(() => mergeConfig({ task: {} }, evil)).to.throw("E_CONFIG_PROTO");
    expect({}).to.not.have.property("polluted");
  });
});
