import { composedOps } from "@fastap/plugin-engine-tfjs";
import type { StepEngine } from "@fastap/plugin-optimizers";

/** The engine's steps in plain ops: all that optimizers ask of an engine. */
export const engine: StepEngine = { ops: composedOps };
