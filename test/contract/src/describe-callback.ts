import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENTS, type Callback, type EventName, type PluginEntry, type Run, type Scope } from "@fastap/kernel";
import { expect } from "chai";
import { logged, type Called } from "./callback-log.ts";
import { withSubject, type SubjectOptions } from "./callback-subject.ts";

export interface DescribeCallbackOptions extends SubjectOptions {
  /** Looks on only: training must give the same bits without it. */
  readonly watches?: boolean;
  /** The plugin that saves after every step into `dir` and resumes; with it, stopping anywhere must change no bit. */
  readonly checkpoint?: (dir: string) => PluginEntry;
}

const TAPE: readonly EventName[] = ["afterPred", "afterLoss", "beforeBackward"];
/** Events that `runTrain` and `runValid` gate. */
const GATED: ReadonlySet<EventName> = new Set(
  EVENTS.filter((event) => /Batch$|Pred$|Loss$|Backward$|^(before|after)Step$/.test(event)), // fastai leaves afterCancelStep out
);

/**
 * The laws of a callback: its handlers are those of known events, act in their phases only, leave no tensor whatever stops the fit, are gone
 * when it is gone, and what it remembers can be saved. Call it inside mocha. @example describeCallback("gradientClip", () => gradientClip());
 */
export function describeCallback(name: string, make: () => Callback, options: DescribeCallbackOptions = {}): void {
  describe(`callback contract: ${name}`, () => {
    describeHandlers(make, options);
    describeRemoval(make, options);
    describeStops(make, options);
    describeState(make, options);
    if (options.checkpoint !== undefined) describeResume(make, options, options.checkpoint);
  });
}

function describeHandlers(make: () => Callback, options: DescribeCallbackOptions): void {
  it("has a name and handlers of known events", () => {
    const callback = make();
    expect(callback.name).to.match(/^[a-z]\w*$/);
    const handlers = keysOf(callback).filter((key) => /^(before|after)[A-Z]/.test(key));
    expect(EVENTS).to.include.members(handlers);
  });

  it("acts in its phases only, and at once inside the gradient tape", async () => {
    const calls: Called[] = [];
    const callback = make();
    await withSubject(options, (subject) => subject.fit([logged(callback, calls)]));
    const stray = calls.filter(({ event, training }) => GATED.has(event) && (training ? callback.runTrain : callback.runValid) === false);
    expect(stray, "calls outside of its phases").to.deep.equal([]);
    expect(calls.filter(({ event, gavePromise }) => TAPE.includes(event) && gavePromise)).to.deep.equal([]);
  });
}

function describeRemoval(make: () => Callback, options: DescribeCallbackOptions): void {
  it("is not called any more in a fit without it", async () => {
    const calls: Called[] = [];
    await withSubject(options, async (subject) => {
      await subject.fit([logged(make(), calls)]);
      const { length } = calls;
      await subject.fit([]);
      expect(calls.length).to.equal(length);
    });
  });

  if (options.watches !== true) return;
  it("changes nothing by looking on", async () => {
    const after = (cbs: readonly Callback[]): Promise<{ readonly result: string }> =>
      withSubject(options, async (subject) => {
        await subject.fit(cbs);
        return subject.bits();
      });
    expect((await after([make()])).result).to.equal((await after([])).result);
  });
}

function describeStops(make: () => Callback, options: DescribeCallbackOptions): void {
  for (const [what, stop] of STOPS) {
    it(`leaves no tensor when ${what}, and can be used again`, async () => {
      const { left } = await withSubject(options, async (subject) => {
        const callback = make();
        const failure = await subject.fit([callback, stop]).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure !== undefined) expect(String(failure)).to.include("on purpose");
        await subject.fit([callback]);
      });
      expect(left, "live tensors").to.equal(0);
    });
  }
}

/** The second training batch, where there is one. */
function stopper(event: EventName, act: (run: Run) => void): Callback {
  const acts = { [event]: (run: Run) => (run.training && run.trainIter >= 1 ? act(run) : undefined) };
  return { name: "stopper", stage: "report", order: 90, ...acts };
}

const fail = (): never => {
  throw new Error("on purpose");
};
const cancels = (event: EventName, scope: Scope): [string, Callback] => [
  `${event} cancels the ${scope}`,
  stopper(event, (run) => run.cancel(scope)),
];
const STOPS: readonly (readonly [what: string, stop: Callback])[] = [
  ["nothing stops it", { name: "stopper" }],
  ...(["afterPred", "afterBackward", "beforeStep", "afterBatch", "afterEpoch"] as const).map(
    (event) => [`${event} throws`, stopper(event, fail)] as const,
  ),
  cancels("afterLoss", "batch"),
  cancels("beforeBackward", "backward"),
  cancels("beforeStep", "step"),
  cancels("afterBatch", "train"),
  cancels("afterBatch", "epoch"),
  cancels("afterBatch", "fit"),
];

function describeState(make: () => Callback, options: DescribeCallbackOptions): void {
  it("gives what state it has as plain data, and takes it back", async () => {
    const callback = make();
    if (callback.state === undefined) return expect(callback.restore, "restore without state").to.equal(undefined);
    await withSubject(options, (subject) => subject.fit([callback]));
    const state = callback.state?.();
    expect(structuredClone(state)).to.deep.equal(state);
    const other = make();
    expect(other.restore, "restore beside state").to.be.a("function");
    other.restore?.(structuredClone(state));
    return expect(other.state?.()).to.deep.equal(state);
  });
}

function describeResume(make: () => Callback, options: DescribeCallbackOptions, checkpoint: (dir: string) => PluginEntry): void {
  it("stopping after any step changes no bit", async () => {
    const root = await mkdtemp(join(tmpdir(), "fastap-callback-"));
    try {
      const dir = join(root, "whole");
      const want = await resumed(make, options, checkpoint(dir), undefined);
      const steps = (await readdir(dir)).filter((name) => !name.startsWith(".")).toSorted();
      expect(steps.length, "checkpoints").to.be.at.least(2);
      for (const step of steps) {
        const got = await resumed(make, options, checkpoint(join(root, "rest")), join(dir, step));
        expect(got, `resumed from ${step}`).to.deep.equal(want);
      }
    } finally {
      await rm(root, { recursive: true });
    }
  }).timeout(30_000);
}

async function resumed(
  make: () => Callback,
  options: DescribeCallbackOptions,
  saving: PluginEntry,
  from: string | undefined,
): Promise<unknown> {
  const callback = make();
  const setup = { ...options, plugins: [...(options.plugins ?? []), saving] };
  const { result } = await withSubject(setup, async (subject) => {
    await subject.fit([callback], from);
    return subject.bits();
  });
  return { bits: result, state: callback.state?.() };
}

/** Own ones and those of its classes. */
function keysOf(callback: Callback): string[] {
  const keys = new Set<string>();
  for (let at: object | null = callback; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const key of Object.getOwnPropertyNames(at)) keys.add(key);
  return [...keys];
}
