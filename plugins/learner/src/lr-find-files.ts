import { atomicWrite } from "./atomic-write.ts";
import { E_LEARNER_METHOD_MISSING } from "./errors.ts";
import type { Learner } from "./learner.ts";

export interface LrFindTaskOptions {
  readonly numIt?: number | undefined;
  readonly startLr?: number | undefined;
  readonly endLr?: number | undefined;
  readonly stopDiv?: boolean | undefined;
  readonly bs?: number | undefined;
  readonly maxRows?: number | undefined;
  /** Directory for what is written. */
  readonly out?: string | undefined;
}

export interface LrFindFound {
  readonly suggestions: Readonly<Record<string, number>>;
  readonly lrs: readonly number[];
  /** Smoothed. */
  readonly losses: readonly number[];
  readonly files: readonly string[];
}

/** What `learn.lrFind` of the plugin schedulers gives. */
type LrFind = (options: object) => Promise<Omit<LrFindFound, "files"> & { plot(): string }>;

/** Tries learning rates with every rule for one; the curve goes to `out`, as a picture and as data. @throws E_LEARNER_METHOD_MISSING */
export async function lrFindFiles(learner: Learner, options: object, out: string): Promise<LrFindFound> {
  const registry = learner.host.registry("learnerMethods");
  if (!registry.has("lrFind")) throw E_LEARNER_METHOD_MISSING({ method: "lrFind", plugin: "schedulers" });
  const find = registry.make("lrFind").bind(learner) as LrFind;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const result = await find({ ...given, suggest: ["valley", "slide", "minimum", "steep"] });
  const { suggestions, lrs, losses } = result;
  const { join, resolve } = await import("node:path");
  const dir = resolve(learner.host.config.root ?? ".", out);
  const [svg, json] = [join(dir, "lr-find.svg"), join(dir, "lr-find.json")];
  await atomicWrite(svg, result.plot());
  await atomicWrite(json, `${JSON.stringify({ suggestions, lrs, losses }, undefined, 2)}\n`);
  return { suggestions, lrs, losses, files: [svg, json] };
}
