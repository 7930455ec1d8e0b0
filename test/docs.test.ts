import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { loadConfig } from "@fastap/plugin-config";
import { expect } from "chai";
import { packageFolders, root } from "./architecture/house.ts";
import { fencesOf, readFences, type Fence } from "./docs/fences.ts";

const exec = promisify(execFile);
const readmes = ["README.md", ...packageFolders().map((folder) => `${folder}/README.md`)].filter((file) => existsSync(join(root, file)));
const fences = readmes.flatMap((file) => readFences(root, file));
const sources = fences.filter((f) => f.language === "ts");
const configs = fences.filter((f) => f.language === "yaml");
const where = ({ file, line }: Fence): string => `${file}:${line}`;

const compilerOptions = {
  composite: false,
  incremental: false,
  declaration: false,
  isolatedDeclarations: false,
  noEmit: true,
  noUnusedLocals: false,
  types: ["node"],
};

/** What the READMEs show compiles, loads and, where a fence says so, runs: \`\`\`ts run. */
describe("documentation", () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(root, "test", ".docs-"));
    await Promise.all(sources.map((fence, i) => writeFile(join(dir, `fence${i}.ts`), `${fence.code}export {};\n`)));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it(`compiles every ts fence (${sources.length})`, async () => {
    await writeFile(
      join(dir, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions, include: ["*.ts", "../docs/given.d.ts"] }),
    );
    expect(await compile(dir)).to.deep.equal([]);
  }).timeout(60_000);

  for (const fence of configs) {
    it(`loads the config at ${where(fence)}`, async () => {
      const path = join(dir, "fastap.config.yaml");
      await writeFile(path, fence.code);
      await loadConfig({ path });
    });
  }

  for (const [i, fence] of sources.entries()) {
    if (!fence.marks.includes("run")) continue;
    it(`runs ${where(fence)}`, async () => {
      const file = join(dir, `fence${i}.ts`);
      await exec(process.execPath, ["--import", "tsx", file], { cwd: root, timeout: 110_000 });
    }).timeout(120_000);
  }

  it("sees fences, their marks and their lines", () => {
    const [first, second] = fencesOf("x.md", "a\n```ts run\nx;\n```\n```sh\nls\n```\n");
    expect(first).to.deep.equal({ file: "x.md", line: 2, language: "ts", marks: ["run"], code: "x;\n" });
    expect(second?.language).to.equal("sh");
    expect(() => fencesOf("x.md", "```ts\n")).to.throw("never closed");
  });
});

/** Errors of tsc, at the place in the README where the line is. */
async function compile(dir: string): Promise<string[]> {
  const { stdout } = await exec("npx", ["tsc", "-p", dir, "--pretty", "false"], { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  return stdout.split("\n").flatMap((line) => {
    const [, file = "", at = "0", message = ""] = /^(.*?)\((\d+),\d+\): (error .*)$/.exec(line) ?? [];
    if (message === "") return [];
    const index = /fence(\d+)\.ts$/.exec(file)?.[1];
    const fence = index === undefined ? undefined : sources[Number(index)];
    return [fence === undefined ? `${relative(root, file)}: ${message}` : `${fence.file}:${fence.line + Number(at)}: ${message}`];
  });
}
