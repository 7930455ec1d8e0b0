export { backendWasm } from "./plugin.ts";
