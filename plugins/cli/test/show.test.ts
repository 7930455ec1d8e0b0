import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fastap, project } from "./project.ts";
import type { Outcome } from "./project.ts";

describe("fastap show and clean", () => {
  let cwd = "";
  const ok = async (...args: string[]): Promise<Outcome> => {
    const outcome = await fastap(cwd, args);
    expect(outcome.code, outcome.err).to.equal(0);
    return outcome;
  };
  before(() => {
    cwd = project({ "fastap.config.yaml": "plugin: [./toy.js]\n", "m.safetensors": "" });
  });

  it("show writes the picture that its name asks for", async () => {
    expect((await ok("show", "--max-n", "3", "--model", "m.safetensors", "--out", "a.svg")).out).to.equal("wrote a.svg\n");
    expect(JSON.parse(readFileSync(join(cwd, "a.svg"), "utf8"))).to.deep.equal({ model: join(cwd, "m.safetensors"), maxN: 3 });
    expect(JSON.parse((await ok("show", "--out", "b.html", "--json")).out)).to.deep.equal({ file: join(cwd, "b.html") });
    await ok("show");
    expect([...readFileSync(join(cwd, "samples.png"))]).to.deep.equal([1, 2]);
    const { code, err } = await fastap(cwd, ["show", "--out", "c.jpg"]);
    expect([code, err]).to.deep.equal([1, err.match(/E_CLI_PICTURE[^]*\.png, \.svg, \.html[^]*/)?.[0]]);
  });

  it("clean needs a plugin that cleans", async () => {
    const { code, err } = await fastap(cwd, ["clean", "--model", "m.safetensors"]);
    expect(code).to.equal(1);
    expect(err).to.contain("E_CLI_NO_CLEANER").and.contain("plugin-vision");
  });
});
