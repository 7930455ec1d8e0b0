export { vision } from "./plugin.ts";
