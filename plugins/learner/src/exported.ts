import type { DataLoaders, Host, Loader, MultiToken, Spec } from "@fastap/kernel";
import { encodeSafetensors } from "@fastap/plugin-nn";
import { atomicWrite } from "./atomic-write.ts";
import { E_LEARNER_EXPORT, E_LEARNER_EXPORT_DATA, E_LEARNER_FILE, E_LEARNER_UNREGISTERED } from "./errors.ts";
import type { Learner } from "./learner.ts";

/** What an exported learner is made of, all by registered name: JSON in the metadata of its safetensors file. */
export interface Exported {
  readonly format: "fastap-learner";
  readonly version: 1;
  readonly model: Spec;
  readonly lossFunc: Spec;
  readonly optFunc: Spec;
  readonly metrics: readonly Spec[];
  /** Registered dataset that turns inputs into batches and has no items. */
  readonly preprocessing: Spec | null;
  /** Versions of the plugins it was made with. */
  readonly plugins: Readonly<Record<string, string>>;
}

/** Key of the metadata. */
export const EXPORTED = "fastap";
const REGISTRIES = { model: "models", lossFunc: "losses", optFunc: "optimizers", preprocessing: "datasets" } as const;

export interface ExportOptions {
  /** Instead of what the data name: a registered dataset, with options, that has no items; null for none, when only `getPreds` is to work. */
  readonly preprocessing?: Spec | null;
}

/**
 * Writes model, names and preprocessing, no items and no optimizer state.
 * @throws E_LEARNER_EXPORT, E_LEARNER_EXPORT_DATA where something has no registered name
 */
export async function writeExported(learner: Learner, name: string, { preprocessing }: ExportOptions): Promise<string> {
  const { extname, resolve } = await import("node:path");
  const file = resolve(learner.path, extname(name) === "" ? `${name}.safetensors` : name);
  const exported: Exported = {
    format: "fastap-learner",
    version: 1,
    model: named(learner.specs.model, "the model"),
    lossFunc: named(learner.specs.lossFunc, "the loss"),
    optFunc: named(learner.specs.optFunc, "the optimizer"),
    metrics: learner.specs.metrics.map((metric) => named(metric, "a metric")),
    preprocessing: preprocessing === undefined ? preprocessingOf(learner.dls) : preprocessing,
    plugins: Object.fromEntries(learner.host.plugins.map(({ meta }) => [meta.name, meta.version])),
  };
  await atomicWrite(file, encodeSafetensors(await learner.model.stateDict(), { format: "pt", [EXPORTED]: JSON.stringify(exported) }));
  return file;
}

/** @throws E_LEARNER_EXPORT_DATA where transforms prepare an input and nobody could do so after loading */
function preprocessingOf({ preprocessing, train }: DataLoaders): Spec | null {
  if (preprocessing === undefined && isTransforming(train)) {
    throw E_LEARNER_EXPORT_DATA({ transforms: [...new Set(Object.values(train.recipe).flat())] });
  }
  return preprocessing ?? null;
}

/** Like data's TfmdDL. */
function isTransforming(loader: Loader): loader is Loader & { readonly recipe: Readonly<Record<string, readonly string[]>> } {
  return "recipe" in loader && "hooks" in loader;
}

/** @throws E_LEARNER_FILE where the file is no exported learner; E_LEARNER_UNREGISTERED where the host lacks a name */
export function readExported(text: string | undefined, file: string, host: Host): Exported {
  const exported = parse(text, file);
  const needs: (readonly [MultiToken, Spec])[] = exported.metrics.map((spec) => ["metrics", spec] as const);
  for (const [key, token] of Object.entries(REGISTRIES)) {
    const spec = exported[key as keyof typeof REGISTRIES];
    if (spec !== null) needs.push([token, spec]);
  }
  const has = (token: MultiToken, name: string): boolean => host.has(token) && host.registry(token).has(name);
  const missing = needs.map(([token, spec]) => ({ token, name: nameOf(spec) })).filter(({ token, name }) => !has(token, name));
  if (missing.length === 0) return exported;
  const absent = Object.entries(exported.plugins).filter(([name]) => !host.plugins.some(({ meta }) => meta.name === name));
  throw E_LEARNER_UNREGISTERED({ file, missing, absent: absent.map(([name, version]) => `${name} ${version}`) });
}

function parse(text: string | undefined, file: string): Exported {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    if (isExported(value)) return value;
  } catch {
    // refused below
  }
  throw E_LEARNER_FILE({ file, problem: "it is no exported learner", expected: "a file that learn.export wrote" });
}

function isExported(value: unknown): value is Exported {
  if (typeof value !== "object" || value === null || !("format" in value) || !("version" in value)) return false;
  const { metrics, model, lossFunc, optFunc, preprocessing, plugins }: Readonly<Record<string, unknown>> = { ...value };
  const specs = Array.isArray(metrics) && [model, lossFunc, optFunc, ...metrics, preprocessing ?? "none"].every(isSpec);
  return value.format === "fastap-learner" && value.version === 1 && specs && typeof plugins === "object";
}

function isSpec(value: unknown): value is Spec {
  return typeof value === "string" || (Array.isArray(value) && value.length === 2 && typeof value[0] === "string");
}

function named(given: unknown, what: string): Spec {
  if (isSpec(given)) return given;
  throw E_LEARNER_EXPORT({ what });
}

function nameOf(spec: Spec): string {
  return typeof spec === "string" ? spec : spec[0];
}
