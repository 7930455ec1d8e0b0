import { defineError } from "@fastap/kernel";
import type { FastapError } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;

export const E_CLI_FILE: Make<{ file: string }> = defineError("E_CLI_FILE", (d) => ({
  message: `there is no file ${d.file}`,
}));

export const E_CLI_INPUT: Make<{ file: string; reason: string }> = defineError("E_CLI_INPUT", (d) => ({
  message: `the input is no JSON: ${d.reason}`,
  expected: "nested lists of numbers",
  where: d.file,
}));

export const E_CLI_RESUME_STEPS: Make<{ wanted: number; done: number }> = defineError("E_CLI_RESUME_STEPS", ({ wanted, done }) => ({
  message: `there is no state after step ${wanted}`,
  expected: done === 0 ? "a task that trains at least one step" : `steps from 1 to ${done}`,
  received: String(wanted),
  where: "fastap verify-resume",
}));

export const E_CLI_PICTURE: Make<{ file: string; formats: readonly string[] }> = defineError("E_CLI_PICTURE", (d) => ({
  message: `${d.file} is no picture that can be written`,
  expected: `a name that ends in ${d.formats.join(", ")}`,
  where: "fastap show --out",
}));

export const E_CLI_DATA_NAME: Make<{ name: string; hint: string }> = defineError("E_CLI_DATA_NAME", (d) => ({
  message: `there is no data set "${d.name}", and no weights of that name`,
  expected: "a name that `fastap data list` or `fastap data list --weights` shows, or an address that begins with http:// or https://",
  received: d.name,
  where: "fastap data get",
  hint: d.hint,
}));

export const E_CLI_NO_TASK: Make<{ loaded: readonly string[] }> = defineError("E_CLI_NO_TASK", ({ loaded }) => ({
  message: "no plugin here runs tasks",
  expected: "the plugin learner",
  received: loaded.join(", ") || "no plugin",
  hint: "Add @fastap/plugin-learner to the plugins, or a preset that brings it.",
}));

export const E_CLI_NO_CLEANER: Make<{ loaded: readonly string[] }> = defineError("E_CLI_NO_CLEANER", ({ loaded }) => ({
  message: "no plugin here cleans data",
  expected: "the plugin vision",
  received: loaded.join(", ") || "no plugin",
  hint: "Add @fastap/plugin-vision to the plugins, or the preset vision.",
}));

export const E_CLI_NO_LR_FIND: Make<void> = defineError("E_CLI_NO_LR_FIND", () => ({
  message: "who runs the task here cannot look for a learning rate",
  expected: "the plugins learner and schedulers",
  hint: "Add @fastap/plugin-learner and @fastap/plugin-schedulers to the plugins, or a preset that brings them.",
}));
