export type * from "./augment.ts";
export { EventWriter } from "./event-writer.ts";
export type { TensorBoardOptions } from "./options.ts";
export { loggerTensorboard } from "./plugin.ts";
export { writeProjector } from "./projector.ts";
export { tensorBoard } from "./tensor-board.ts";
