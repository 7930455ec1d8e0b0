import type { Callback, Host } from "@fastap/kernel";
import type { Learner } from "@fastap/plugin-learner";
import { expect } from "chai";
import { blobHost, blobLearner } from "./blobs.ts";

describe("callbacks of a Learner", () => {
  let host: Host;
  let learn: Learner;
  beforeEach(async () => {
    host = await blobHost(".");
    learn = blobLearner(host);
  });
  afterEach(async () => {
    learn.dispose();
    await host[Symbol.asyncDispose]();
  });

  it("come and go by their names, and are told in their order", async () => {
    const loss: Callback = { name: "loss", afterBatch: () => undefined, afterLoss: () => undefined };
    const early: Callback = { name: "early", stage: "setup", afterBatch: () => undefined };
    learn.addCb(loss, early);
    expect(learn.orderedCbs("afterBatch")).to.deep.equal([early, loss]);
    expect(learn.orderedCbs("afterLoss")).to.deep.equal([loss]);
    await learn.removedCbs(["loss"], async () => expect(learn.cbs).to.deep.equal([early]));
    expect(learn.removeCb("early", loss).cbs).to.deep.equal([]);
    host.contribute("callbacks", { name: "named", make: () => loss });
    await learn.addedCbs(["named"], async () => expect(learn.cbs).to.deep.equal([loss]));
    const seen: string[] = [];
    host.contribute("callbacks", {
      name: "counted",
      make: (o) => ({ name: "counted", afterEpoch: () => void seen.push(JSON.stringify(o)) }),
    });
    await learn.fit(1, 0.01, { cbs: [["counted", { a: 1 }]] });
    expect(seen).to.deep.equal(['{"a":1}']);
    expect(await learn.fit(1, 0.01, { cbs: ["nosuch"] }).catch(String)).to.contain("nosuch");
  });

  it("are there beside what the loop does: a model that remembers is reset before every run, and one that is frozen whole is told", async () => {
    let resets = 0;
    Object.assign(learn.model, { reset: () => void resets++ });
    await learn.fit(2, 0.01);
    await learn.validate();
    expect(resets).to.equal(2);
    const { warn } = console;
    const told: string[] = [];
    console.warn = (text: string) => void told.push(text);
    learn.freezeTo(1);
    console.warn = warn;
    expect(told).to.deep.equal(["freezeTo(1): all 1 parameter groups are frozen"]);
  });
});
