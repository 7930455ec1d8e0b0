import type { Pred, RecurrentWeights, Tensor } from "@fastap/kernel";
import { concat, reshape, reverse, slice, stack, transpose, zeros } from "@tensorflow/tfjs-core";
import { checkWhole } from "../check.ts";
import { E_NN_OPTION } from "../errors.ts";
import { uniform } from "../initialiser.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

export interface RecurrentOptions {
  /** Layers on top of each other. Default 1. */
  readonly numLayers?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Sequences are `[batch, steps, …]` rather than `[steps, batch, …]`. Default false. */
  readonly batchFirst?: boolean;
  /** Chance of zeroing each output between layers, when training. Default 0. */
  readonly dropout?: number;
  /** A second layer reads every sequence backwards; outputs are side by side. Default false. */
  readonly bidirectional?: boolean;
  /** Return the states after the output, not the output alone. Default false, so that layers can follow in a Sequential. */
  readonly returnState?: boolean;
}

const DEFAULTS: Required<RecurrentOptions> = {
  numLayers: 1,
  bias: true,
  batchFirst: false,
  dropout: 0,
  bidirectional: false,
  returnState: false,
};

/** One direction of one layer. */
interface Cell {
  readonly ih: Parameter;
  readonly hh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;
}

/** What one direction of one layer makes of a sequence `[steps, batch, inputs]`. */
export interface CellResult {
  readonly output: Tensor;
  /** `[batch, hidden]` each. */
  readonly states: readonly Tensor[];
}

/** Layers, directions and states around one recurrent cell; parameters have PyTorch's names, `weight_ih_l0`, `bias_hh_l1_reverse` … */
export abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly returnState: boolean;
  readonly #cells: readonly (readonly Cell[])[];

  /** @throws E_NN_OPTION */
  constructor(parts: number, inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super();
    const { numLayers, bias, batchFirst, bidirectional, returnState, dropout: p } = { ...DEFAULTS, ...options };
    const name = this.constructor.name;
    for (const [option, value] of Object.entries({ inputSize, hiddenSize, numLayers })) checkWhole(name, option, value, 1);
    if (!(p >= 0 && p < 1)) throw E_NN_OPTION({ of: name, option: "dropout", problem: `dropout must be from 0 to below 1, not ${p}` });
    [this.inputSize, this.hiddenSize, this.dropout] = [inputSize, hiddenSize, p];
    [this.batchFirst, this.bidirectional, this.returnState] = [batchFirst, bidirectional, returnState];
    const directions = bidirectional ? ["", "Reverse"] : [""];
    this.#cells = Array.from({ length: numLayers }, (_, layer) =>
      directions.map((suffix) => this.#cell(parts, layer === 0 ? inputSize : directions.length * hiddenSize, `L${layer}${suffix}`, bias)),
    );
  }

  /** One direction of one layer, forwards in time. */
  protected abstract run(x: Tensor, states: readonly Tensor[], weights: RecurrentWeights): CellResult;

  /** How many states a cell carries. */
  protected abstract readonly stateCount: number;

  protected call(...xb: readonly Tensor[]): Pred {
    const x = this.#sequence(xb);
    const given = this.#states(xb, x.shape[1] ?? 0);
    const states: Tensor[][] = [];
    let input = x;
    for (const [layer, directions] of this.#cells.entries()) {
      if (layer > 0 && this.training && this.dropout > 0) input = this.engine.ops.dropout(input, this.dropout, this.random.int(2 ** 31));
      const results = directions.map((cell, d) => {
        const index = layer * directions.length + d;
        return this.#direct(
          cell,
          input,
          given.map((state) => at(state, index)),
          d === 1,
        );
      });
      states.push(...results.map((result) => [...result.states]));
      const [first, ...others] = results.map(({ output }) => output);
      if (first !== undefined) input = others.length === 0 ? first : concat([first, ...others], 2);
    }
    const output = this.batchFirst ? transpose(input, [1, 0, 2]) : input;
    if (!this.returnState) return output;
    return [output, ...given.map((_, k) => stack(states.flatMap((own) => own[k] ?? [])))];
  }

  /** One direction: the second reads the sequence backwards, and its outputs are put in the order of the inputs. */
  #direct(cell: Cell, x: Tensor, states: readonly Tensor[], backwards: boolean): CellResult {
    const weights = { ih: cell.ih.value, hh: cell.hh.value, biasIh: cell.biasIh?.value, biasHh: cell.biasHh?.value };
    if (!backwards) return this.run(x, states, weights);
    const result = this.run(reverse(x, 0), states, weights);
    return { ...result, output: reverse(result.output, 0) };
  }

  /** `[steps, batch, inputs]` */
  #sequence(xb: readonly Tensor[]): Tensor {
    const [x] = xb;
    if (x?.dtype !== "float32" || x.rank !== 3 || x.shape[2] !== this.inputSize) {
      throw this.shapeError(`float32 ${this.batchFirst ? "[batch, steps, " : "[steps, batch, "}${this.inputSize}]`, xb);
    }
    return this.batchFirst ? transpose(x, [1, 0, 2]) : x;
  }

  /** The states that came in after the sequence, `[layers · directions, batch, hidden]` each, or zeros. */
  #states([, ...given]: readonly Tensor[], batch: number): readonly Tensor[] {
    const shape = [this.#cells.flat().length, batch, this.hiddenSize];
    if (given.length === 0) return Array.from({ length: this.stateCount }, () => zeros(shape));
    const fits = given.length === this.stateCount && given.every((state) => state.shape.join() === shape.join());
    if (!fits) throw this.shapeError(`after the sequence none or ${this.stateCount} states [${shape.join(", ")}]`, given);
    return given;
  }

  /** Makes the parameters of one direction of one layer and puts them in properties of this module. */
  #cell(parts: number, inputs: number, suffix: string, hasBias: boolean): Cell {
    const width = parts * this.hiddenSize;
    const init = uniform(1 / Math.sqrt(this.hiddenSize));
    const own = (name: string, shape: readonly number[]): Parameter => {
      // Not marked as biases: fastai decays those of recurrent layers as it does their weights.
      const parameter = new Parameter({ shape, init });
      Object.assign(this, { [`${name}${suffix}`]: parameter });
      return parameter;
    };
    const [ih, hh] = [own("weightIh", [width, inputs]), own("weightHh", [width, this.hiddenSize])];
    if (!hasBias) return { ih, hh, biasIh: undefined, biasHh: undefined };
    return { ih, hh, biasIh: own("biasIh", [width]), biasHh: own("biasHh", [width]) };
  }
}

/** `[count, batch, hidden]` → `[batch, hidden]` */
function at(states: Tensor, index: number): Tensor {
  return reshape(slice(states, index, 1), states.shape.slice(1));
}
