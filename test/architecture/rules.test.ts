import { expect } from "chai";
import {
  dependencyProblems,
  importProblems,
  importsOf,
  membersOf,
  metaProblems,
  presetProblems,
  readmeProblems,
  textProblems,
} from "./rules.ts";

const row = { packages: ["@fastap/kernel"], node: false };
const file = (text: string, path = "plugins/x/src/x.ts"): { path: string; text: string } => ({ path, text });
const problems = (text: string): string[] => importProblems(file(text), "@fastap/plugin-x", row);

/** A check that cannot fail checks nothing: every rule meets a planted violation. */
describe("architecture rules report what they forbid", () => {
  it("finds static, dynamic, type, side-effect and re-exporting imports", () => {
    const text = `import a from "a";\nimport type { B } from "b";\nimport "c";\nexport * from "d";\nconst e = await import("e");\nimport {\n  f,\n} from "f";`;
    expect(importsOf(file(text))).to.have.members(["a", "b", "c", "d", "e", "f"]);
    expect(importsOf(file(`// import "x";\n/* import "y"; */`))).to.deep.equal([]);
  });

  it("imports outside of the matrix", () => {
    expect(problems(`import type { Run } from "@fastap/kernel";\nimport { x } from "./y.ts";`)).to.deep.equal([]);
    expect(problems(`import { x } from "@fastap/plugin-y";`)).to.have.length(1);
    expect(problems(`import { x } from "@fastap/kernel/dist/loop.js";`)[0]).to.contain("inside");
    expect(problems(`import { readFile } from "node:fs";`)[0]).to.contain("browser");
    expect(problems(`import x from "../../../sandbox/mnist/x.ts";`)[0]).to.contain("sandbox");
    expect(problems(`import { x } from "./y.js";`)[0]).to.contain(".ts");
    expect(dependencyProblems("plugins/x", ["lodash"], row)).to.have.length(1);
  });

  it("hidden randomness, tfjs state, empty names and long files", () => {
    const text = (source: string, path?: string): string[] => textProblems(file(source, path), "plugins/x");
    expect(text("const r = Math.random();")).to.have.length(1);
    expect(text(`await tf.setBackend("cpu");`)).to.have.length(1);
    expect(text(`tf.env().set("A", 1);`)).to.have.length(1);
    expect(textProblems(file(`await tf.setBackend("cpu");`), "plugins/engine-x")).to.deep.equal([]);
    expect(text("", "plugins/x/src/utils.ts")).to.have.length(1);
    expect(text("x\n".repeat(301))).to.have.length(1);
    expect(text("x\n".repeat(300))).to.have.length(0);
  });

  it("presets with logic, READMEs with gaps, meta that lies", () => {
    expect(presetProblems(file("export const p = { plugins: [] };"))).to.deep.equal([]);
    expect(presetProblems(file("if (x) y();"))).to.have.length(1);
    expect(presetProblems(file("a\n".repeat(41)))).to.have.length(1);
    expect(readmeProblems("README.md", "# x", true)).to.have.length(4);
    const manifest = { name: "@fastap/plugin-x", version: "0.1.0", peerDependencies: { "@fastap/kernel": "^0.1.0" } };
    expect(metaProblems("plugins/x", { name: "x", version: "0.1.0", kernel: "^0.1.0" }, manifest)).to.deep.equal([]);
    expect(metaProblems("plugins/x", { name: "y", version: "0.2.0", kernel: "*" }, manifest)).to.have.length(4);
  });

  it("finds the members of merged interfaces", () => {
    expect(
      membersOf(file(`interface Registries {\n  /** a: b */\n  models: Model;\n  readonly losses: Loss;\n}`), "Registries"),
    ).to.deep.equal(["models", "losses"]);
  });
});
