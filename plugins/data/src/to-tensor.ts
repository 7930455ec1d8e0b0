import { asSample } from "./sample.ts";
import { TensorBase } from "./semantic-types.ts";
import { Transform } from "./transform.ts";
import type { Portable } from "./workers/portable.ts";

/** Plain numbers and lists of them → float32 samples; a domain adds its own types. `@source fastai.data.transforms.ToTensor` */
export class ToTensor extends Transform {
  override order = 5;

  constructor() {
    super();
    this.on(Number, (x: number) => new TensorBase(asSample(x)));
  }

  override portable(): Portable {
    return { module: import.meta.url, name: "ToTensor", args: [] };
  }
}
