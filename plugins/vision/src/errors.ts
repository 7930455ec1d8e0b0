export * from "./errors/images.ts";
export * from "./errors/datasets.ts";
export * from "./errors/models.ts";
export * from "./errors/weights.ts";
export * from "./errors/tfjs-model.ts";
