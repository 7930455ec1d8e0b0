export type * from "./augment.ts";
export { csvLogger } from "./csv-logger.ts";
export { readLog } from "./read-log.ts";
export type { CsvOptions } from "./options.ts";
export { loggerCsv } from "./plugin.ts";
