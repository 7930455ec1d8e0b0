import { expLanes } from "./exp";
import { floats, loadLanes, storeLanes } from "./lanes";
import { logLanes } from "./unary";

/** As int32 in this order. */
@unmanaged
class Lighting {
  images: i32;
  /** Floats of an image. */
  count: i32;
  channels: i32;
  x: usize;
  factors: usize;
  out: usize;
}

// @ts-ignore: decorator
@inline
function logit(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(0.9999999)), f32x4.splat(1e-7));
  return logLanes(f32x4.div(clamped, f32x4.sub(f32x4.splat(1), clamped)));
}

// @ts-ignore: decorator
@inline
function fraction(z: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, expLanes(f32x4.neg(z))));
}

/** All of one image. */
export function lightingTask(job: usize, image: i32, scratch: usize): void {
  const l = changetype<Lighting>(job);
  const factors = l.factors + floats(3 * image);
  const a = f32x4.splat(load<f32>(factors));
  const b = load<f32>(factors, 4);
  const d = f32x4.splat(load<f32>(factors, 8));
  let from = l.x + floats(image * l.count);
  let to = l.out + floats(image * l.count);
  const step = b != 0 && l.channels == 3 ? 3 : 4;
  for (let i = 0; i < l.count; i += step, from += floats(step), to += floats(step)) {
    const lanes = min(step, l.count - i);
    const z = logit(loadLanes(from, lanes));
    let made = f32x4.add(f32x4.mul(z, a), d);
    if (step == 3) {
      const red = f32x4.extract_lane(z, 0);
      const grey: f32 = red * <f32>0.2989 + f32x4.extract_lane(z, 1) * <f32>0.587 + f32x4.extract_lane(z, 2) * <f32>0.114;
      made = f32x4.add(made, f32x4.splat(grey * b));
    }
    storeLanes(to, fraction(made), lanes);
  }
}
