import type { Random } from "@fastap/kernel";
import { kTransferable, kValue, Tinypool } from "tinypool";
import { fieldsOf, skipItem } from "../dataset.ts";
import { stepOf } from "../failed-step.ts";
import type { Answer, ItemJob, Job, PlainError } from "./messages.ts";
import { remake } from "./portable.ts";
import type { Portable } from "./portable.ts";
import type { ItemReader } from "./remote-items.ts";

/** Bytes. Smaller arrays are copied: a transform may hand out the same small one again and again, and what is moved is gone. */
const WORTH_MOVING = 4096;

/** By their numbers. */
const readers = new Map<number, Promise<ItemReader>>();

/** The job before; jobs that wait in the thread do not overlap, so that it is known what it worked on when it dies. */
let last: Promise<unknown> = Promise.resolve();

/** What the pool calls in the thread of a worker: answers to each item in turn, their large arrays moved and not copied. */
export async function readItems(job: Job): Promise<unknown> {
  const answers = last.then(() => readAll(job));
  last = answers.catch(() => undefined);
  return answers;
}

async function readAll({ reader, readerId, random, items, at }: Job): Promise<unknown> {
  const read = await readerOf(reader, readerId);
  const randomOf = random === undefined ? undefined : ((await remake(random)) as (state: readonly number[]) => Random);
  const answers: Answer[] = [];
  for (const item of items) {
    Atomics.store(at, 0, item.index);
    answers.push(await answerTo(read, item, item.random === undefined ? undefined : randomOf?.(item.random)));
  }
  Atomics.store(at, 0, -1);
  return Tinypool.move({ [kValue]: answers, [kTransferable]: buffersOf(answers) });
}

async function readerOf(portable: Portable, id: number): Promise<ItemReader> {
  const reader = readers.get(id) ?? (remake(portable) as Promise<ItemReader>);
  readers.set(id, reader);
  return reader;
}

async function answerTo(read: ItemReader, { payload }: ItemJob, random: Random | undefined): Promise<Answer> {
  try {
    const item = await read(payload, random);
    if (item === skipItem) return { kind: "skip" };
    const fields = fieldsOf(item).map((field) => (typeof field === "number" ? field : { ...field }));
    return { kind: "item", fields };
  } catch (error) {
    return { kind: "broken", error: plainError(error) };
  }
}

function plainError(error: unknown): PlainError {
  const step = stepOf(error);
  if (!(error instanceof Error)) return { name: "Error", message: String(error), step };
  const { name, message, stack } = error;
  return { name, message, stack, step, code: "code" in error ? String(error.code) : undefined };
}

/** Of arrays that are all of their buffer. */
function buffersOf(answers: readonly Answer[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const answer of answers) {
    for (const field of answer.kind === "item" ? answer.fields : []) {
      const buffer = typeof field === "number" ? undefined : field.data.buffer;
      if (buffer instanceof ArrayBuffer && typeof field !== "number" && field.data.byteLength === buffer.byteLength)
        if (buffer.byteLength >= WORTH_MOVING) buffers.add(buffer);
    }
  }
  return [...buffers];
}
