import { describeHooks, EVENTS, type Callback, type EventName, type Host } from "@fastap/kernel";
import { orderOf } from "./callback-list.ts";

/** Events that have others inside them, in the outline. */
const OPENING = /^before(Fit|Epoch|Train|Validate|Batch)$/;
const CLOSING = /^after(Fit|Epoch|Train|Validate|Batch)$/;
/** As a fit emits them, for one training and one validation batch; those of cancels are left out. */
const VALID_BATCH: readonly EventName[] = ["beforeBatch", "afterPred", "afterLoss", "afterBatch"];

/** The events of an epoch, indented, with who acts at each, in order. `@source fastai.learner.Learner.show_training_loop` */
export function trainingLoop(host: Host, cbs: readonly Callback[]): string {
  const taps = new Map(describeHooks(host).map(({ hook, taps: list }) => [hook, list]));
  let depth = 0;
  const lines = sequence().map((event) => {
    if (CLOSING.test(event)) depth--;
    const line = `${"  ".repeat(depth)}${event}${namesAt(event, taps.get(event) ?? [], cbs)}`;
    if (OPENING.test(event)) depth++;
    return line;
  });
  return `${lines.join("\n")}\n`;
}

function sequence(): EventName[] {
  const events = EVENTS.filter((event) => !event.startsWith("afterCancel"));
  const validate = events.indexOf("beforeValidate") + 1;
  return [...events.slice(0, validate), ...VALID_BATCH, ...events.slice(validate)];
}

function namesAt(event: EventName, taps: readonly { readonly name: string; readonly stage: number }[], cbs: readonly Callback[]): string {
  const own = cbs.filter((cb) => cb[event] !== undefined).map((cb) => ({ name: cb.name, stage: orderOf(cb) }));
  const all = [...taps, ...own].toSorted((a, b) => a.stage - b.stage);
  return all.length === 0 ? "" : `: ${all.map(({ name }) => name).join(", ")}`;
}
