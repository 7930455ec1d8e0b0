import { ownKernel } from "../own-kernel.ts";
import type { OwnKernel } from "../own-kernel.ts";

/** Shares the memory, as on tfjs's other backends; the stock kernel copies it, for every tensor that the gradient tape saves. */
export const identity: OwnKernel = ownKernel<"x", object>("Identity", (heap) => ({ x: { dataId, shape, dtype } }) => {
  heap.backend.incRef(dataId);
  return { dataId, shape, dtype };
});
