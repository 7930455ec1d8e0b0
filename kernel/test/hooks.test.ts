import { createHost, definePlugin, describeHooks, EVENTS, Stage, syncHook } from "@fastap/kernel";
import type { AnyPlugin, Host, Run } from "@fastap/kernel";
import { expect } from "chai";
import { linearParts, pairs, scalarPlugin } from "./scalar-engine.ts";

const onRun = (name: string, tap: (run: Run) => void): AnyPlugin =>
  definePlugin({ meta: { name, version: "0.1.0", kernel: "^0.1.0" }, apply: (host: Host) => host.hooks.run.tap(name, tap) });

async function failure(tap: (run: Run) => void): Promise<unknown> {
  await using host = await createHost({ plugins: [scalarPlugin, onRun("p", tap)] });
  return host.validate({ ...linearParts(), valid: pairs([1, 2]) }).catch((e: unknown) => e);
}

describe("hooks of a run", () => {
  it("are a frozen table of fastai's events and ours", async () => {
    await using host = await createHost({ plugins: [scalarPlugin] });
    const described = describeHooks(host);
    expect(described.map((d) => d.hook)).to.deep.equal([...EVENTS, "reduceGradients", "failed", "settled"]);
    expect(described.filter((d) => d.kind === "sync").map((d) => d.hook)).to.deep.equal([
      "afterPred",
      "afterLoss",
      "beforeBackward",
      "failed",
    ]);
    expect(Object.isFrozen(host.dryRunHooks())).to.equal(true);
  });

  it("call taps by stage, then in the order of plugins", async () => {
    const plugin = (name: string, stage: number): AnyPlugin =>
      onRun(name, (run) => run.hooks.afterBatch.tap({ name, stage }, () => undefined));
    await using host = await createHost({
      plugins: [scalarPlugin, plugin("late", Stage.report), plugin("b", 0), plugin("early", Stage.setup), plugin("c", 0)],
    });
    const taps = describeHooks(host)
      .find((d) => d.hook === "afterBatch")
      ?.taps.map((t) => t.name);
    expect(taps).to.deep.equal(["early", "b", "c", "late"]);
  });

  it("refuse a tap that carries no plugin's name", async () => {
    expect(await failure((run) => run.hooks.afterBatch.tap("somebody", () => undefined))).to.have.property("code", "E_TAP_NAME");
    expect(await failure((run) => run.hooks.afterBatch.tap("p/part", () => undefined))).not.to.be.instanceOf(Error);
  });

  it("refuse tapable's raw before", async () => {
    expect(await failure((run) => run.hooks.afterBatch.tap({ name: "p", before: "scalar" }, () => undefined))).to.have.property(
      "code",
      "E_TAP_BEFORE",
    );
  });

  it("refuse a promise where nobody awaits it, in the tape and outside", async () => {
    const later = (): Promise<void> => Promise.resolve();
    const inTape = await failure((run) => run.hooks.afterPred.tap("p", later as () => void));
    expect(inTape).to.have.property("message").that.includes("in [p@afterPred]").and.includes("gradient tape");
    expect(await failure((run) => run.hooks.afterBatch.tap("p", later as () => void)))
      .to.have.property("message")
      .that.includes("tapPromise");
  });

  it("wrap what is thrown and is no Error", async () => {
    // oxlint-disable-next-line typescript/only-throw-error -- the point of the test
    expect(
      await failure((run) =>
        run.hooks.afterBatch.tap("p", () => {
          throw "text";
        }),
      ),
    ).to.include({ code: "E_TAP_THREW", cause: "text" });
  });

  it("can be a plugin's own", async () => {
    const calls: unknown[] = [];
    const owner = definePlugin({
      meta: { name: "owner", version: "0.1.0", kernel: "^0.1.0" },
      runHooks: { measured: () => syncHook<[number]>("value") } as AnyPlugin["runHooks"] & object,
      apply: (host) =>
        host.hooks.run.tap("owner", (run) =>
          run.hooks.afterBatch.tap("owner", () => (run.hooks as unknown as { measured: { call(n: number): void } }).measured.call(7)),
        ),
    });
    const user = onRun("user", (run) =>
      (run.hooks as unknown as { measured: { tap(n: string, f: (v: number) => void): void } }).measured.tap(
        "user",
        (v) => void calls.push(v),
      ),
    );
    await using host = await createHost({ plugins: [scalarPlugin, owner, user] });
    await host.validate({ ...linearParts(), valid: pairs([1, 2]) });
    expect(calls).to.deep.equal([7]);
  });
});

describe("trace", () => {
  it("counts calls, time and tensors per plugin and hook, and is absent unless asked for", async () => {
    const slow = onRun("slow", (run) => run.hooks.afterBatch.tapPromise("slow", () => new Promise((done) => setTimeout(done, 5))));
    await using host = await createHost({ plugins: [scalarPlugin, slow], trace: true });
    await host.validate({ ...linearParts(), valid: pairs([1, 2], [3, 4]) });
    const cost = host.trace?.costs().find((c) => c.tap === "slow" && c.hook === "afterBatch");
    expect(cost).to.include({ calls: 2, tensors: 0 });
    expect(cost?.ms).to.be.greaterThan(8);
    await using plain = await createHost({ plugins: [scalarPlugin] });
    expect(plain.trace).to.equal(undefined);
  });
});
