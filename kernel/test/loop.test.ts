import { createHost, EVENTS, FastapError, isCancel } from "@fastap/kernel";
import type { Callback, EventName, Host, Run, Scope } from "@fastap/kernel";
import { expect } from "chai";
import { add, linearParts, pairs, Scalar, scalarPlugin, mul, valueOf, at } from "./scalar-engine.ts";

const TRAIN = pairs([1, 2], [2, 4]);
const VALID = pairs([3, 6]);

/** Logs every event; cancels `scope` in the first occurrence of `when`. */
function logger(log: string[], when?: EventName, scope: Scope = "batch"): Callback {
  const handlers = Object.fromEntries(
    EVENTS.map((event) => [
      event,
      (run: Run) => {
        log.push(event);
        if (event === when && log.filter((e) => e === event).length === 1) run.cancel(scope);
      },
    ]),
  );
  return { name: "log", ...handlers };
}

async function trace(when?: EventName, scope?: Scope): Promise<{ log: string[]; error: unknown; leaked: number }> {
  const log: string[] = [];
  await using host = await createHost({ plugins: [scalarPlugin] });
  const parts = linearParts(log);
  const before = Scalar.alive;
  const error: unknown = await host
    .fit({ ...parts, train: TRAIN, valid: VALID, nEpoch: 1, cbs: [logger(log, when, scope)] })
    .catch((e: unknown) => e);
  const leaked = Scalar.alive - before;
  parts.dispose();
  return { log, error: error instanceof Error ? error : undefined, leaked };
}

const BATCH = "beforeBatch afterPred afterLoss beforeBackward afterBackward beforeStep opt.step afterStep opt.zeroGrad afterBatch";
const CHECK = "beforeValidate beforeBatch afterPred afterLoss afterBatch afterValidate";

describe("the loop", () => {
  it("emits fastai's events in fastai's order", async () => {
    const { log, error } = await trace();
    expect(error).to.equal(undefined);
    expect(log.join(" ")).to.equal(`beforeFit beforeEpoch beforeTrain ${BATCH} ${BATCH} afterTrain ${CHECK} afterEpoch afterFit`);
  });

  const table: readonly (readonly [EventName, Scope, string])[] = [
    [
      "beforeStep",
      "batch",
      `beforeBatch afterPred afterLoss beforeBackward afterBackward beforeStep afterCancelBatch afterBatch ${BATCH} afterTrain ${CHECK} afterEpoch afterFit`,
    ],
    [
      "beforeStep",
      "step",
      `beforeBatch afterPred afterLoss beforeBackward afterBackward beforeStep afterCancelStep afterStep opt.zeroGrad afterBatch ${BATCH} afterTrain ${CHECK} afterEpoch afterFit`,
    ],
    [
      "beforeBackward",
      "backward",
      `beforeBatch afterPred afterLoss beforeBackward afterCancelBackward afterBackward beforeStep opt.step afterStep opt.zeroGrad afterBatch ${BATCH} afterTrain ${CHECK} afterEpoch afterFit`,
    ],
    ["afterBatch", "train", `${BATCH} afterCancelTrain afterTrain ${CHECK} afterEpoch afterFit`],
    ["afterPred", "epoch", "beforeBatch afterPred afterCancelEpoch afterEpoch afterFit"],
    ["afterLoss", "fit", "beforeBatch afterPred afterLoss afterCancelFit afterFit"],
    ["afterBatch", "fit", `${BATCH} afterCancelFit afterFit`],
  ];
  for (const [when, scope, rest] of table) {
    it(`cancel("${scope}") in ${when} follows the table`, async () => {
      const { log, error } = await trace(when, scope);
      expect(error).to.equal(undefined);
      expect(log.join(" ")).to.equal(`beforeFit beforeEpoch beforeTrain ${rest}`);
    });
  }

  it("skips validation on cancel(validate)", async () => {
    const { log } = await trace("beforeValidate", "validate");
    expect(log.slice(-5)).to.deep.equal(["beforeValidate", "afterCancelValidate", "afterValidate", "afterEpoch", "afterFit"]);
  });

  it("turns a cancel that no scope catches into a clear error", async () => {
    const { error } = await trace("afterTrain", "train");
    expect(error).to.be.instanceOf(FastapError).with.property("code", "E_CANCEL_ESCAPED");
    expect(isCancel((error as Error).cause, "train")).to.equal(true);
  });

  it("leaks nothing, whatever is cancelled where", async () => {
    const scopes: readonly Scope[] = ["fit", "epoch", "train", "validate", "batch", "backward", "step"];
    for (const event of EVENTS) for (const scope of scopes) expect((await trace(event, scope)).leaked, `${scope} in ${event}`).to.equal(0);
  });
});

