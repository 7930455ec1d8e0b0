import type { Entry, OptFunc } from "@fastap/kernel";
import { didYouMean } from "@fastap/kernel";
import { train } from "@tensorflow/tfjs-core";
import { E_OPTIMIZERS_OPTION } from "./errors.ts";
import type { ForeignRule } from "./foreign-rule.ts";
import { optimWrapper } from "./optim-wrapper.ts";
import { tfRule } from "./tf-rule.ts";
import { torchAdagrad, torchAdam, torchAdamw, torchRmsprop, torchSgd } from "./torch-rules.ts";
import { parseTorch } from "./torch-options.ts";

/** The optimizers of other libraries that have names. */
const rules: Readonly<Record<string, (options: object) => ForeignRule>> = {
  "torch.optim.SGD": torchSgd,
  "torch.optim.RMSprop": torchRmsprop,
  "torch.optim.Adagrad": torchAdagrad,
  "torch.optim.Adam": torchAdam,
  "torch.optim.AdamW": torchAdamw,
  "tf.train.sgd": (raw) => {
    parseTorch("tf.train.sgd", {}, raw);
    return tfRule("tf.train.sgd", (lr) => train.sgd(lr));
  },
  "tf.train.momentum": (raw) => {
    const { momentum, useNesterov } = parseTorch("tf.train.momentum", { momentum: 0.9, useNesterov: false }, raw);
    return tfRule("tf.train.momentum", (lr) => train.momentum(lr, momentum, useNesterov));
  },
  "tf.train.adam": (raw) => {
    const { beta1, beta2, epsilon } = parseTorch("tf.train.adam", { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, raw);
    return tfRule("tf.train.adam", (lr) => train.adam(lr, beta1, beta2, epsilon));
  },
  "tf.train.rmsprop": (raw) => {
    const defaults = { decay: 0.9, momentum: 0, epsilon: 1e-7, centered: false };
    const { decay, momentum, epsilon, centered } = parseTorch("tf.train.rmsprop", defaults, raw);
    return tfRule("tf.train.rmsprop", (lr) => train.rmsprop(lr, decay, momentum, epsilon, centered));
  },
  "tf.train.adagrad": (raw) => {
    const { initialAccumulatorValue } = parseTorch("tf.train.adagrad", { initialAccumulatorValue: 0.1 }, raw);
    return tfRule("tf.train.adagrad", (lr) => train.adagrad(lr, initialAccumulatorValue));
  },
};

/** `["optimWrapper", { opt: "torch.optim.SGD", momentum: 0.9 }]`: options are the library's own, by its names. */
export const optimWrapperEntry: Entry<OptFunc> = {
  name: "optimWrapper",
  aliases: ["OptimWrapper"],
  make: (raw) => {
    const { opt, ...options } = { ...(raw as { readonly opt?: unknown }) };
    const known = Object.keys(rules);
    const rule = typeof opt === "string" && Object.hasOwn(rules, opt) ? rules[opt] : undefined;
    if (rule !== undefined) return optimWrapper(rule(options));
    const near = typeof opt === "string" ? (didYouMean(opt, known) ?? "") : "";
    const problem = `option "opt" must name one of ${known.join(", ")}${near === "" ? "" : `. ${near}`}`;
    throw E_OPTIMIZERS_OPTION({ optimizer: "optimWrapper", problem, known: ["opt"], option: "opt" });
  },
};
