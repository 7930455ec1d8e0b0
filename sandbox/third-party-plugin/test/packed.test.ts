import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const packed = ["@fastap/kernel", "@fastap/contract", "fastap-plugin-grad-norm"];
const suite = `
import { describePlugin } from "@fastap/contract";
import { gradNorm } from "fastap-plugin-grad-norm";

describePlugin(gradNorm, { options: { every: 2 }, packageUrl: new URL("node_modules/fastap-plugin-grad-norm/package.json", import.meta.url) });
`;

/** What a third party gets: tarballs in an empty project, and the contract kit run from there. */
describe("fastap-plugin-grad-norm from packed tarballs", () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "fastap-third-party-"));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it("keeps the plugin contract", async () => {
    const workspaces = packed.flatMap((name) => ["--workspace", name]);
    const { stdout } = await exec("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir, ...workspaces], { cwd: root });
    const tarballs = tarballNames(stdout).map((name) => `./${name}`);
    expect(tarballs).to.have.length(packed.length);
    await writeFile(join(dir, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await writeFile(join(dir, "contract.test.js"), suite);
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    const { NODE_OPTIONS: _, ...env } = process.env;
    await exec("npm", ["install", ...quiet, ...tarballs, "mocha@12"], { cwd: dir, env });
    const report = await exec(process.execPath, ["node_modules/mocha/bin/mocha.js", "--reporter", "json", "contract.test.js"], {
      cwd: dir,
      env,
    });
    const { stats } = JSON.parse(report.stdout) as { stats: { passes: number; failures: number } };
    expect(stats.failures).to.equal(0);
    expect(stats.passes).to.be.at.least(10);
  }).timeout(120_000);
});

/** npm 10 prints a list, npm 11 an object by package name. */
function tarballNames(json: string): string[] {
  const entries = Object.values(JSON.parse(json) as Record<string, { readonly filename: string }>);
  return entries.map(({ filename }) => filename);
}
