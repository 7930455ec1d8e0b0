export * from "./errors/loaders.ts";
export * from "./errors/idx-files.ts";
export * from "./errors/inputs.ts";
export * from "./errors/data-block.ts";
