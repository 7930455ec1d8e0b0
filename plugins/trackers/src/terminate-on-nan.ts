import type { Callback, Run } from "@fastap/kernel";

/**
 * Ends the fit, without an error, at a loss that is NaN or infinite: in training before the step, so the parameters stay finite, and in validation.
 * `@source fastai.callback.tracker.TerminateOnNaNCallback`
 */
export function terminateOnNaN(): Callback {
  return {
    name: "terminateOnNaN",
    stage: "setup",
    order: -1, // before the Learner's own guard, which throws
    afterBackward: stopAtNaN,
    afterBatch: (run) => (run.training ? undefined : stopAtNaN(run)),
  };
}

async function stopAtNaN(run: Run): Promise<void> {
  if (run.loss === undefined) return;
  const values = await run.engine.read(run.loss);
  if (!values.every(Number.isFinite)) run.cancel("fit");
}
