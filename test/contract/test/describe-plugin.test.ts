import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { scalarEngine, serviceDoubles, sumParts } from "@fastap/contract";
import { createHost } from "@fastap/kernel";
import { expect } from "chai";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Report {
  readonly failures: readonly { readonly title: string }[];
}

describe("the contract kit", () => {
  it("fails a plugin that breaks its laws", async () => {
    const fixture = fileURLToPath(new URL("bad-plugin.fixture.ts", import.meta.url));
    const args = ["node_modules/mocha/bin/mocha.js", "--no-config", "--import=tsx", "--reporter", "json", fixture];
    const run = promisify(execFile)(process.execPath, args, { cwd: root });
    const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
    const { failures } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report;
    expect(failures.map((f) => f.title)).to.have.members([
      "composes with what it requires, and leaves no global behind",
      "names its taps after itself and makes the hooks it declares",
      'refuses {"surelyNoSuchOption":1} with a coded error',
      "refuses 1 with a coded error",
      'refuses "text" with a coded error',
      "refuses null with a coded error",
      "refuses [1] with a coded error",
      "touches no more of a run than it declares, and leaks nothing",
    ]);
  }).timeout(20_000);

  it("has an engine that counts how often a parameter is in a sum, and leaks nothing", async () => {
    const engine = scalarEngine();
    const w = engine.from([2], []);
    const { value, grads } = engine.valueAndGrad(new Map([["w", w]]), () => engine.add(engine.add(w, w), w));
    expect([...(await engine.read(value))]).to.deep.equal([6]);
    for (const grad of grads.values()) expect([...(await engine.read(grad))]).to.deep.equal([3]);
    for (const tensor of [w, value, ...grads.values()]) tensor.dispose();
    expect(engine.memory().tensors).to.equal(0);
  });

  it("has parts that train: each step adds the gradient, 1, to the weight", async () => {
    await using host = await createHost({ plugins: [serviceDoubles(["engine"])] });
    const engine = host.resolve("engine");
    const parts = sumParts(engine, { nEpoch: 3, nTrain: 2 });
    await host.fit(parts);
    expect([...((await parts.model.stateDict()).get("weight")?.data ?? [])]).to.deep.equal([6.5]);
    parts.model.dispose();
    expect(engine.memory().tensors).to.equal(0);
  });
});
