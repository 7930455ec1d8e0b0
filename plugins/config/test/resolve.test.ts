import { join } from "node:path";
import { ComposeError } from "@fastap/kernel";
import { loadHost, loadParts, resolveParts } from "@fastap/plugin-config";
import { expect } from "chai";
import { rejection, tempDir } from "./temp-dir.ts";

const plugin = (name: string, more = "", meta = ""): string => `
export const ${name} = { meta: { name: "${name}", version: "1.0.0", kernel: "^0.1.0", ${meta} }, parseOptions: (o) => o, apply(host, options) { (globalThis.applied ??= {}).${name} = options; } };
${more}`;
const pkg = (name: string, exports: unknown = "./index.js"): string => JSON.stringify({ name, type: "module", version: "1.0.0", exports });
const installed = (name: string, code: string, exports?: unknown): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: pkg(name, exports),
  [`node_modules/${name}/index.js`]: code,
});

const FILES = {
  ...installed("@fastap/preset-zoo", `import { cat } from "fastap-plugin-cat"; export const zoo = { name: "zoo", plugins: [cat] };`),
  ...installed("fastap-plugin-cat", plugin("cat")),
  ...installed("fastap-plugin-dog", plugin("dog"), { ".": { import: "./index.js" } }),
  ...installed("@them/bird", plugin("bird", plugin("other"))),
  "own/fish.js": plugin("fish"),
  "package.json": '{ "type": "module" }',
};

describe("resolveParts", () => {
  it("finds presets, their plugins by name, both spellings of packages, npm names and paths", async () => {
    const root = tempDir(FILES);
    const plugins = ["cat", ["fastap-plugin-cat", { x: 1 }], "dog", "@them/bird", ["./own/fish.js", { y: 2 }]] as const;
    const parts = await resolveParts({ presets: ["zoo"], plugins, seed: 3 }, root);
    expect(parts.problems).to.deep.equal([]);
    expect(parts.presets.map((p) => p.name)).to.deep.equal(["zoo"]);
    expect(JSON.parse(JSON.stringify(parts.plugins))).to.deep.equal(
      [
        "cat",
        ["cat", { x: 1 }],
        { meta: { name: "dog", version: "1.0.0", kernel: "^0.1.0" } },
        { meta: { name: "bird", version: "1.0.0", kernel: "^0.1.0" } },
        [{ meta: { name: "fish", version: "1.0.0", kernel: "^0.1.0" } }, { y: 2 }],
      ].map((p) => p),
    );
    expect(parts.config).to.deep.equal({ seed: 3, root });
  }).timeout(10_000);

  it("collects every name that leads to nothing, each with the nearest", async () => {
    const root = tempDir({ ...FILES, "own/broken.js": "throw new Error('boom');", "own/empty.js": "export const x = 1;" });
    const { problems } = await resolveParts(
      { presets: ["zooo"], plugins: ["dgo", "./nowhere.js", "./own/broken.js", "./own/empty.js"] },
      root,
    );
    expect(problems.map((p) => p.code)).to.deep.equal([
      "E_CONFIG_PRESET_UNKNOWN",
      "E_CONFIG_PLUGIN_UNKNOWN",
      "E_CONFIG_PLUGIN_UNKNOWN",
      "E_CONFIG_IMPORT",
      "E_CONFIG_EXPORT",
    ]);
    expect(problems[0]?.message).to.include('Did you mean "zoo"?').and.include("npm install @fastap/preset-zooo");
    expect(problems[1]?.message).to.include('Did you mean "dog"?').and.include("npm install @fastap/plugin-dgo");
    expect(problems[3]?.message).to.include("boom");
  });
});

describe("loadHost", () => {
  it("composes a host, gives options to plugins that are there, and takes the file's directory as root", async () => {
    const cwd = tempDir({ ...FILES, "fastap.config.yaml": "preset: zoo\nplugins: [[dog, false], ./own/fish.js]\n" });
    await using host = await loadHost({ cwd, env: {}, pluginOptions: { cat: { mode: 1 }, dog: { mode: 1 }, bird: { mode: 1 } } }).catch(
      async (error: unknown) => {
        expect(error).to.be.instanceOf(ComposeError); // [dog, false] is unknown to a kernel that never saw dog
        throw error;
      },
    );
    expect(host.plugins.map((p) => p.meta.name)).to.deep.equal(["cat", "fish"]);
    expect(host.config.root).to.equal(cwd);
    expect(globalThis)
      .to.have.property("applied")
      .that.deep.equals({ cat: { mode: 1 }, fish: {} });
  });

  it("throws one ComposeError with unresolved names and the kernel's problems, and applies nothing", async () => {
    const cwd = tempDir({
      ...FILES,
      "bad.js": plugin("bad", "", 'requires: ["nothing"]').replace("1.0.0", "one"),
      "fastap.config.yaml": "presets: [zoo]\nplugins: [dgo, brid, ./bad.js]\n",
    });
    Reflect.deleteProperty(globalThis, "applied");
    const error = await rejection(loadHost({ cwd, env: {} }));
    expect(error).to.be.instanceOf(ComposeError);
    const codes = (error as unknown as ComposeError).problems.map((p) => p.code);
    expect(codes).to.deep.equal(["E_CONFIG_PLUGIN_UNKNOWN", "E_CONFIG_PLUGIN_UNKNOWN", "E_PLUGIN_META"]);
    expect(globalThis).to.not.have.property("applied");
  });

  it("knows a preset's plugin by path from the file that extends another", async () => {
    const cwd = tempDir({ ...FILES, "base/b.yaml": "plugins: [../own/fish.js]", "fastap.config.yaml": "extends: base/b.yaml" });
    const { loaded, problems } = await loadParts({ cwd, env: {} });
    expect(problems).to.deep.equal([]);
    expect(loaded.config.plugins).to.deep.equal([join(cwd, "own/fish.js")]);
  });
});
