import { randomUUID } from "node:crypto";
import { definePlugin, Stage, type Plugin, type Run } from "@fastap/kernel";
import type {} from "@fastap/plugin-learner";
import { parseOptions, type WandbOptions } from "./options.ts";
import { batchRow, configOf, epochRow } from "./rows.ts";
import { WandbRun } from "./wandb-run.ts";

const tap = { name: "logger-wandb", stage: Stage.report };

/** Logs every fit to Weights & Biases. `@source fastai.callback.wandb.WandbCallback` */
export const loggerWandb: Plugin<"logger-wandb"> = definePlugin({
  meta: { name: "logger-wandb", version: "0.1.0", kernel: "^0.1.0", after: ["learner", "checkpoint"] },
  parseOptions,
  apply(host, options) {
    host.hooks.run.tap("logger-wandb", (run) => {
      if (run.kind !== "fit" || run.probe === true) return;
      const sent: Sent = {};
      run.hooks.beforeFit.tapPromise(tap, (r) => begin(r, options, sent));
      run.hooks.afterBatch.tap(tap, (r) => {
        if (r.training) sent.wandb?.log(batchRow(r), r.trainIter);
      });
      run.hooks.afterEpoch.tapPromise(tap, async (r) => {
        sent.wandb?.log(epochRow(r), r.trainIter);
        await sent.wandb?.flush();
      });
      run.hooks.failed.tap(tap, () => {
        sent.failed = true;
      });
      run.hooks.settled.tapPromise(tap, () => end(sent));
    });
  },
});

interface Sent {
  wandb?: WandbRun;
  failed?: boolean;
}

async function begin(run: Run, options: WandbOptions, sent: Sent): Promise<void> {
  const wandb = new WandbRun(options);
  await wandb.start(options, randomUUID().replaceAll("-", "").slice(0, 8), configOf(run));
  sent.wandb = wandb;
}

async function end({ wandb, failed = false }: Sent): Promise<void> {
  await wandb?.flush({ exitcode: failed ? 1 : 0 });
  if (wandb?.problem !== undefined)
    process.emitWarning(`the log of the run could not be sent whole: ${wandb.problem}`, { code: "FASTAP_WANDB_NOT_SENT" });
}
