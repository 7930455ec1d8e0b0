import { TensorMask, Transform } from "@fastap/plugin-data";
import type { Portable } from "@fastap/plugin-data";
import { E_VISION_MASK_ID } from "../errors.ts";
import { PILMask } from "./pil-image.ts";

/**
 * Tells what the numbers of a mask mean, so that heads and losses know how many there are, and refuses other numbers.
 * @throws E_VISION_MASK_ID
 * @source fastai.vision.core.AddMaskCodes
 */
export class AddMaskCodes extends Transform {
  readonly lossFunc = "crossEntropyLossFlat";
  readonly vocab?: readonly string[];
  readonly c?: number;
  readonly #args: readonly unknown[];

  /** `divMask` is what the batch transform divides masks by; without `codes` nothing is checked. */
  constructor({ codes, divMask = 1 }: { readonly codes?: readonly string[]; readonly divMask?: number } = {}) {
    super();
    this.#args = [{ divMask, ...(codes === undefined ? {} : { codes }) }];
    if (codes === undefined) return;
    this.vocab = codes;
    this.c = codes.length;
    const check = (mask: TensorMask): TensorMask => {
      checkIds(mask, codes.length, divMask);
      return mask;
    };
    this.on(TensorMask, check);
  }

  override portable(): Portable {
    return { module: import.meta.url, name: "AddMaskCodes", args: this.#args };
  }
}

function checkIds(mask: TensorMask, codes: number, divMask: number): void {
  const { data } = mask;
  const id = data.find((value) => Math.floor(value / divMask) >= codes || value < 0);
  if (id === undefined) return;
  const count = Array.from(data).filter((value) => value === id).length;
  const where = mask instanceof PILMask && mask.file !== undefined ? mask.file : `a mask [${mask.shape.join(", ")}]`;
  throw E_VISION_MASK_ID({ id: Math.floor(id / divMask), codes, count, where, divMask });
}
