import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AnyPlugin } from "@fastap/kernel";
import { expect } from "chai";
import pluralize from "pluralize";
import { has, manifestOf, packageFolders, root, sourcesOf, textOf } from "./architecture/house.ts";
import { importMatrix } from "./architecture/import-matrix.ts";
import {
  dependencyProblems,
  importProblems,
  lineCount,
  median,
  membersOf,
  metaProblems,
  presetProblems,
  readmeProblems,
  textProblems,
} from "./architecture/rules.ts";

const exec = promisify(execFile);
const folders = packageFolders();
const plugins = folders.filter((f) => f.startsWith("plugins/"));
/** Used before there is a host, or by plugins and not by one: no plugins. */
const libraries: ReadonlySet<string> = new Set(["plugins/config", "plugins/cli", "plugins/display"]);
const kernelBudget = 40_000;

describe("architecture", () => {
  it("has a row of the import matrix for every package", () => {
    expect(Object.keys(importMatrix)).to.have.members(folders);
  });

  for (const folder of folders) {
    it(`${folder} imports and depends on what its row allows`, () => {
      const allowance = importMatrix[folder] ?? { packages: [], node: false };
      const { name, dependencies = {}, peerDependencies = {} } = manifestOf(folder);
      const imports = sourcesOf(folder).flatMap((file) => importProblems(file, name, allowance));
      expect([...imports, ...dependencyProblems(folder, Object.keys({ ...dependencies, ...peerDependencies }), allowance)]).to.deep.equal(
        [],
      );
    });

    it(`${folder} has the shape of every package`, () => {
      const missing = ["README.md", "CHANGELOG.md", "src/index.ts"].filter((file) => !has(folder, file));
      if (plugins.includes(folder) && !libraries.has(folder) && !has(folder, "src/plugin.ts")) missing.push("src/plugin.ts");
      expect(missing, "missing").to.deep.equal([]);
      const isPlugin = plugins.includes(folder) && !libraries.has(folder);
      expect(readmeProblems(`${folder}/README.md`, textOf(folder, "README.md"), isPlugin)).to.deep.equal([]);
    });

    it(`${folder} keeps the rules of the house`, () => {
      expect(sourcesOf(folder).flatMap((file) => textProblems(file, folder))).to.deep.equal([]);
    });
  }

  for (const folder of plugins.filter((f) => !libraries.has(f))) {
    it(`${folder} says in meta what package.json says`, async () => {
      const module = (await import(manifestOf(folder).name)) as Record<string, unknown>;
      const found = Object.values(module).filter(isPlugin);
      expect(found, "plugins exported").to.have.length(1);
      expect(found.flatMap(({ meta }) => metaProblems(folder, meta, manifestOf(folder)))).to.deep.equal([]);
    });
  }

  it("has presets of data only", () => {
    const presets = folders.filter((f) => f.startsWith("presets/"));
    expect(presets.flatMap((f) => sourcesOf(f)).flatMap(presetProblems)).to.deep.equal([]);
  });

  it("has index files of exports only", () => {
    const isExport = (text: string): boolean =>
      text
        .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
        .replace(/export (type )?(\*|\{[^}]*\})( as \w+)? from "[^"]+";|import type \{\} from "[^"]+";/g, "")
        .trim() === "";
    const indexes = folders
      .filter((f) => !f.startsWith("presets/"))
      .flatMap((f) => sourcesOf(f).filter((s) => s.path.endsWith("/src/index.ts")));
    expect(indexes.filter((s) => !isExport(s.text)).map((s) => s.path)).to.deep.equal([]);
  });

  it("names registries in the plural", () => {
    const tokens = folders.flatMap((f) => sourcesOf(f)).flatMap((s) => membersOf(s, "Registries"));
    expect(tokens).to.include.members(["backends", "models"]);
    expect(tokens.filter((t) => !pluralize.isPlural(t))).to.deep.equal([]);
  });

  it("keeps the kernel small", () => {
    const dist = join(root, "kernel/dist");
    const bytes = readdirSync(dist)
      .filter((f) => f.endsWith(".js"))
      .reduce((sum, f) => sum + statSync(join(dist, f)).size, 0);
    console.log(`      kernel dist ${(bytes / 1000).toFixed(1)} kB of ${kernelBudget / 1000} kB`);
    expect(bytes).to.be.at.most(kernelBudget);
    expect(Object.keys(manifestOf("kernel").dependencies ?? {})).to.have.members(["awilix", "pluralize", "semver", "tapable"]);
  });

  it("has a median file of about 80 lines", () => {
    const sizes = folders.flatMap((f) => sourcesOf(f)).map((s) => lineCount(s.text));
    console.log(`      ${sizes.length} source files, median ${median(sizes)} lines, longest ${Math.max(...sizes)}`);
    expect(median(sizes)).to.be.at.most(100);
  });

  it("lets nothing import the sandbox", () => {
    const tests = ["kernel", ...plugins].flatMap((f) => sourcesOf(f, "test"));
    expect(tests.filter((t) => /from "[^"]*sandbox/.test(t.text)).map((t) => t.path)).to.deep.equal([]);
  });

  it("has a linter that reports planted long functions, any, ! and default exports", async () => {
    const dir = mkdtempSync(join(tmpdir(), "fastap-lint-"));
    const body = `${"  x += 1;\n".repeat(41)}`;
    writeFileSync(join(dir, "planted.ts"), `export default function planted(a: any): number {\n  let x = a!;\n${body}  return x;\n}\n`);
    try {
      const args = ["-c", join(root, ".oxlintrc.json"), "-f", "json", dir];
      const { stdout } = await exec(join(root, "node_modules/.bin/oxlint"), args).catch((error: unknown) => error as { stdout: string });
      for (const rule of ["max-lines-per-function", "no-explicit-any", "no-non-null-assertion", "no-default-export"])
        expect(stdout).to.contain(rule);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

function isPlugin(value: unknown): value is AnyPlugin {
  return typeof value === "object" && value !== null && "meta" in value && "apply" in value;
}
