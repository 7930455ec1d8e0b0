import { Tuple } from "./tuple.ts";
import { soon } from "./soon.ts";
import { Transform } from "./transform.ts";
import type { TypeDispatch } from "./type-dispatch.ts";

/** A transform that changes what it is given: what its functions return is left aside. `@source fastcore.transform.InplaceTransform` */
export class InplaceTransform extends Transform {
  protected override dispatch(table: TypeDispatch, x: unknown, drawn?: unknown): unknown {
    if (x instanceof Tuple) return super.dispatch(table, x, drawn);
    return soon(table.find(x)?.(x, drawn), () => x);
  }
}
