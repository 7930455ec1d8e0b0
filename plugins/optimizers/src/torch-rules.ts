import { add, div, maximum, mul, sqrt, square, sub, type Tensor } from "@tensorflow/tfjs-core";
import type { ForeignRule } from "./foreign-rule.ts";
import { parseTorch } from "./torch-options.ts";
import { moment, type StepInput } from "./step.ts";

/** `@source torch.optim.SGD` */
export function torchSgd(options?: object): ForeignRule {
  const defaults = { momentum: 0, dampening: 0, weight_decay: 0, nesterov: false };
  const { nesterov, ...hypers } = parseTorch("torch.optim.SGD", defaults, options);
  const step = (p: StepInput): void => {
    const grad = l2(p);
    const momentum = p.hyper("momentum");
    if (momentum === 0) return move(p, grad, p.hyper("lr"));
    const before = p.state.tensors.get("momentumBuffer");
    const buffer = before === undefined ? add(grad, 0) : add(mul(before, momentum), mul(grad, 1 - p.hyper("dampening")));
    p.state.setTensor("momentumBuffer", buffer);
    move(p, nesterov ? add(grad, mul(buffer, momentum)) : buffer, p.hyper("lr"));
  };
  return { name: "torch.optim.SGD", hypers, step };
}

/** `@source torch.optim.RMSprop` */
export function torchRmsprop(options?: object): ForeignRule {
  const defaults = { alpha: 0.99, eps: 1e-8, weight_decay: 0, momentum: 0, centered: false };
  const { centered, ...hypers } = parseTorch("torch.optim.RMSprop", defaults, options);
  const step = (p: StepInput): void => {
    const grad = l2(p);
    const alpha = p.hyper("alpha");
    p.state.increment("step");
    let spread: Tensor = running(p, "squareAvg", square(grad), alpha);
    if (centered) spread = sub(spread, square(running(p, "gradAvg", grad, alpha)));
    const update = div(grad, add(sqrt(spread), p.hyper("eps")));
    const momentum = p.hyper("momentum");
    if (momentum === 0) return move(p, update, p.hyper("lr"));
    p.state.setTensor("momentumBuffer", add(mul(moment(p, "momentumBuffer"), momentum), update));
    move(p, moment(p, "momentumBuffer"), p.hyper("lr"));
  };
  return { name: "torch.optim.RMSprop", hypers, step };
}

/** `@source torch.optim.Adagrad` */
export function torchAdagrad(options?: object): ForeignRule {
  const name = "torch.optim.Adagrad";
  const defaults = { lr_decay: 0, weight_decay: 0, initial_accumulator_value: 0, eps: 1e-10 };
  const { initial_accumulator_value: start, ...hypers } = parseTorch(name, defaults, options);
  const step = (p: StepInput): void => {
    const grad = l2(p);
    const t = p.state.increment("step");
    const before = p.state.tensors.get("sum") ?? add(moment(p, "sum"), start);
    const sum = add(before, square(grad));
    p.state.setTensor("sum", sum);
    move(p, div(grad, add(sqrt(sum), p.hyper("eps"))), p.hyper("lr") / (1 + (t - 1) * p.hyper("lr_decay")));
  };
  return { name, hypers, step };
}

/** Weight decay is added to the gradient. `@source torch.optim.Adam` */
export function torchAdam(options?: object): ForeignRule {
  return adamRule("torch.optim.Adam", 0, options);
}

/** Weight decay is decoupled. `@source torch.optim.AdamW` */
export function torchAdamw(options?: object): ForeignRule {
  return adamRule("torch.optim.AdamW", 0.01, options);
}

function adamRule(name: string, wd: number, options: object | undefined): ForeignRule {
  const defaults = { betas: [0.9, 0.999] as readonly number[], eps: 1e-8, weight_decay: wd, amsgrad: false };
  const { amsgrad, ...hypers } = parseTorch(name, defaults, options);
  const decoupled = name.endsWith("W");
  const step = (p: StepInput): void => {
    const [lr, mom, sqrMom] = [p.hyper("lr"), p.hyper("betas__0"), p.hyper("betas__1")];
    if (decoupled) p.param.assign(mul(p.param, 1 - lr * p.hyper("weight_decay")));
    const grad = decoupled ? p.grad : l2(p);
    const t = p.state.increment("step");
    const avg = running(p, "expAvg", grad, mom);
    let spread = running(p, "expAvgSq", square(grad), sqrMom);
    if (amsgrad) {
      p.state.setTensor("maxExpAvgSq", maximum(moment(p, "maxExpAvgSq"), spread));
      spread = moment(p, "maxExpAvgSq");
    }
    const root = add(div(sqrt(spread), Math.sqrt(1 - sqrMom ** t)), p.hyper("eps"));
    move(p, div(avg, root), lr / (1 - mom ** t));
  };
  return { name, hypers, step };
}

/** g + wd·θ */
function l2(p: StepInput): Tensor {
  const wd = p.hyper("weight_decay");
  return wd === 0 ? p.grad : add(p.grad, mul(p.param, wd));
}

/** `key` ← decay·key + (1 − decay)·value */
function running(p: StepInput, key: string, value: Tensor, decay: number): Tensor {
  p.state.setTensor(key, add(mul(moment(p, key), decay), mul(value, 1 - decay)));
  return moment(p, key);
}

function move(p: StepInput, update: Tensor, lr: number): void {
  p.param.assign(sub(p.param, mul(update, lr)));
}
