import { defineError } from "@fastap/kernel";
import type { FastapError, OpNeed } from "@fastap/kernel";

type Make<D> = (details: D, cause?: unknown) => FastapError;
const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

export const E_ENGINE_NOT_READY: Make<{ action: string }> = defineError("E_ENGINE_NOT_READY", ({ action }) => ({
  message: `engine.${action} was used before the engine had a backend`,
  where: "engine-tfjs",
  hint: "Await createHost, or use the engine in a ready tap of stage main or later, not in apply.",
}));

export const E_ENGINE_BACKEND_UNAVAILABLE: Make<{ backend: string; reason: string }> = defineError("E_ENGINE_BACKEND_UNAVAILABLE", (d) => ({
  message: `backend "${d.backend}" cannot run here: ${d.reason}`,
  where: "engine-tfjs, ready",
  hint: `Set "backend" in the config to another one ("cpu" runs everywhere); fastap doctor lists them all.`,
}));

export const E_ENGINE_BACKEND_ABSENT: Make<{ backend: string; loaded: readonly string[] }> = defineError(
  "E_ENGINE_BACKEND_ABSENT",
  ({ backend, loaded }) => ({
    message: `the config wants the backend "${backend}", whose plugin is not here`,
    expected: `one of ${loaded.join(", ") || "none"}`,
    received: backend,
    where: "engine-tfjs, ready",
    hint: `Add @fastap/plugin-backend-${backend} to the plugins, or set "backend" to another one.`,
  }),
);

export const E_ENGINE_BACKEND_FAILED: Make<{ backend: string; reason: string }> = defineError("E_ENGINE_BACKEND_FAILED", (d) => ({
  message: `backend "${d.backend}" did not start: ${d.reason}`,
  where: "engine-tfjs, ready",
  hint: "Check that its packages are installed in the version that its plugin asks for; fastap doctor shows more.",
}));

export const E_ENGINE_OP_MISSING: Make<{ needs: readonly (OpNeed | { op: string })[]; backend: string; suppliers: readonly string[] }> =
  defineError("E_ENGINE_OP_MISSING", (d) => {
    const lines = d.needs.map((need) => `    ${need.op}${"layer" in need ? `, needed by layer "${need.layer}"` : ""}`);
    const names = d.suppliers.map((name) => `"${name}"`).join(" or ");
    const remedy =
      names === "" ? "No backend known here supplies it" : `Backend ${names} of fastap should supply it: set "backend" in the config`;
    return {
      message: `backend "${d.backend}" lacks ${d.needs.length === 1 ? "an operation" : `${d.needs.length} operations`}:\n${lines.join("\n")}`,
      where: `backend "${d.backend}"`,
      hint: `${remedy}; or leave the operation out.`,
    };
  });

export const E_ENGINE_GRADIENT_MISSING: Make<{ op: string; backend: string }> = defineError("E_ENGINE_GRADIENT_MISSING", (d) => ({
  message: `operation ${d.op} has no gradient`,
  where: `backend "${d.backend}", backward pass`,
  hint: "Replace it on the way from the parameters to the loss, or give it a gradient with tf.registerGradient or tf.customGrad.",
}));

export const E_ENGINE_GRADIENT_SHAPE: Make<{
  op: string;
  input: string;
  shape: readonly number[];
  dx: { readonly dtype: string; readonly shape: readonly number[] } | undefined;
}> = defineError("E_ENGINE_GRADIENT_SHAPE", (d) => ({
  message: `the gradient of operation ${d.op} by its input ${d.input} does not fit that input`,
  expected: `float32 ${shapeText(d.shape)}`,
  received: d.dx === undefined ? "none" : `${d.dx.dtype} ${shapeText(d.dx.shape)}`,
  where: "backward pass",
  hint: "Mend the function that was given to tf.registerGradient or tf.customGrad.",
}));

export const E_ENGINE_LOSS_PROMISE: Make<undefined> = defineError("E_ENGINE_LOSS_PROMISE", () => ({
  message: "the function under the gradient tape returned a promise",
  expected: "a scalar tensor, computed synchronously",
  received: "a promise",
  where: "engine.valueAndGrad",
  hint: "Do asynchronous work before it (in beforeBatch) or after it (in afterBatch).",
}));

export const E_ENGINE_LOSS_SHAPE: Make<{ received: string }> = defineError("E_ENGINE_LOSS_SHAPE", (d) => ({
  message: "the function under the gradient tape did not return a loss that can be differentiated",
  expected: "a float32 scalar tensor, shape []",
  received: d.received,
  where: "engine.valueAndGrad",
  hint: `Reduce the loss to one number: reduction "mean" or "sum".`,
}));

export const E_ENGINE_SCOPE_PROMISE: Make<undefined> = defineError("E_ENGINE_SCOPE_PROMISE", () => ({
  message: "the function of engine.scope returned a promise, whose tensors would be disposed before it settles",
  where: "engine.scope",
  hint: "Use engine.scopeAsync.",
}));

export const E_ENGINE_SCOPE_OVERLAP: Make<{ when: "opened" | "closed" }> = defineError("E_ENGINE_SCOPE_OVERLAP", (d) => ({
  message: `an asynchronous tensor scope was ${d.when} while another ran beside it`,
  expected: "scopes that nest: the inner one ends before the outer one",
  where: "engine.scopeAsync",
  hint: "Await one scope before the next starts; Promise.all over scopes mixes up who owns which tensor.",
}));

export const E_ENGINE_SHAPE: Make<{ shape: readonly number[]; length: number }> = defineError("E_ENGINE_SHAPE", (d) => ({
  message: `${d.length} values do not fill a tensor of shape ${shapeText(d.shape)}`,
  expected: `whole, non-negative sizes whose product is ${d.length}`,
  received: shapeText(d.shape),
  where: "engine.from",
}));

export const E_ENGINE_OP_INPUT: Make<{ op: string; input: string; expected: string; received: string; backend: string }> = defineError(
  "E_ENGINE_OP_INPUT",
  (d) => ({
    message: `engine.${d.op} cannot take this ${d.input}`,
    expected: d.expected,
    received: d.received,
    where: `engine.${d.op}, on backend ${d.backend}`,
  }),
);

export const E_ENGINE_SEED: Make<{ seed: unknown }> = defineError("E_ENGINE_SEED", (d) => ({
  message: "this seed cannot seed the generator",
  expected: "a whole number between -(2^53 - 1) and 2^53 - 1",
  received: String(d.seed),
  where: `"seed" of the config`,
}));

export const E_ENGINE_RANDOM_RANGE: Make<{ method: string; n: number }> = defineError("E_ENGINE_RANDOM_RANGE", (d) => ({
  message: `random.${d.method} has nothing to draw from`,
  expected: d.method === "int" ? "n, a whole number from 1 to 2^53 - 1" : "n, a whole number from 0 to 2^32 - 1",
  received: String(d.n),
  where: `random.${d.method}`,
}));

export const E_ENGINE_RANDOM_STATE: Make<{ received: string }> = defineError("E_ENGINE_RANDOM_STATE", (d) => ({
  message: "this is no state of the generator",
  expected: "four 32-bit whole numbers, not all zero, as random.state() returns them",
  received: d.received,
  where: "random.restore",
}));
