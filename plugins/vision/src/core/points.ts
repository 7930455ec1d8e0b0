import { TensorBBox, TensorPoint, typeOf } from "@fastap/plugin-data";
import { E_VISION_INPUT } from "../errors.ts";

/** Points `[n, 2]` from a list of [x, y], or from flat numbers. @throws E_VISION_INPUT `@source fastai.vision.core.TensorPoint.create` */
export function createPoints(points: unknown): TensorPoint {
  return new TensorPoint(rows(points, 2, "points", "a list of [x, y]"));
}

/** Boxes `[n, 4]` from a list of [left, top, right, bottom], or from flat numbers. @throws E_VISION_INPUT `@source fastai.vision.core.TensorBBox.create` */
export function createBoxes(boxes: unknown): TensorBBox {
  return new TensorBBox(rows(boxes, 4, "boxes", "a list of [left, top, right, bottom]"));
}

function rows(values: unknown, width: number, what: string, expected: string): { data: Float32Array; shape: readonly number[] } {
  const numbers = (values instanceof TensorPoint ? Array.from(values.data) : [values].flat(2)) as number[];
  const data = Float32Array.from(numbers);
  if (data.length % width !== 0 || !numbers.every((each) => typeof each === "number"))
    throw E_VISION_INPUT({ what, expected, received: JSON.stringify(values) ?? "nothing", where: "the item" });
  return { data, shape: [data.length / width, width] };
}

/** Points, or corners of boxes, moved one by one; boxes stay sorted, left before right. The class stays. */
export function mapPoints<T extends TensorPoint>(points: T, move: (x: number, y: number) => readonly [number, number]): T {
  const data = new Float32Array(points.data.length);
  for (let i = 0; i < data.length; i += 2) data.set(move(points.data[i] ?? 0, points.data[i + 1] ?? 0), i);
  if (points instanceof TensorBBox) sortCorners(data);
  const Type = typeOf(points) as new (sample: object) => T;
  const width = points instanceof TensorBBox ? 4 : 2;
  return new Type({ data, shape: [data.length / width, width] }); // a model's numbers come in one row
}

function sortCorners(boxes: Float32Array): void {
  for (let i = 0; i < boxes.length; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = boxes.subarray(i, i + 4);
    boxes.set([Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)], i);
  }
}

/** Whether it holds points or boxes. */
export function isPoints(x: unknown): x is TensorPoint {
  return x instanceof TensorPoint;
}
