import { CheckpointStore } from "@fastap/plugin-checkpoint";

/** Saves checkpoints without end, to be killed: the step of each is its number, and the length of its file tells it too. */
const store = new CheckpointStore(process.argv[2] ?? "");
let step = (await store.newest())?.loaded.manifest.step ?? 0;
for (;;) {
  step++;
  const files = new Map<string, Uint8Array>([
    ["data", Buffer.alloc(100_000 + step, step)],
    ["state.json", Buffer.from(JSON.stringify({ step }))],
  ]);
  await store.save(files, { step, epoch: 0, digests: {} }, 3);
  process.stdout.write(`${step}\n`); // whoever kills waits for the first, so that every writer has saved, on a slow machine too
  if (step > 1_000_000) break;
}
