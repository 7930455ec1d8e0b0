import { serviceDoubles, sumParts } from "@fastap/contract";
import { createHost, isCancel, type Callback, type EventName, EVENTS, type Run, type Scope } from "@fastap/kernel";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";

/** `inputs` of a case that logs events. Field names are those of the golden data. */
interface EventInputs {
  readonly n_epoch: number;
  readonly n_train_batches: number;
  readonly n_valid_batches: number;
  readonly raise_exception: string | null;
  readonly raise_in: string | null;
  readonly when: Readonly<Record<string, Value>> | null;
  readonly order_of_callbacks: Readonly<Record<string, number>>;
}

/** fastai's Recorder has order 50: between the raiser and the last logger. */
const recorderOrder = 50;
const fields = ["n_epoch", "n_train_batches", "n_valid_batches", "raise_exception", "raise_in", "when", "order_of_callbacks"];

/** The exact order of events of a fit, with a cancel raised in one of them. */
export const loopEvents: Adapter = {
  kind: "loop",
  accepts: ({ inputs }) => fields.every((field) => field in inputs),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const given = inputs as unknown as EventInputs;
    const { log, escaped, rows } = await fitAndLog(given);
    const checks: Check[] = [{ path: "log", got: log, want: expected["log"] as Value }];
    if ("escaped_exception" in expected)
      checks.push({ path: "escaped_exception", got: escaped, want: expected["escaped_exception"] as Value });
    if ("recorder_value_rows" in expected)
      checks.push({ path: "recorder_value_rows", got: rows, want: expected["recorder_value_rows"] as Value });
    return checks;
  },
};

interface Outcome {
  readonly log: readonly string[];
  readonly escaped: string | null;
  readonly rows: Value;
}

async function fitAndLog(given: EventInputs): Promise<Outcome> {
  const log: string[] = [];
  const recorder = new RowRecorder();
  const host = await createHost({ plugins: [serviceDoubles(["engine"])] });
  const parts = sumParts(host.resolve("engine"), {
    nEpoch: given.n_epoch,
    nTrain: given.n_train_batches,
    nValid: given.n_valid_batches,
    log: (entry) => log.push(snake(entry)),
  });
  let escaped: string | null = null;
  try {
    await host.fit({ ...parts, cbs: inOrder(given, log, recorder) });
  } catch (error) {
    escaped = nameAsUpstream(error);
  }
  parts.model.dispose();
  await host[Symbol.asyncDispose]();
  return { log, escaped, rows: recorder.rows ?? null };
}

function inOrder(given: EventInputs, log: string[], recorder: RowRecorder): Callback[] {
  const named = Object.entries(given.order_of_callbacks).map(([name, order]) => ({
    order,
    callback: name === "raiser" ? raiser(given, log) : logger(name, log),
  }));
  return [...named, { order: recorderOrder, callback: recorder }].toSorted((a, b) => a.order - b.order).map(({ callback }) => callback);
}

function logger(name: string, log: string[]): Callback {
  const handlers = EVENTS.map((event) => [event, () => void log.push(`${name}:${snake(event)}`)]);
  return { name, ...Object.fromEntries(handlers) };
}

function raiser({ raise_exception: kind, raise_in: event, when }: EventInputs, log: string[]): Callback {
  if (kind === null || event === null) return { name: "raiser" };
  const raise = (run: Run): void => {
    const state = run as unknown as Readonly<Record<string, unknown>>;
    if (!Object.entries(when ?? {}).every(([field, value]) => state[camel(field)] === value)) return;
    log.push(`raise:${kind}`);
    run.cancel(scopeOf(kind));
  };
  return { name: "raiser", [camel(event)]: raise };
}

/** Fails as upstream does where an epoch ends that its Recorder did not see begin. */
class NoLog extends Error {}

/** How many values each epoch's row of fastai's Recorder has when there are no metrics. */
class RowRecorder implements Callback {
  readonly name = "recorder-double";
  rows: number[] | undefined;
  #row: number | undefined;
  #cancelled: { train: boolean; validate: boolean } = { train: false, validate: false };

  beforeFit(): void {
    this.rows = [];
  }
  beforeEpoch(): void {
    this.#row = 0;
    this.#cancelled = { train: false, validate: false };
  }
  afterCancelTrain(): void {
    this.#cancelled.train = true;
  }
  afterCancelValidate(): void {
    this.#cancelled.validate = true;
  }
  /** The training loss is smoothed and has a value even where the phase was cancelled. */
  afterTrain(): void {
    this.#extend(!this.#cancelled.train);
  }
  afterValidate(): void {
    this.#extend(!this.#cancelled.validate);
  }
  afterEpoch(): void {
    if (this.#row === undefined) throw new NoLog("the epoch has no row");
    this.rows?.push(this.#row);
  }
  #extend(counts: boolean): void {
    if (counts && this.#row !== undefined) this.#row += 1;
  }
}

function nameAsUpstream(error: unknown): string {
  if (error instanceof NoLog) return "AttributeError";
  const cause = error instanceof Error && isCancel(error.cause) ? error.cause : error;
  if (!isCancel(cause)) return String(error);
  const word = cause.scope === "validate" ? "valid" : cause.scope;
  return `Cancel${word.charAt(0).toUpperCase()}${word.slice(1)}Exception`;
}

function scopeOf(kind: string): Scope {
  return (kind === "valid" ? "validate" : kind) as Scope;
}

function camel(name: string): EventName {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as EventName;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
