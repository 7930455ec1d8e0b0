import { defineError, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_LOGGER_WANDB_OPTION: Coded<{ option: string; expected: string; received: string; hint?: string }> = defineError(
  "E_LOGGER_WANDB_OPTION",
  ({ option, ...rest }) => ({ message: `bad option "${option}"`, ...rest, where: 'plugin "logger-wandb"' }),
);

/** Before the first step: without a run there is nothing to log to. */
export const E_LOGGER_WANDB_START: Coded<{ url: string; problem: string }> = defineError("E_LOGGER_WANDB_START", ({ url, problem }) => ({
  message: `no run could be started: ${problem}`,
  where: url,
  hint: 'Check the key and the network, or take the plugin out: ["logger-wandb", false].',
}));
