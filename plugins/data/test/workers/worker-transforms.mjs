// What workers import in the tests: plain JavaScript, as workers of a published package would see it.
import { RandTransform, skipItem, TensorBase, TensorImage, Transform } from "@fastap/plugin-data";

/** A picture of 40 × 40 bytes: large enough to be moved and not copied. */
export function picture(i) {
  if (i === "bad") throw Object.assign(new Error("no picture"), { code: "E_TOY" });
  return new TensorImage({ data: new Float32Array(1600).fill(i), shape: [40, 40, 1] });
}

/** Adds a drawn number to the picture and, kept aligned, to no other part. */
export class Noise extends RandTransform {
  constructor(p = 1) {
    super({ p, order: 6 });
    this.made = [p];
    this.on(TensorImage, ({ data, shape }, by) => new TensorImage({ data: Float32Array.from(data, (x) => x + by), shape }));
  }
  beforeCall(_x, { random }) {
    return random.int(1000) / 1024;
  }
  portable() {
    return { module: import.meta.url, name: "Noise", args: this.made };
  }
}

/** Misbehaves for one picture. */
export class Trouble extends Transform {
  constructor(how, at) {
    super({ name: "Trouble" });
    this.made = [how, at];
    this.on(TensorImage, (x) => (x.data[0] === at ? TROUBLES[how](x) : x));
  }
  portable() {
    return { module: import.meta.url, name: "Trouble", args: this.made };
  }
}

const TROUBLES = {
  throw: () => {
    throw new TypeError("broken in the middle");
  },
  exit: () => process.exit(3),
  crash: () => {
    setImmediate(() => {
      throw new Error("outside of any promise");
    });
    return new Promise(() => undefined);
  },
  skip: () => skipItem,
};

export function entries(map) {
  return map.size;
}

/** A reader of a dataset that has no pipelines. */
export function squares() {
  return (i) => new TensorBase({ data: Float32Array.of(i * i), shape: [1] });
}
