import { defineError, didYouMean, type FastapError } from "@fastap/kernel";

type Coded<D> = (details: D, cause?: unknown) => FastapError;

export const E_LEARNER_OPTION: Coded<{ option: string; expected: string; received: string; where: string; hint?: string | undefined }> =
  defineError("E_LEARNER_OPTION", ({ option, ...rest }) => ({ message: `option "${option}" is wrong`, ...rest }));

export const E_LEARNER_LOSS_MISSING: Coded<void> = defineError("E_LEARNER_LOSS_MISSING", () => ({
  message: "no loss was given, and the data do not name one",
  expected: "options.lossFunc or dls.lossFunc",
  hint: 'Pass one, for example { lossFunc: "crossEntropy" }.',
}));

export const E_LEARNER_METHOD_MISSING: Coded<{ method: string; plugin: string }> = defineError(
  "E_LEARNER_METHOD_MISSING",
  ({ method, plugin }) => ({
    message: `this Learner has no ${method}`,
    where: `learn.${method}`,
    hint: `Add @fastap/plugin-${plugin} to the plugins of the host.`,
  }),
);

export const E_LEARNER_METHOD_TAKEN: Coded<{ method: string }> = defineError("E_LEARNER_METHOD_TAKEN", ({ method }) => ({
  message: `a plugin contributes the Learner method "${method}", which every Learner has already`,
  where: `registry learnerMethods, entry "${method}"`,
  hint: "Give it another name.",
}));

export const E_LEARNER_LOSS_NOT_FINITE: Coded<{ loss: number; step: number; where: string; layer?: string | undefined }> = defineError(
  "E_LEARNER_LOSS_NOT_FINITE",
  ({ loss, step, where, layer }) => ({
    message: `the training loss of step ${step} is ${loss}`,
    expected: "a finite number",
    received: String(loss),
    where: `${where}, ${layer === undefined ? "all layers finite: the loss itself broke" : `first in layer ${layer}`}`,
    hint: 'Lower lr, or look for broken inputs. The model is as it was before this step. ["learner", { nanLoss: "allow" }] goes on.',
  }),
);

export const E_LEARNER_GRADIENT_NOT_FINITE: Coded<{ param: string; value: number; step: number; where: string }> = defineError(
  "E_LEARNER_GRADIENT_NOT_FINITE",
  ({ param, value, step, where }) => ({
    message: `the gradient of ${param} in step ${step} holds ${value}`,
    expected: "finite numbers",
    received: String(value),
    where: `parameter ${param}, ${where}`,
    hint: "Look for a root or logarithm of 0, a division by 0, or clip gradients. The model is as it was before this step.",
  }),
);

/** Found after the step that did it: `where` is its batch. */
export const E_LEARNER_WEIGHT_NOT_FINITE: Coded<{ param: string; restored: number | undefined; where: string | undefined }> = defineError(
  "E_LEARNER_WEIGHT_NOT_FINITE",
  ({ param, restored, where = "before the first step of this fit" }) => ({
    message: `the parameter ${param} holds NaN or infinity`,
    expected: "finite numbers",
    where: `parameter ${param}, after the step of ${where}`,
    hint:
      restored === undefined
        ? "Load weights that are whole."
        : `Lower lr, or give the optimizer an eps above 0. The model is as it was before step ${restored}, and the optimizer starts anew; ["learner", { nanCheck: "every" }] keeps every step.`,
  }),
);

export const E_LEARNER_OUTPUTS: Coded<{ classes: number; outputs: number; shape: readonly number[] }> = defineError(
  "E_LEARNER_OUTPUTS",
  ({ classes, outputs, shape }) => ({
    message: `the data have ${classes} classes, the model has ${outputs} outputs`,
    expected: `${classes} outputs`,
    received: `${outputs} (shape [${shape.join(", ")}])`,
    where: "last layer of the model",
    hint: `Give the last layer ${classes} outputs.`,
  }),
);

export const E_LEARNER_LOADER: Coded<{ dsIdx: number; count: number }> = defineError("E_LEARNER_LOADER", ({ dsIdx, count }) => ({
  message: `there is no loader ${dsIdx}`,
  expected: `dsIdx 0…${count - 1}`,
  received: String(dsIdx),
  where: "dls.loaders",
}));

export const E_LEARNER_RESUME: Coded<void> = defineError("E_LEARNER_RESUME", () => ({
  message: "nothing here writes or reads checkpoints",
  expected: "the plugin checkpoint",
  where: "learn.fit, option resume",
  hint: "Add @fastap/plugin-checkpoint to the plugins of the host.",
}));

export const E_LEARNER_NO_TEST_BATCH: Coded<void> = defineError("E_LEARNER_NO_TEST_BATCH", () => ({
  message: "these data cannot turn an input into a batch",
  expected: "dls.testBatch",
  where: "learn.predict",
  hint: "Use getPreds({ dl }) with a loader of your own. A loaded Learner has it where the data that it was exported with name their preprocessing.",
}));

