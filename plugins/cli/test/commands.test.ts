import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fastap, project } from "./project.ts";
import type { Outcome } from "./project.ts";

const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), "utf8");

describe("fastap", () => {
  let cwd = "";
  const ok = async (...args: string[]): Promise<Outcome> => {
    const outcome = await fastap(cwd, args);
    expect(outcome.code, outcome.err).to.equal(0);
    return outcome;
  };
  before(() => {
    cwd = project({ "fastap.config.yaml": "plugin: [./toy.js, { x: 1 }]\n", "in.json": "[[1, 2]]", "m.safetensors": "", "images.idx": "" });
  });

  it("--help lists the commands, --version says which it is", async () => {
    expect((await ok("--help")).out).to.equal(golden("help"));
    expect((await ok("train", "--help")).out).to.equal(golden("train-help"));
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
    expect((await ok("--version")).out).to.equal(`${version}\n`);
  });

  it("train hands its options to the task, and says where files are", async () => {
    const { out } = await ok("train");
    expect(out).to.include("accuracy 0.5").and.include("wrote model.safetensors");
  });

  it("train --json ends stdout with one line, with losses where asked", async () => {
    const { out, err } = await ok("train", "--json", "--epochs", "2", "--max-steps", "5", "--bs", "8", "--max-rows", "9", "--out", "there");
    const options = { epochs: 2, maxSteps: 5, bs: 8, maxRows: 9, out: join(cwd, "there") };
    expect(out.split("\n")).to.have.length(2);
    expect(JSON.parse(out)).to.deep.equal({ accuracy: 0.5, validLoss: 1.25, epochs: 2, seconds: 2, backend: "toy", options });
    expect(err).to.include("wrote model.safetensors");
    expect(JSON.parse((await ok("train", "--json", "--losses")).out))
      .to.have.property("losses")
      .that.deep.equals([3, 2]);
  });

  it("lr-find prints suggestions in 80 columns, or JSON, or that there are none", async () => {
    const { out } = await ok("lr-find");
    expect(out)
      .to.match(/valley +0\.00123 +halfway/)
      .and.include("wrote lr-find.svg");
    expect(Math.max(...out.split("\n").map((line) => line.length))).to.be.at.most(80);
    expect((await ok("lr-find", "--num-it", "3")).out).to.include("no suggestion");
    const want = { suggestions: { valley: 0.00123456 }, lrs: [1, 2], losses: [3, 4], files: ["lr-find.svg"] };
    expect(JSON.parse((await ok("lr-find", "--json")).out)).to.deep.equal(want);
    const refused = await fastap(cwd, ["lr-find", "--start-lr", "0"]);
    expect([refused.code, refused.err]).to.satisfy(([code, err]: [number, string]) => code === 2 && err.includes("above 0"));
  });

  it("validate and predict print tables, or JSON", async () => {
    expect((await ok("validate", "--model", "m.safetensors")).out).to.match(/accuracy +0\.123457/);
    expect(JSON.parse((await ok("validate", "--model", "m.safetensors", "--json")).out)).to.include({ accuracy: 0.123456789 });
    expect((await ok("predict", "in.json", "--model", "m.safetensors")).out)
      .to.include("[[1,2]] (index 1)")
      .and.include("0.75");
    const { out } = await ok("predict", "images.idx#3", "--model", "m.safetensors", "--json");
    expect(JSON.parse(out)).to.deep.equal({ label: JSON.stringify(join(cwd, "images.idx#3")), index: 1, probs: [0.25, 0.75] });
  });

  it("plugins lists what is loaded, with options", async () => {
    expect((await ok("plugins")).out).to.match(/toy +1\.2\.3 +engine, task, backends +– +\{"x":1\}/);
    expect(JSON.parse((await ok("plugins", "--json")).out)).to.deep.equal([
      { name: "toy", version: "1.2.3", provides: ["engine", "task", "backends"], requires: [], options: { x: 1 } },
    ]);
  });

  it("graph draws the loop with its taps in 80 columns", async () => {
    const { out } = await ok("graph");
    expect(out).to.equal(golden("graph"));
    expect(Math.max(...out.split("\n").map((line) => line.length))).to.be.at.most(80);
  });

  it("graph prints Mermaid and JSON too", async () => {
    const { out } = await ok("graph", "--format", "mermaid");
    expect(out)
      .to.match(/^flowchart TB\n/)
      .and.include('afterBatch["afterBatch<br/>1 toy/early<br/>2 toy/late (report)"]');
    expect(out.match(/subgraph/g)).to.have.length(out.match(/\bend\n/g)?.length ?? 0);
    const hooks = JSON.parse((await ok("graph", "--format", "json")).out) as { hook: string; kind: string; taps: unknown[] }[];
    expect(hooks.find((h) => h.hook === "afterPred")).to.deep.equal({ hook: "afterPred", kind: "sync", taps: [{ name: "toy", stage: 0 }] });
    expect(hooks).to.have.length(26);
  });

  it("doctor reports machine, backends and why one is absent", async () => {
    const { out } = await ok("doctor");
    expect(out)
      .to.include(process.versions.node)
      .and.match(/toy +yes +threads 2/)
      .and.match(/gone +no +no GPU here/)
      .and.include("All is well");
    const report = JSON.parse((await ok("doctor", "--json", "--backend", "other")).out) as { backend: string; config: string };
    expect(report).to.include({ ok: true, backend: "other", config: join(cwd, "fastap.config.yaml") });
  });

  it("doctor names the backends that are installed and not in the config", async () => {
    const manifest = (name: string): string => JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" });
    const dir = project({
      "fastap.config.yaml": "plugins: [./toy.js]",
      "node_modules/fastap-plugin-backend-spare/package.json": manifest("fastap-plugin-backend-spare"),
      "node_modules/fastap-plugin-backend-spare/index.js": SPARE,
    });
    const { code, out } = await fastap(dir, ["doctor"]);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/\(spare\) +no +no luck here/)
      .and.match(/In brackets: installed and not in this config/);
  });

  it("doctor reports a broken config and still its backends, with exit 1", async () => {
    const dir = project({ "fastap.config.yaml": "plugins: [./toy.js, ./needy.js]", "needy.js": NEEDY });
    const { code, out } = await fastap(dir, ["doctor", "--json"]);
    const report = JSON.parse(out) as { ok: boolean; backends: { name: string }[]; problems: string[] };
    expect([code, report.ok, report.backends.map((b) => b.name)]).to.deep.equal([1, false, ["toy", "gone"]]);
    expect(report.problems.join()).to.include("E_TOKEN_MISSING");
  });

  it("prints no colours where there is no terminal, and exits by itself", async () => {
    const outcomes = await Promise.all([fastap(cwd, ["doctor"]), fastap(cwd, ["train", "--set", "seed=x"])]);
    for (const { out, err } of outcomes) expect(out + err).to.not.include("\u001b[");
  });
});

const SPARE = `const available = async () => ({ ok: false, reason: "no luck here" });
const make = () => ({ name: "spare", available });
const meta = { name: "backend-spare", version: "1.0.0", kernel: "^0.1.0", provides: ["backends"] };
export const spare = { meta, apply: (host) => host.contribute("backends", { name: "spare", make }) };`;

const NEEDY = `export const needy = { meta: { name: "needy", version: "1.0.0", kernel: "^0.1.0", requires: ["nothing"] }, apply() {} };`;
