import type { CsvOptions } from "./options.ts";

declare module "@fastap/kernel" {
  interface PluginOptions {
    "logger-csv": CsvOptions;
  }
}
