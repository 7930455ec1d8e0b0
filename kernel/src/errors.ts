import { didYouMean } from "./closest.ts";
import { defineError } from "./fastap-error.ts";
import type { FastapError } from "./fastap-error.ts";

type Make<D> = (details: D, cause?: unknown) => FastapError;
const list = (names: Iterable<string>): string => [...names].join(", ") || "none";

/** A plugin that names no known one: neither given as an object nor brought by a preset. */
export const E_PLUGIN_UNKNOWN: Make<{ name: string; known: readonly string[] }> = defineError("E_PLUGIN_UNKNOWN", (d) => ({
  message: `no plugin "${d.name}" is loaded`,
  expected: `one of ${list(d.known)}`,
  received: `"${d.name}"`,
  hint: didYouMean(d.name, d.known) || `Pass the plugin itself, or a preset that brings it.`,
}));

export const E_PLUGIN_META: Make<{ name: string; field: string; expected: string; received: unknown }> = defineError(
  "E_PLUGIN_META",
  (d) => ({
    message: `plugin "${d.name}" has a wrong meta.${d.field}`,
    expected: d.expected,
    received: JSON.stringify(d.received) ?? "nothing",
    hint: "describePlugin of @fastap/contract checks it.",
  }),
);

export const E_PLUGIN_VERSION: Make<{ name: string; range: string; kernel: string }> = defineError("E_PLUGIN_VERSION", (d) => ({
  message: `plugin "${d.name}" does not work with this kernel`,
  expected: `@fastap/kernel ${d.range}`,
  received: d.kernel,
  hint: "Install versions that fit each other.",
}));

export const E_PLUGIN_DUPLICATE: Make<{ name: string; versions: readonly string[] }> = defineError("E_PLUGIN_DUPLICATE", (d) => ({
  message: `two different plugins are called "${d.name}"`,
  where: `versions ${list(d.versions)}`,
  hint: `Remove one, or switch the first off with ["${d.name}", false] before the second.`,
}));

export const E_PLUGIN_OPTIONS: Make<{ name: string; reason: string }> = defineError("E_PLUGIN_OPTIONS", (d) => ({
  message: `the options of plugin "${d.name}" are wrong: ${d.reason}`,
  where: `plugin "${d.name}"`,
}));

export const E_PLUGIN_CYCLE: Make<{ path: readonly string[] }> = defineError("E_PLUGIN_CYCLE", (d) => ({
  message: `plugins wait for each other: ${d.path.join(" → ")}`,
  hint: "Drop one of the after, before, requires, reads or writes that make the circle.",
}));

export const E_PLUGIN_APPLY: Make<{ name: string; reason: string }> = defineError("E_PLUGIN_APPLY", (d) => ({
  message: `plugin "${d.name}" failed while it was applied: ${d.reason}`,
}));

export const E_WRITE_CONFLICT: Make<{ field: string; plugins: readonly [string, string] }> = defineError("E_WRITE_CONFLICT", (d) => ({
  message: `plugins "${d.plugins[0]}" and "${d.plugins[1]}" both write ${d.field}, in no stated order`,
  hint: `Name one in the other's meta.after or meta.before.`,
}));

export const E_TOKEN_MISSING: Make<{ token: string; by?: string | undefined; loaded: readonly string[] }> = defineError(
  "E_TOKEN_MISSING",
  (d) => ({
    message: `${d.by === undefined ? "" : `plugin "${d.by}" requires `}"${d.token}", which no loaded plugin provides`,
    where: `loaded: ${list(d.loaded)}`,
    hint: `Add a plugin that lists "${d.token}" in meta.provides, or a preset that brings one.`,
  }),
);

export const E_TOKEN_DUPLICATE: Make<{ token: string; plugins: readonly [string, string] }> = defineError("E_TOKEN_DUPLICATE", (d) => ({
  message: `plugins "${d.plugins[0]}" and "${d.plugins[1]}" both provide "${d.token}"`,
  hint: `Keep one: ["${d.plugins[1]}", false] switches a preset's plugin off. To change a service, decorate it.`,
}));

