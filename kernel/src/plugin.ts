import type { Host } from "./host.ts";
import type { ExtraRunHooks } from "./events.ts";

/** Checked when the host is composed; `version` and `kernel` equal those of package.json. */
export interface PluginMeta<N extends string = string> {
  /** Folder name and package suffix: `backend-wasm` for `@fastap/plugin-backend-wasm`. */
  readonly name: N;
  readonly version: string;
  /** Semver range of kernels it works with. */
  readonly kernel: string;
  /** Tokens it provides or contributes to. */
  readonly provides?: readonly string[];
  /** Tokens that some other plugin must provide. */
  readonly requires?: readonly string[];
  /** Plugins it is applied after / before, where they are present. */
  readonly after?: readonly string[];
  readonly before?: readonly string[];
  /** Fields of a run that its taps read and write, as `run.loss`: writers come before readers. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

/** Options by plugin name; plugins merge theirs in. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by declaration merging
export interface PluginOptions {}

/** Options of plugin `N`: the merged type, or none known. */
export type OptionsOf<N extends string> = N extends keyof PluginOptions ? PluginOptions[N] : unknown;

/** A plugin is a plain object. `apply` wires; it neither computes nor awaits. */
export interface Plugin<N extends string = string> {
  readonly meta: PluginMeta<N>;
  /** Turns raw options into valid ones; throws a coded error. Without it, options other than `{}` are refused. */
  parseOptions?(raw: unknown): OptionsOf<N>;
  /** Hooks of its own that every run shall have, typed by merging into `ExtraRunHooks`. */
  readonly runHooks?: { readonly [K in keyof ExtraRunHooks]?: () => ExtraRunHooks[K] };
  apply(host: Host, options: OptionsOf<N>): void;
}

/** A plugin of any name, as lists hold it. */
// oxlint-disable-next-line typescript/no-explicit-any -- options differ by name; composition pairs each plugin with its own
export type AnyPlugin = Omit<Plugin, "apply" | "parseOptions"> & {
  parseOptions?(raw: unknown): unknown;
  apply(host: Host, options: never): void;
};

/** A plugin, the name of one that a preset brought, or either with options; `false` takes it out. */
export type PluginEntry = AnyPlugin | string | readonly [plugin: AnyPlugin | string, options: unknown];

/** A preset is data. */
export interface Preset {
  readonly name: string;
  readonly presets?: readonly Preset[];
  readonly plugins: readonly PluginEntry[];
}

/** Types a plugin by its name. */
export function definePlugin<const N extends string>(plugin: Plugin<N>): Plugin<N> {
  return plugin;
}
