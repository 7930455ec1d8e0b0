import { join } from "node:path";
import { loadConfig } from "@fastap/plugin-config";
import { expect } from "chai";
import { rejection, tempDir } from "./temp-dir.ts";

const YAML = "presets: [core]\nseed: 7\ntask:\n  fit: [fitOneCycle, { nEpoch: 3 }]\n";
const env = {};

describe("loadConfig", () => {
  it("reads YAML, JSON and the key of package.json, each in its own directory", async () => {
    for (const [name, text] of [
      ["fastap.config.yaml", YAML],
      ["fastap.config.yml", YAML],
      ["fastap.config.json", '{ "presets": ["core"], "seed": 7, "task": { "fit": ["fitOneCycle", { "nEpoch": 3 }] } }'],
      [
        "package.json",
        '{ "name": "x", "fastap": { "presets": ["core"], "seed": 7, "task": { "fit": ["fitOneCycle", { "nEpoch": 3 }] } } }',
      ],
    ] as const) {
      const cwd = tempDir({ [name]: text });
      const { config, file, root } = await loadConfig({ cwd, env });
      expect(config).to.deep.equal({ presets: ["core"], seed: 7, task: { fit: ["fitOneCycle", { nEpoch: 3 }] } });
      expect([file, root]).to.deep.equal([join(cwd, name), cwd]);
      expect((await loadConfig({ cwd, path: name, env })).config).to.deep.equal(config);
    }
  });

  it("searches no parent, and runs no code that it merely finds", async () => {
    const cwd = tempDir({ "fastap.config.yaml": YAML, "inner/fastap.config.js": "globalThis.ran = true;", "inner/package.json": "{}" });
    const error = await rejection(loadConfig({ cwd: join(cwd, "inner"), env }));
    expect(error).to.include({ code: "E_CONFIG_NOT_FOUND" });
    expect(globalThis).to.not.have.property("ran");
  });

  it("loads JS and TS that is named", async () => {
    const cwd = tempDir({
      "a.mjs": "export default { seed: 1 };",
      "b.cjs": "module.exports = { seed: 2 };",
      "c.ts": "const seed: number = 3; export const config = { seed };",
      "package.json": '{ "type": "module" }',
    });
    const seeds = [];
    for (const path of ["a.mjs", "b.cjs", "c.ts"]) seeds.push((await loadConfig({ cwd, path, env })).config.seed);
    expect(seeds).to.deep.equal([1, 2, 3]);
  });

  it("names file, line and column of what is malformed", async () => {
    for (const [name, text, place] of [
      ["fastap.config.yaml", "seed: 1\ntask:\n  model: [mlp, {\n", ":4:1"],
      ["fastap.config.yaml", "seed: 1\n\tbackend: wasm\n", ":2:1"],
      ["fastap.config.json", '{\n  "seed": 1,\n  "task": }\n', ":3:11"],
      ["fastap.config.json", '{ "seed": 1, }', ":1:14"],
      ["fastap.config.json", '{ "seed": [1, 2', ":1:16"],
    ] as const) {
      const cwd = tempDir({ [name]: text });
      const error = await rejection(loadConfig({ cwd, env }));
      expect(error).to.include({ code: "E_CONFIG_SYNTAX" });
      expect(error.message).to.include(join(cwd, name) + place);
    }
  });

  it("refuses keys that reach a prototype, wherever they stand", async () => {
    for (const [name, text, path] of [
      ["fastap.config.yaml", "__proto__:\n  x: 1\n", "__proto__"],
      ["fastap.config.json", '{ "task": { "model": ["mlp", { "constructor": {} }] } }', "task.model.1.constructor"],
      ["fastap.config.yaml", "plugins: [[a, { prototype: 1 }]]", "plugins.0.1.prototype"],
      ["package.json", '{ "fastap": { "__proto__": { "polluted": true } } }', "__proto__"],
    ] as const) {
      const error = await rejection(loadConfig({ cwd: tempDir({ [name]: text }), env }));
      expect(error).to.include({ code: "E_CONFIG_PROTO" });
      expect(error.message).to.include(`"${path}"`);
    }
    expect({}).to.not.have.property("polluted");
  });

  it("refuses a YAML alias that stands in itself", async () => {
    const error = await rejection(loadConfig({ cwd: tempDir({ "fastap.config.yaml": "task: &t\n  data: [idx, *t]\n" }), env }));
    expect(error).to.include({ code: "E_CONFIG_ALIAS" });
  });

  it("ignores cosmiconfig's own $import and config files", async () => {
    const cwd = tempDir({ "fastap.config.yaml": "$import: other.js\n", "other.js": "globalThis.ran = true;" });
    expect(await rejection(loadConfig({ cwd, env }))).to.include({ code: "E_CONFIG_KEY" });
    expect(globalThis).to.not.have.property("ran");
  });

  it("extends other files, anchors their paths, and reports a circle", async () => {
    const cwd = tempDir({
      "base/base.yaml": "seed: 1\nbackend: cpu\nplugins: [./own.js, [a, { x: 1, y: 1 }]]\n",
      "more.json": '{ "seed": 2, "task": { "loss": "l1" } }',
      "fastap.config.yaml": "extends: [base/base.yaml, more.json]\nplugins: [[a, { y: 2 }]]\ntask: { opt: sgd }\n",
      "one.yaml": "extends: two.yaml",
      "two.yaml": "extends: one.yaml",
    });
    const { config, files } = await loadConfig({ cwd, env });
    expect(config).to.deep.equal({
      seed: 2,
      backend: "cpu",
      plugins: [join(cwd, "base/own.js"), ["a", { x: 1, y: 2 }]],
      task: { loss: "l1", opt: "sgd" },
    });
    expect(files).to.deep.equal(["base/base.yaml", "more.json", "fastap.config.yaml"].map((f) => join(cwd, f)));
    const error = await rejection(loadConfig({ cwd, path: "one.yaml", env }));
    expect(error).to.include({ code: "E_CONFIG_CYCLE" });
    expect(error.message).to.include(["one.yaml", "two.yaml", "one.yaml"].map((f) => join(cwd, f)).join(" → "));
  });

  it("lets the environment win over the file, overrides over that, and --set over all", async () => {
    const cwd = tempDir({ "fastap.config.yaml": "backend: wasm" });
    const backend = async (more: Parameters<typeof loadConfig>[0]): Promise<unknown> =>
      (await loadConfig({ cwd, env, ...more })).config.backend;
    expect(await backend({})).to.equal("wasm");
    expect(await backend({ env: { FASTAP_BACKEND: "cpu" } })).to.equal("cpu");
    expect(await backend({ env: { FASTAP_BACKEND: "cpu" }, overrides: { backend: "native" } })).to.equal("native");
    expect(await backend({ overrides: { backend: "native" }, set: ["backend=webgpu"] })).to.equal("webgpu");
  });
});

