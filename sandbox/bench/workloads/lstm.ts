import { Embedding, Linear, LSTM, Sequential } from "@fastap/plugin-nn";
import { classes, torchAdam } from "../workload.ts";
import type { Workload } from "../workload.ts";

const FULL = { bs: 16, time: 70, vocab: 10_000, hidden: 400, layers: 2 };

/** A language model: the next of `vocab` words, `[time, batch]` → `[time, batch, vocab]`. */
export function lstm({ bs, time, vocab, hidden, layers }: typeof FULL = FULL): Workload {
  return {
    name: "lstm",
    ...torchAdam,
    warm: 2,
    runs: 9,
    batch: (random) => [classes(random, vocab, [time, bs]), classes(random, vocab, [time * bs])],
    model: () => new Sequential(new Embedding(vocab, hidden), new LSTM(hidden, hidden, { numLayers: layers }), new Linear(hidden, vocab)),
  };
}
