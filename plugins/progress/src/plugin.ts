import { definePlugin, Stage } from "@fastap/kernel";
import type { Plugin, Run } from "@fastap/kernel";
import { parseOptions } from "./options.ts";
import { lendVoice, quietOf, recordOf, smoothLossOf } from "./record.ts";
import { Screen } from "./screen.ts";
import { environment, standardError, terminalMode } from "./terminal.ts";

/** Shows a run: bar, epoch table. `@source fastai.callback.progress.ProgressCallback` */
export const progress: Plugin<"progress"> = definePlugin({
  meta: {
    name: "progress",
    version: "0.1.0",
    kernel: "^0.1.0",
    after: ["learner"],
    reads: ["run.recorder", "run.smoothLoss", "run.learner", "run.probe"],
    writes: ["run.say"],
  },
  parseOptions,
  apply(host, { mode = "auto", stream = standardError(), now = () => performance.now() }) {
    if (stream === undefined) return;
    const kind = terminalMode(mode, stream, environment());
    if (kind === "none") return;
    const bars = kind === "bar";
    host.hooks.run.tap("progress", (run) => {
      const screen = new Screen(stream, { bars, now });
      const { bar, table } = quietOf(run);
      if (run.kind === "fit" && !table) showTable(run, screen);
      if (bars && !bar) showBar(run, screen);
    });
  },
});

function showTable(run: Run, screen: Screen): void {
  const { hooks } = run;
  lendVoice(run, (text) => screen.say(text));
  const tap = { name: "progress/table", stage: Stage.report };
  hooks.beforeFit.tap(tap, () => {
    const record = recordOf(run);
    if (record !== undefined) screen.header(record.metricNames);
  });
  hooks.afterEpoch.tap(tap, () => screen.row(recordOf(run)?.log ?? []));
}

function showBar({ hooks }: Run, screen: Screen): void {
  const tap = { name: "progress/bar", stage: Stage.report };
  const begin = (run: Run): void => {
    if (run.dl !== undefined) screen.begin(prefixOf(run), run.dl.length, smoothLossOf(run));
  };
  hooks.beforeTrain.tap(tap, begin);
  hooks.beforeValidate.tap(tap, begin);
  hooks.afterBatch.tap(tap, (run) => screen.update(run.iter + 1, smoothLossOf(run)));
  hooks.afterFit.tap(tap, () => screen.clear());
  hooks.failed.tap(tap, () => screen.clear());
  hooks.settled.tap(tap, () => screen.clear());
}

function prefixOf({ kind, epoch, nEpoch }: Run): string {
  return kind === "fit" ? `Epoch ${epoch + 1}/${nEpoch} :` : "";
}