export const E_TOKEN_UNPROVIDED: Make<{ token: string; plugin: string }> = defineError("E_TOKEN_UNPROVIDED", (d) => ({
  message: `plugin "${d.plugin}" lists "${d.token}" in meta.provides but does not provide it`,
  hint: "Call host.provide or host.contribute in apply, or drop the token from the meta.",
}));

export const E_TOKEN_LATE: Make<{ token: string; action: string }> = defineError("E_TOKEN_LATE", (d) => ({
  message: `"${d.token}" cannot be ${d.action} any more: it is in use`,
  hint: "Provide, decorate and contribute in a plugin's apply.",
}));

export const E_NAME_UNKNOWN: Make<{ registry: string; name: string; names: readonly string[] }> = defineError("E_NAME_UNKNOWN", (d) => ({
  message: `"${d.name}" is not in ${d.registry}`,
  expected: `one of ${list(d.names)}`,
  received: `"${d.name}"`,
  hint: didYouMean(d.name, d.names),
}));

export const E_NAME_DUPLICATE: Make<{ registry: string; name: string; plugins: readonly [string, string] }> = defineError(
  "E_NAME_DUPLICATE",
  (d) => ({
    message: `plugins "${d.plugins[0]}" and "${d.plugins[1]}" both call something "${d.name}" in ${d.registry}`,
    hint: "Rename one of them.",
  }),
);

export const E_TAP_NAME: Make<{ name: string; hook: string; plugins: readonly string[] }> = defineError("E_TAP_NAME", (d) => ({
  message: `a tap calls itself "${d.name}"`,
  expected: `the name of its plugin, or that name with a part as in "recorder/smooth"; loaded: ${list(d.plugins)}`,
  received: `"${d.name}"`,
  where: `hook ${d.hook}`,
  hint: didYouMean(d.name, d.plugins),
}));

export const E_TAP_BEFORE: Make<{ name: string; hook: string }> = defineError("E_TAP_BEFORE", (d) => ({
  message: `tap "${d.name}" orders itself with tapable's before, which an unknown name silently turns into "first"`,
  where: `hook ${d.hook}`,
  hint: "Use a stage (Stage.setup, transform, main, record, report), or meta.after and meta.before.",
}));

export const E_TAP_PROMISE: Make<{ name: string; hook: string; inTape: boolean }> = defineError("E_TAP_PROMISE", (d) => ({
  message: `tap "${d.name}" returned a promise, which nobody awaits`,
  where: `hook ${d.hook}`,
  hint: d.inTape ? "This hook runs inside the gradient tape: do the asynchronous part in afterBatch." : "Tap with tapPromise.",
}));

export const E_TAP_THREW: Make<{ name: string; hook: string }> = defineError("E_TAP_THREW", (d) => ({
  message: `tap "${d.name}" threw something that is no Error`,
  where: `hook ${d.hook}`,
}));

export const E_CANCEL_ESCAPED: Make<{ scope: string }> = defineError("E_CANCEL_ESCAPED", (d) => ({
  message: `cancel("${d.scope}") was raised where no ${d.scope} is running`,
  hint: `Raise it inside the ${d.scope}, not in its own after event or outside of it.`,
}));

export const E_RUN_BUSY: Make<{ running: string; wanted: string }> = defineError("E_RUN_BUSY", (d) => ({
  message: `this host is in a ${d.running} already, and cannot start a ${d.wanted} beside it`,
  hint: "Await the first, start the second from one of its callbacks with `parent`, or use a second host.",
}));

export const E_RUN_PARTS: Make<{ part: string; kind: string }> = defineError("E_RUN_PARTS", (d) => ({
  message: `a ${d.kind} needs ${d.part}`,
}));

export const E_HOST_DISPOSED: Make<{ action: string }> = defineError("E_HOST_DISPOSED", (d) => ({
  message: `cannot ${d.action}: the host is disposed`,
}));
