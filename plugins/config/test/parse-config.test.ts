import { readFileSync } from "node:fs";
import { ComposeError } from "@fastap/kernel";
import { configJsonSchema, parseConfig } from "@fastap/plugin-config";
import { expect } from "chai";

const failure = (raw: unknown): Error & { code: string } => {
  try {
    parseConfig(raw, "x.yaml");
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("expected an error");
};

describe("parseConfig", () => {
  it("suggests the key that was meant, at the root and in the task", () => {
    expect(failure({ bakend: "wasm" }).message)
      .to.include('unknown key "bakend"')
      .and.include('Did you mean "backend"?')
      .and.include("x.yaml");
    expect(failure({ task: { modle: "mlp" } }).message)
      .to.include('unknown key "task.modle"')
      .and.include('Did you mean "model"?');
  });

  it("names path, expected and received of a wrong value", () => {
    const cases: readonly [unknown, string, string, string][] = [
      [{ seed: "many" }, '"seed"', "a number", '"many"'],
      [{ seed: 1.5 }, '"seed"', "a whole number", "1.5"],
      [{ seed: -1 }, '"seed"', "at least 0", "-1"],
      [{ presets: [1] }, '"presets.0"', "a text", "1"],
      [{ backend: "" }, '"backend"', "a text that is not empty", '""'],
      [{ plugins: [["a", 3]] }, '"plugins.0"', "a name, [name, { options }] or [name, false]", '["a",3]'],
      [{ task: { model: ["a"] } }, '"task.model"', "a name, or [name, options]", '["a"]'],
      [undefined, "wrong type", "an object", "nothing"],
      ["core", "wrong type", "an object", '"core"'],
    ];
    for (const [raw, path, expected, received] of cases) {
      const { code, message } = failure(raw);
      expect(code).to.equal("E_CONFIG_VALUE");
      expect(message).to.include(path).and.include(`expected ${expected}, received ${received}`);
    }
  });

  it("lists all problems at once", () => {
    const error = failure({ bakend: "wasm", seed: "x", task: { modle: 1 } });
    expect(error).to.be.instanceOf(ComposeError);
    expect((error as unknown as ComposeError).problems.map((p) => p.code)).to.have.members([
      "E_CONFIG_KEY",
      "E_CONFIG_VALUE",
      "E_CONFIG_KEY",
    ]);
  });

  it("takes singular and plural of a registry as one key, and a lone entry as a list of one", () => {
    expect(parseConfig({ preset: "vision", plugin: ["progress", { mode: "none" }], backends: "cpu" }, "x")).to.deep.equal({
      presets: ["vision"],
      plugins: [["progress", { mode: "none" }]],
      backend: "cpu",
    });
    expect(parseConfig({ plugins: ["a", "b"], task: { metric: "accuracy", losses: "l1", models: "mlp" } }, "x")).to.deep.equal({
      plugins: ["a", "b"],
      task: { metrics: ["accuracy"], loss: "l1", model: "mlp" },
    });
    expect(failure({ preset: "a", presets: ["b"] }).message).to.include('"preset" and "presets" are the same key');
    expect(failure({ task: { metrics: ["a"], metric: "b" } })).to.include({ code: "E_CONFIG_TWICE" });
  });

  it("has its JSON Schema in the package", () => {
    const file = new URL("../dist/fastap.schema.json", import.meta.url);
    const schema = JSON.parse(readFileSync(file, "utf8")) as { properties: object };
    expect(schema).to.deep.equal(JSON.parse(JSON.stringify(configJsonSchema())));
    expect(schema.properties).to.have.all.keys("$schema", "extends", "presets", "plugins", "backend", "seed", "task");
  });
});
