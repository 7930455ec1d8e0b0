import type { TransformLike } from "./pipeline.ts";
import { Transform } from "./transform.ts";

/** Of transforms of one class, or functions of one name, the last one wins, at the first one's place. `@source fastai.data.block._merge_tfms` */
export function mergeTransforms(...lists: readonly (readonly TransformLike[])[]): TransformLike[] {
  const merged = new Map<unknown, TransformLike>();
  for (const like of lists.flat()) merged.set(groupOf(like), like);
  return [...merged.values()];
}

function groupOf(like: TransformLike): unknown {
  if (!(like instanceof Transform)) return like.prototype instanceof Transform || like.name === "" ? like : `function ${like.name}`;
  return like.constructor === Transform ? like : like.constructor;
}
