export { cleanImages } from "./cleaner/cleaner.ts";
export { vision } from "./plugin.ts";
