import type { Tensor } from "@fastap/kernel";
import { Module, Parameter, uniform } from "@fastap/plugin-nn";
import { add, concat, matMul, mul, reshape, sigmoid, split, tanh, zeros } from "@tensorflow/tfjs-core";

/** One layer in plain ops, time first: `[time, batch, ni]` → `[time, batch, hidden]`, from a state of zeros. */
export class ComposedLstm extends Module {
  readonly weightIhL0: Parameter;
  readonly weightHhL0: Parameter;
  readonly biasIhL0: Parameter;
  readonly biasHhL0: Parameter;
  readonly hidden: number;

  constructor(ni: number, hidden: number) {
    super();
    const init = uniform(1 / Math.sqrt(hidden));
    const rows = 4 * hidden;
    this.hidden = hidden;
    this.weightIhL0 = new Parameter({ shape: [rows, ni], init, layout: { axes: [1, 0] } });
    this.weightHhL0 = new Parameter({ shape: [rows, hidden], init, layout: { axes: [1, 0] } });
    this.biasIhL0 = new Parameter({ shape: [rows], init, isBias: true });
    this.biasHhL0 = new Parameter({ shape: [rows], init, isBias: true });
  }

  protected call(...xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x?.rank !== 3) throw this.shapeError("[time, batch, features]", xb);
    const [time = 1, batch = 1, ni = 1] = x.shape;
    const bias = add(this.biasIhL0.value, this.biasHhL0.value);
    const inputs: Tensor[] = split(add(matMul(reshape(x, [time * batch, ni]), this.weightIhL0.value as Tensor), bias), time, 0);
    let state: readonly [h: Tensor, c: Tensor] = [zeros([batch, this.hidden]), zeros([batch, this.hidden])];
    const outputs = inputs.map((input) => (state = this.#step(input, state))[0]);
    return reshape(concat(outputs, 0), [time, batch, this.hidden]);
  }

  #step(input: Tensor, [h, c]: readonly [Tensor, Tensor]): readonly [Tensor, Tensor] {
    const gates = split(add(input, matMul(h, this.weightHhL0.value as Tensor)), 4, 1);
    const [i = input, f = input, g = input, o = input] = gates;
    const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    return [mul(sigmoid(o), tanh(cell)), cell];
  }
}
