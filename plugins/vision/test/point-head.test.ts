import type { Host, Tensor } from "@fastap/kernel";
import { SoftArgmax, createHead } from "@fastap/plugin-vision";
import { expect } from "chai";
import { errorOf } from "./error-of.ts";
import { visionHost } from "./vision-host.ts";

describe("a head for points", () => {
  let host: Host;
  before(async () => {
    host = await visionHost();
  });
  after(async () => host[Symbol.asyncDispose]());

  it("tells the middle of the cell that is highest, x before y, and the middle where all are alike", async () => {
    const engine = host.resolve("engine");
    const maps = new Float32Array(3 * 5 * 2);
    maps[(1 * 5 + 4) * 2] = 100; // row 1, column 4 of the first map; the second is flat
    const before = engine.memory().tensors;
    const x = engine.from(maps, [1, 3, 5, 2], "float32");
    const layer = new SoftArgmax();
    layer.init({ engine, random: host.resolve("random") });
    const y = engine.scope(() => layer.forward(x) as Tensor);
    expect(y.shape).to.deep.equal([1, 4]);
    const found = await engine.read(y);
    for (const [i, at] of [4 / 5, 0, 0, 0].entries()) expect(found[i]).to.be.closeTo(at, 1e-6);
    for (const each of [x, y]) each.dispose();
    expect(engine.memory().tensors).to.equal(before);
  });

  it("has an output pair for each point, and refuses odd numbers", async () => {
    const head = createHead(6, 4, { points: true, linFtrs: [8] });
    expect([...head.saved()].map(([name, { shape }]) => [name, shape]).filter(([name]) => String(name).endsWith("weight"))).to.deep.equal([
      ["0.0.weight", [8, 6, 1, 1]],
      ["0.1.weight", [8]],
      ["1.0.weight", [2, 8, 1, 1]],
    ]);
    const error = await errorOf(() => createHead(6, 3, { points: true }));
    expect(error.message).to.include("even number").and.include("3");
  });
});
