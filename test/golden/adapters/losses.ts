import { createHost, type Engine, type LossFunc, type Pred, type Tensor } from "@fastap/kernel";
import { backendCpu } from "@fastap/plugin-backend-cpu";
import { engineTfjs } from "@fastap/plugin-engine-tfjs";
import { lossEntries, losses } from "@fastap/plugin-losses";
import { sum, tensor, tidy } from "@tensorflow/tfjs-core";
import type { Adapter, Check, GoldenCase } from "../adapter.ts";
import { decodeTensor, isTensor } from "../tensor.ts";
import { parseCall, type Call } from "./call.ts";

interface ValueAndGrad {
  readonly value: unknown;
  readonly grad: unknown;
}

/** One entry of `expected`; `value` and `grad` stand alone where only the constructor's reduction was captured. */
interface LossResult extends Partial<ValueAndGrad> {
  readonly loss: string;
  readonly mean?: ValueAndGrad;
  readonly sum?: ValueAndGrad;
  readonly none?: ValueAndGrad;
  readonly activation?: unknown;
  readonly decodes?: unknown;
  readonly y_int?: boolean;
}

type Inputs = GoldenCase["inputs"];

/** fastai's defaults where ours differ, being channels last. */
const upstreamDefaults: Readonly<Record<string, Record<string, unknown>>> = { diceLoss: { axis: 1 } };

/** Values, gradients, activations and decisions of the losses that exist here. */
export const lossValues: Adapter = {
  kind: "losses",
  accepts: ({ inputs, expected }) =>
    Object.values(inputs).some(isTensor) && results(expected).some(({ loss }) => registered(loss) !== undefined),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const host = await createHost({ plugins: [engineTfjs, backendCpu, losses], config: { backend: "cpu" } });
    const engine = host.resolve("engine");
    try {
      return results(expected).flatMap((result) => {
        const name = registered(result.loss);
        if (name === undefined) return [];
        const call = parseCall(result.loss);
        const options = { ...upstreamDefaults[name], ...optionsOf(call, inputs) };
        return engine.scope(() => checkLoss(engine, host.registry("losses").make([name, options]), result, operands(call, inputs)));
      });
    } finally {
      await host[Symbol.asyncDispose]();
    }
  },
};

function results(expected: unknown): readonly LossResult[] {
  return Array.isArray(expected) ? expected.filter((entry) => typeof entry?.loss === "string") : [];
}

/** Our name for fastai's, compared without regard to case. */
function registered(loss: string): string | undefined {
  const wanted = parseCall(loss).name.toLowerCase();
  return lossEntries.find(({ name, aliases = [] }) => [name, ...aliases].some((n) => n.toLowerCase() === wanted))?.name;
}

/** Arguments that name an input are that input's numbers (`weight=w`); `pos_weight=pw` means the input called as the argument. */
function optionsOf({ args }: Call, inputs: Inputs): Record<string, unknown> {
  return Object.fromEntries(
    args.map(({ key, value, identifier }) => {
      if (identifier === undefined) return [camel(key), value];
      return [camel(key), decodeTensor(inputs[identifier] ?? inputs[key]).data];
    }),
  );
}

interface Operands {
  readonly pred: Tensor;
  readonly targ: Tensor;
}

/** Which inputs a result is about: `[on p]`, `[on zr, yr]`, `[targets y_ignore]`, `[pred (6,1), targ (6)]`, else z and y. */
function operands({ note }: Call, inputs: Inputs): Operands {
  const shapes = /^pred \(([\d, ]+)\), targ \(([\d, ]+)\)$/.exec(note);
  if (shapes !== null) return { pred: make(withShape(inputs, shapes[1])), targ: make(withShape(inputs, shapes[2])) };
  const [on, onTarg] = /^on (.*)$/.exec(note)?.[1]?.split(/,\s*/) ?? [];
  const named = /^targets (\w+)$/.exec(note)?.[1];
  return { pred: make(inputs[on ?? "z"]), targ: make(inputs[onTarg ?? named ?? "y"], note === "integer targets") };
}

function withShape(inputs: Inputs, text: string | undefined): unknown {
  const wanted = (text ?? "").split(",").map(Number).join();
  return Object.values(inputs).findLast((json) => isTensor(json) && decodeTensor(json).shape.join() === wanted);
}

function make(json: unknown, asInteger = false): Tensor {
  const { shape, dtype, data } = decodeTensor(json);
  return tensor([...data], [...shape], asInteger || /^[iu]/.test(dtype) ? "int32" : "float32");
}

function checkLoss(engine: Engine, loss: LossFunc, result: LossResult, { pred, targ }: Operands): Check[] {
  const checks: Check[] = [];
  const { activation, decodes, y_int } = result;
  for (const reduction of ["mean", "sum", "none"] as const) {
    const want = result[reduction];
    if (want !== undefined)
      checks.push(...valueChecks(engine, loss.withReduction(reduction), want, { pred, targ }, `${result.loss} ${reduction}`));
  }
  const { value, grad } = result;
  if (value !== undefined) checks.push(...valueChecks(engine, loss, { value, grad }, { pred, targ }, result.loss));
  const activated = loss.activation(pred);
  if (activation !== undefined)
    checks.push({ path: `${result.loss} activation`, got: numbers(activated), want: decodeTensor(activation).data });
  if (decodes !== undefined) {
    checks.push({ path: `${result.loss} decodes`, got: numbers(loss.decodes(activated)), want: decodeTensor(decodes).data });
  }
  if (y_int !== undefined) checks.push({ path: `${result.loss} y_int`, got: loss.yInt, want: y_int });
  return checks;
}

/** Gradients are of the sum of the returned values. */
function valueChecks(engine: Engine, loss: LossFunc, want: ValueAndGrad, { pred, targ }: Operands, path: string): Check[] {
  const value = tidy(() => numbers(loss.forward(pred, targ)));
  const { grads, value: total } = engine.valueAndGrad(new Map([["z", pred]]), () => sum(loss.forward(pred, targ)));
  const grad = grads.get("z");
  const got = grad === undefined ? [] : numbers(grad);
  total.dispose();
  grad?.dispose();
  return [
    { path: `${path} value`, got: value, want: decodeTensor(want.value).data },
    { path: `${path} grad`, got, want: decodeTensor(want.grad).data },
  ];
}

function numbers(pred: Pred): number[] {
  return Array.from((pred as Tensor).dataSync());
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
