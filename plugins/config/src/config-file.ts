import type { TaskConfig } from "@fastap/kernel";

/** A plugin by name, with options, or `false` to take it out. `true` is the same as the bare name. */
export type PluginSetting = string | readonly [name: string, options: Readonly<Record<string, unknown>> | boolean];

/** What a config file holds, once its keys are in their canonical spelling. */
export interface ConfigFile {
  /** For editors; ignored. */
  readonly $schema?: string;
  /** Config files that this one builds on, relative to it; later ones win, this one wins over all. */
  readonly extends?: string | readonly string[];
  /** `vision` for `@fastap/preset-vision`, an npm name, or `./path`. */
  readonly presets?: readonly string[];
  /** `progress` for one of a preset or `@fastap/plugin-progress`, `fastap-plugin-x`, an npm name, or `./path`. */
  readonly plugins?: readonly PluginSetting[];
  readonly backend?: string;
  readonly seed?: number;
  readonly task?: TaskConfig;
}
