import type { Param } from "@fastap/kernel";
import { adam, ranger, sgd } from "@fastap/plugin-optimizers";
import { expect } from "chai";
import { engine } from "./engine.ts";
import { codeOf, param, stepOnce, useFixture } from "./fixture.ts";

describe("an optimizer's state", () => {
  const { params, build } = useFixture();

  it("forgets moments and counts on clearState", async () => {
    const [w] = params(param("w", [0])) as [Param];
    const opt = build(adam(engine, { wd: 0 }), [[w]]);
    stepOnce(opt, { w: [1] });
    opt.clearState();
    const { numbers, tensors } = await opt.stateDict();
    expect(numbers).to.deep.equal({ "w.group": 0 });
    expect(tensors.size).to.equal(0);
  });

  it("continues from a saved state as if never stopped", async () => {
    for (const func of [adam(engine), sgd({ mom: 0.9 }), ranger({ k: 3 })]) {
      const [a, b] = params(param("1.weight", [1, -2]), param("1.weight", [1, -2])) as [Param, Param];
      const straight = build(func, [[a]]);
      for (let i = 0; i < 7; i++) stepOnce(straight, { "1.weight": [i, 1] });
      const first = build(func, [[b]]);
      for (let i = 0; i < 4; i++) stepOnce(first, { "1.weight": [i, 1] });
      first.setHyper("lr", 0.1);
      const second = build(func, [[b]], { lr: 99 });
      second.loadStateDict(await first.stateDict());
      for (let i = 4; i < 7; i++) stepOnce(second, { "1.weight": [i, 1] });
      expect([...b.value.dataSync()]).to.deep.equal([...a.value.dataSync()]);
    }
  });

  it("refuses a state of other groups, parameters or shapes, and keeps its own", async () => {
    const [a, b, wide] = params(param("a", [1]), param("b", [1]), param("a", [1, 2])) as [Param, Param, Param];
    const opt = build(adam(engine), [[a]]);
    stepOnce(opt, { a: [1] });
    const own = await opt.stateDict();
    const others = [build(adam(engine), [[b]]), build(adam(engine), [[a], [b]]), build(adam(engine), [[a, b]]), build(sgd(), [[a]])];
    for (const other of others) {
      const state = await other.stateDict();
      expect(codeOf(() => opt.loadStateDict(state))).to.contain("E_OPTIMIZERS_STATE");
    }
    const bigger = build(adam(engine), [[wide]]);
    stepOnce(bigger, { a: [1, 1] });
    const state = await bigger.stateDict();
    expect(codeOf(() => opt.loadStateDict(state)))
      .to.contain('"a.avg"')
      .and.contain("[2]");
    expect((await opt.stateDict()).tensors).to.deep.equal(own.tensors);
  });
});
