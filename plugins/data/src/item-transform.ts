import { soon } from "./soon.ts";
import { Transform, applyOne } from "./transform.ts";
import { Tuple, tuple } from "./tuple.ts";
import type { TypeDispatch } from "./type-dispatch.ts";

/** A transform of the whole tuple at once: register it for `Tuple`; a list as result becomes a tuple again. `@source fastcore.transform.ItemTransform` */
export class ItemTransform extends Transform {
  protected override dispatch(table: TypeDispatch, x: unknown, drawn?: unknown): unknown {
    return soon(applyOne(table, x, drawn), (result) =>
      x instanceof Tuple && Array.isArray(result) && !(result instanceof Tuple) ? tuple(...result) : result,
    );
  }
}
