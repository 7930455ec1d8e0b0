import { hostIn, learnerOn } from "./recipe.ts";

/** A long fit in a process of its own, to be told to end; nothing in it waits for a file, a timer or a worker. */
const host = await hostIn(process.argv[2] ?? "", { options: { signals: true, everyEpochs: 0 } });
const learn = await learnerOn(host);
const resume = process.argv[3] === "resume";
const say = { name: "say", beforeBatch: () => void process.stdout.write(".") };
await learn.fitOneCycle(1000, 0.02, { resume, cbs: [say] });