/** A model file that is missing, cut off or no model file. */
export const E_LEARNER_FILE: Coded<{ file: string; problem: string; expected?: string; received?: string }> = defineError(
  "E_LEARNER_FILE",
  ({ file, problem, ...rest }) => ({ message: `${file} cannot be loaded: ${problem}`, ...rest, where: file, hint: "Nothing was changed." }),
);

export const E_LEARNER_TASK_KEY: Coded<{ key: string; example: string }> = defineError("E_LEARNER_TASK_KEY", ({ key, example }) => ({
  message: `the config's task has no "${key}"`,
  expected: `task.${key}`,
  received: "nothing",
  where: `config, task.${key}`,
  hint: `For example ${key}: ${example}`,
}));

export const E_LEARNER_FIT_METHOD: Coded<{ name: string; known: readonly string[]; plugin?: string | undefined }> = defineError(
  "E_LEARNER_FIT_METHOD",
  ({ name, known, plugin }) => ({
    message: `"${name}" is no Learner method that a task can run`,
    expected: known.join(", "),
    received: `"${name}"`,
    where: "config, task.fit",
    hint: plugin === undefined ? didYouMean(name, known) : `Add @fastap/plugin-${plugin} to the plugins.`,
  }),
);

export const E_LEARNER_EXPORT: Coded<{ what: string }> = defineError("E_LEARNER_EXPORT", ({ what }) => ({
  message: `${what} cannot be exported: it was given as an object`,
  expected: '"name" or ["name", options]',
  received: "an object",
  where: "learn.export",
  hint: "Contribute it to its registry under a name, and give the Learner that name.",
}));

export const E_LEARNER_EXPORT_DATA: Coded<{ transforms: readonly string[] }> = defineError("E_LEARNER_EXPORT_DATA", ({ transforms }) => ({
  message: "the preprocessing of the data cannot be exported: no registered dataset does the same to a raw input",
  expected: "dls.preprocessing, the name of a dataset without items and with the same testBatch",
  received: transforms.length === 0 ? "transforms of their own" : `transforms ${transforms.join(", ")}`,
  where: "learn.export",
  hint: 'host.contribute("datasets", { name, make }) registers one; then block.dataloaders(source, { preprocessing: [name, options] }) or learn.export(file, { preprocessing: [name, options] }). With null the file has none, and only getPreds works.',
}));

export const E_LEARNER_UNREGISTERED: Coded<{
  file: string;
  missing: readonly { readonly token: string; readonly name: string }[];
  absent: readonly string[];
}> = defineError("E_LEARNER_UNREGISTERED", ({ file, missing, absent }) => ({
  message: `${file} needs what this host has not registered`,
  expected: missing.map(({ token, name }) => `"${name}" in ${token}`).join(", "),
  where: file,
  hint: [
    ...(absent.length === 0 ? [] : [`It was made with plugins that are not here: ${absent.join(", ")}.`]),
    ...missing.map(({ token, name }) => `Register it: host.contribute("${token}", { name: "${name}", make }).`),
  ].join(" "),
}));

/** A name whose plugin may not be there. */
export const E_LEARNER_NAME_ABSENT: Coded<{
  token: string;
  name: string;
  known: readonly string[];
  absent: readonly string[];
}> = defineError("E_LEARNER_NAME_ABSENT", ({ token, name, known, absent }) => ({
  message: `"${name}" is not in ${token}, and ${absent.length === 1 ? "a plugin that brings" : "plugins that bring"} some ${absent.length === 1 ? "is" : "are"} not here`,
  expected: known.length === 0 ? `a plugin that brings ${token}` : `one of ${known.join(", ")}`,
  received: name,
  where: `registry ${token}`,
  hint: [didYouMean(name, known), `Is it of ${absent.map((plugin) => `@fastap/plugin-${plugin}`).join(", ")}? Add it to the plugins.`]
    .filter((text) => text !== undefined && text !== "")
    .join(" "),
}));

export const E_LEARNER_NOT_SHOWABLE: Coded<{ problem: string; expected: string }> = defineError(
  "E_LEARNER_NOT_SHOWABLE",
  ({ problem, expected }) => ({ message: problem, expected, where: "learn.showResults, interp.plotTopLosses" }),
);

export const E_LEARNER_TTA: Coded<void> = defineError("E_LEARNER_TTA", () => ({
  message: "this loader has no transforms of training to predict with",
  expected: "a loader of a DataBlock or of Datasets, or the option augmented",
  where: "learn.tta",
  hint: "Pass the same items, unshuffled, behind augmentation: learn.tta({ augmented }).",
}));
