import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fastap, project } from "./project.ts";

/** Config, arguments, and what stderr must say. */
const CASES: Readonly<Record<string, readonly [file: string, text: string, args: readonly string[], says: readonly string[]]>> = {
  "YAML that is malformed": ["fastap.config.yaml", "seed: 1\ntask: [a, {\n", [], ["E_CONFIG_SYNTAX", "fastap.config.yaml:3:1"]],
  "JSON that is malformed": ["fastap.config.json", '{\n  "seed": }\n', [], ["E_CONFIG_SYNTAX", "fastap.config.json:2:11"]],
  "__proto__ in a config": ["fastap.config.yaml", "__proto__: { x: 1 }", [], ["E_CONFIG_PROTO", '"__proto__"', "fastap.config.yaml"]],
  "__proto__ in --set": ["fastap.config.yaml", "seed: 1", ["--set", "__proto__.x=1"], ["E_CONFIG_PROTO", "--set __proto__.x=1"]],
  "an unknown key": ["fastap.config.yaml", "bakend: wasm", [], ["E_CONFIG_KEY", '"bakend"', 'Did you mean "backend"?']],
  "an unknown key of the task": ["fastap.config.yaml", "task: { mdel: x }", [], ["E_CONFIG_KEY", '"task.mdel"', 'Did you mean "model"?']],
  "an unknown preset": [
    "fastap.config.yaml",
    "presets: [visoin]",
    [],
    ["E_CONFIG_PRESET_UNKNOWN", 'Did you mean "vision"?', "npm install"],
  ],
  "an unknown plugin": [
    "fastap.config.yaml",
    "plugins: [progres]",
    [],
    ["E_CONFIG_PLUGIN_UNKNOWN", 'Did you mean "progress"?', "npm install"],
  ],
  "singular and plural at once": ["fastap.config.yaml", "preset: a\npresets: [b]", [], ["E_CONFIG_TWICE", '"preset" and "presets"']],
  "no config at all": ["other.yaml", "", [], ["E_CONFIG_NOT_FOUND", "--config"]],
  "a config that is not there": ["other.yaml", "", ["--config", "x.yaml"], ["E_CONFIG_NOT_FOUND", "x.yaml"]],
  "a value of a wrong type": ["fastap.config.yaml", "seed: many", [], ["E_CONFIG_VALUE", '"seed"', 'expected a number, received "many"']],
  "a plugin for another kernel": ["fastap.config.yaml", "plugins: [./toy.js, ./old.js]", [], ["E_PLUGIN_VERSION", "^9.0.0"]],
};
const OLD = `export const old = { meta: { name: "old", version: "1.0.0", kernel: "^9.0.0" }, apply() {} };`;

describe("fastap, given bad input", () => {
  for (const [what, [file, text, args, says]] of Object.entries(CASES)) {
    it(`refuses ${what}: exit 1, no stack, nothing written`, async () => {
      const cwd = project({ [file]: text, "old.js": OLD });
      const before = readdirSync(cwd);
      const { code, out, err } = await fastap(cwd, ["train", ...args]);
      expect({ code, out }, err).to.deep.equal({ code: 1, out: "" });
      for (const part of says) expect(err).to.include(part);
      expect(err).to.not.match(/\n\s+at .*\.js:\d+/);
      expect(readdirSync(cwd)).to.deep.equal(before);
    });
  }

  it("shows stacks only to who asks", async () => {
    const cwd = project({ "fastap.config.yaml": "plugins: [./toy.js]" });
    const args = ["train", "--max-steps", "98"];
    expect((await fastap(cwd, args)).err)
      .to.include("TypeError: broken")
      .and.not.match(/\n\s+at .*toy\.js:\d+/);
    expect((await fastap(cwd, [...args, "--verbose"])).err).to.match(/\n\s+at .*toy\.js:\d+/);
    expect((await fastap(cwd, args, { FASTAP_DEBUG: "1" })).err).to.match(/\n\s+at .*toy\.js:\d+/);
  });

  it("answers a wrong command line with what was meant and exit 2", async () => {
    const cwd = project({});
    expect(await fastap(cwd, ["trian"]))
      .to.include({ code: 2 })
      .with.property("err")
      .that.includes("Did you mean train?");
    expect(await fastap(cwd, ["train", "--bacend", "cpu"]))
      .to.include({ code: 2 })
      .with.property("err")
      .that.includes("--backend");
    expect(await fastap(cwd, ["train", "--epochs", "0"]))
      .to.include({ code: 2 })
      .with.property("err")
      .that.includes("whole number");
    expect(await fastap(cwd, ["train", "--progress", "loud"])).to.include({ code: 2 });
    expect(await fastap(cwd, ["validate"]))
      .to.include({ code: 2 })
      .with.property("err")
      .that.includes("--model");
  });

  it("names a missing model or input before anything runs", async () => {
    const cwd = project({ "fastap.config.yaml": "plugins: [./toy.js]", "m.safetensors": "", "bad.json": "[1," });
    expect((await fastap(cwd, ["validate", "--model", "none"])).err)
      .to.include("E_CLI_FILE")
      .and.include(join(cwd, "none"));
    expect((await fastap(cwd, ["predict", "none.json", "--model", "m.safetensors"])).err).to.include("E_CLI_FILE");
    expect((await fastap(cwd, ["predict", "bad.json", "--model", "m.safetensors"])).err).to.include("E_CLI_INPUT");
  });

  it("disposes the host on Ctrl-C and exits with 130", async () => {
    const cwd = project({ "fastap.config.yaml": "plugins: [./toy.js]" });
    const { code, err } = await fastap(cwd, ["train", "--max-steps", "99"], {}, "training");
    expect(code).to.equal(130);
    expect(err).to.include("interrupted").and.include("disposed");
  });
});