describe("--set", () => {
  const set = async (...set: string[]): Promise<unknown> =>
    (await loadConfig({ cwd: tempDir({ "fastap.config.yaml": YAML }), set, env })).config;

  it("steps into lists, gives bare names options, and reads JSON, YAML or text", async () => {
    expect(
      await set("task.fit.1.nEpoch=1", "task.data=idx", "task.data.1.dir=C: d", "task.metric=[accuracy, [fBeta, {beta: 2}]]"),
    ).to.deep.equal({
      presets: ["core"],
      seed: 7,
      task: { fit: ["fitOneCycle", { nEpoch: 1 }], data: ["idx", { dir: "C: d" }], metrics: ["accuracy", ["fBeta", { beta: 2 }]] },
    });
  });

  it("refuses what is no setting, a place outside a list, prototypes, and unknown keys", async () => {
    for (const [text, code] of [
      ["seed", "E_CONFIG_SET"],
      ["presets.4=vision", "E_CONFIG_SET"],
      ["seed.x=1", "E_CONFIG_SET"],
      ["task..fit=1", "E_CONFIG_SET"],
      ["__proto__.x=1", "E_CONFIG_PROTO"],
      ["task.constructor.prototype.x=1", "E_CONFIG_PROTO"],
      ['task.fit.1={"__proto__":{"x":1}}', "E_CONFIG_PROTO"],
      ["task.modle=mlp", "E_CONFIG_KEY"],
      ["seed=many", "E_CONFIG_VALUE"],
    ] as const) {
      const error = await rejection(set(text));
      expect(error, text).to.include({ code });
      expect(error.message).to.include("--set");
    }
    expect({}).to.not.have.property("x");
  });
});
