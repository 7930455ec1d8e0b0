import { serviceDoubles, sumParts } from "@fastap/contract";
import { type Callback, createHost, type EventName, EVENTS, isFastapError, type Run, type Scope } from "@fastap/kernel";

/** Where a cancel is raised. */
export interface Raise {
  readonly scope: Scope;
  readonly event: EventName;
  /** Which call of the event, from 0. */
  readonly call: number;
}

const indents: Readonly<Record<string, number>> = {
  fit: 0,
  epoch: 1,
  train: 2,
  validate: 2,
  batch: 3,
  pred: 4,
  loss: 4,
  backward: 4,
  step: 4,
};

/**
 * The order of events of a fit of two epochs, two training batches and one validation batch, one event a line, with what
 * the optimizer does. A callback in the middle of the order raises the cancel; `·` marks events that only the callback
 * before it saw.
 */
export async function eventLog(raise?: Raise): Promise<string> {
  const lines: string[] = [];
  await using host = await createHost({ plugins: [serviceDoubles(["engine"])] });
  const engine = host.resolve("engine");
  const before = engine.memory().tensors;
  const parts = sumParts(engine, { log: (entry) => void lines.push(`${"  ".repeat(4)}(${entry})`) });
  host.hooks.run.tap("service-doubles", ({ hooks }) =>
    hooks.reduceGradients.tap("service-doubles", (grads) => (lines.push(`${"  ".repeat(4)}reduceGradients`), grads)),
  );
  const cbs = [
    observer("first", (event) => lines.push(indent(event))),
    ...raiser(raise, lines),
    observer("last", (event) => confirm(lines, event)),
  ];
  try {
    await host.fit({ ...parts, cbs });
  } catch (error) {
    lines.push(`escapes: ${isFastapError(error) ? error.code : String(error)}`);
  }
  parts.model.dispose();
  const leaked = engine.memory().tensors - before;
  if (leaked !== 0) lines.push(`leaks ${leaked} tensors`);
  return `${lines.join("\n")}\n`;
}

/** The last callback of an event marks its line; a line without the mark gets a dot. */
function confirm(lines: string[], event: EventName): void {
  const at = lines.findLastIndex((line) => line === indent(event));
  lines[at] = indent(event).replace(/ ·$/, "");
}

function indent(event: EventName): string {
  const word = event.replace(/^(before|afterCancel|after)/, "").toLowerCase();
  return `${"  ".repeat(indents[word] ?? 0)}${event} ·`;
}

function observer(name: string, see: (event: EventName) => void): Callback {
  return { name, ...Object.fromEntries(EVENTS.map((event) => [event, () => see(event)])) };
}

function raiser(raise: Raise | undefined, lines: string[]): Callback[] {
  if (raise === undefined) return [];
  let calls = 0;
  const handler = (run: Run): void => {
    if (calls++ !== raise.call) return;
    lines.push(`${"  ".repeat(5)}cancel(${raise.scope})`);
    run.cancel(raise.scope);
  };
  return [{ name: "raiser", [raise.event]: handler }];
}