describe("the state of a run", () => {
  async function fit(cbs: Callback[], nEpoch = 2): Promise<{ host: Host; weights: number[] }> {
    const host = await createHost({ plugins: [scalarPlugin] });
    const parts = linearParts();
    await host.fit({ ...parts, train: TRAIN, valid: VALID, nEpoch, cbs });
    return { host, weights: parts.weights() };
  }

  it("counts as fastai does", async () => {
    const seen: (readonly number[])[] = [];
    await fit([
      { name: "see", beforeBatch: (r) => void seen.push([Number(r.training), r.epoch, r.iter, r.nIter, r.trainIter, r.pctTrain]) },
    ]);
    expect(seen).to.deep.equal([
      [1, 0, 0, 2, 0, 0],
      [1, 0, 1, 2, 1, 0.25],
      [0, 0, 0, 1, 2, 0.5],
      [1, 1, 0, 2, 2, 0.5],
      [1, 1, 1, 2, 3, 0.75],
      [0, 1, 0, 1, 4, 1],
    ]);
  });

  it("trains: weights are those of gradient descent by hand", async () => {
    const { weights } = await fit([]);
    let [w, b] = [0.5, 0];
    for (const [x, y] of [
      [1, 2],
      [2, 4],
      [1, 2],
      [2, 4],
    ] as const) {
      const d = 2 * (w * x + b - y);
      [w, b] = [w - 0.1 * d * x, b - 0.1 * d];
    }
    expect(at(weights, 0)).to.be.closeTo(w, 1e-12);
    expect(at(weights, 1)).to.be.closeTo(b, 1e-12);
  });

  it("differentiates what afterLoss made of lossGrad and logs the loss as it was", async () => {
    const losses: number[] = [];
    const { weights } = await fit(
      [
        {
          name: "double",
          runValid: false,
          afterLoss: (r) => void (r.lossGrad = mul(new Scalar(0), r.lossGrad ?? new Scalar(0))),
          afterBatch: (r) => void losses.push(valueOf(r.loss)),
        },
      ],
      1,
    );
    expect(weights).to.deep.equal([0.5, 0]);
    expect(losses).to.deep.equal([2.25, 9]);
  });

  it("accumulates gradients over batches that are cancelled before the step", async () => {
    const sums: number[] = [];
    await fit(
      [{ name: "accumulate", afterBackward: (r) => void (sums.push(valueOf(r.grads.get("b"))), r.iter === 0 && r.cancel("batch")) }],
      1,
    );
    expect(sums).to.deep.equal([-3, -3 + -6]);
  });

  it("gates inner events by phase, and never the outer ones", async () => {
    const log: string[] = [];
    const cb: Callback = {
      name: "train-only",
      runValid: false,
      beforeBatch: (r) => void log.push(`batch ${r.training}`),
      beforeValidate: () => void log.push("validate"),
    };
    await fit([cb], 1);
    expect(log).to.deep.equal(["batch true", "batch true", "validate"]);
  });

  it("leaves out a callback that is not active", async () => {
    let called = false;
    await fit([{ name: "off", active: () => false, beforeFit: () => void (called = true) }]);
    expect(called).to.equal(false);
  });

  it("takes inputs that beforeBatch exchanges, and disposes both", async () => {
    const before = Scalar.alive;
    const preds: number[] = [];
    await fit(
      [
        {
          name: "twice",
          beforeBatch: (r) => void (r.xb = r.xb.map((x) => add(x, x))),
          afterPred: (r) => void preds.push(valueOf(r.pred as Scalar)),
        },
      ],
      1,
    );
    expect(at(preds, 0)).to.equal(1);
    expect(Scalar.alive - before).to.equal(2); // the two weights
  });
});

describe("errors in a run", () => {
  it("carry tap and hook once, reach failed and settled, and leave the host usable", async () => {
    const log: string[] = [];
    await using host = await createHost({ plugins: [scalarPlugin] });
    const boom: Callback = {
      name: "boom",
      afterLoss: () => {
        throw new Error("no luck");
      },
    };
    host.hooks.run.tap("scalar", (run) => {
      run.hooks.failed.tap("scalar", (e) => void log.push(`failed: ${(e as Error).message}`));
      run.hooks.settled.tap("scalar", () => void log.push("settled"));
    });
    const parts = linearParts();
    const before = Scalar.alive;
    const run = host.fit({ ...parts, train: TRAIN, nEpoch: 1, cbs: [boom] });
    expect(await run.catch((e: Error) => e.message)).to.equal("[boom@afterLoss] no luck");
    expect(log).to.deep.equal(["failed: [boom@afterLoss] no luck", "settled"]);
    expect(Scalar.alive).to.equal(before);
    await host.validate({ ...parts, valid: VALID });
  });

  it("refuses a second run beside the first, and allows one inside it", async () => {
    await using host = await createHost({ plugins: [scalarPlugin] });
    const parts = linearParts();
    const first = host.fit({ ...parts, train: TRAIN, nEpoch: 1 });
    const second: unknown = await host.validate({ ...parts, valid: VALID }).catch((e: unknown) => e);
    expect(second).to.have.property("code", "E_RUN_BUSY");
    await first;
    const inside: Callback = { name: "inside", afterEpoch: async (r) => void (await host.validate({ ...parts, valid: VALID, parent: r })) };
    await host.fit({ ...parts, train: TRAIN, nEpoch: 1, cbs: [inside] });
  });
});
