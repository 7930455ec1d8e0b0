import {
  AdaptiveAvgPool,
  AdaptiveConcatPool,
  AdaptiveMaxPool,
  AvgPool,
  GlobalAvgPool,
  MaxPool,
  MaxPool2d,
  Sequential,
} from "@fastap/plugin-nn";
import type { Module } from "@fastap/plugin-nn";
import { E_VISION_CUT } from "../errors.ts";

/** How many of a model's children are its body, counted from the end where negative; or what makes the body. */
export type Cut = number | ((model: Module) => Sequential);

const POOLS = [AdaptiveAvgPool, AdaptiveConcatPool, AdaptiveMaxPool, AvgPool, GlobalAvgPool, MaxPool, MaxPool2d] as const;

/** Whether it is or holds a pooling layer. @source fastai.vision.learner.has_pool_type */
export function hasPoolType(module: Module): boolean {
  return module.namedModules().some(([, each]) => POOLS.some((Pool) => each instanceof Pool));
}

/** @source fastai.vision.learner.cut_model @throws E_VISION_CUT where nothing is left */
export function cutModel(model: Module, cut: Cut): Sequential {
  if (typeof cut === "function") return cut(model);
  const children = model.children().map(([, child]) => child);
  const kept = children.slice(0, cut);
  if (kept.length === 0) throw E_VISION_CUT({ cut, children: children.length });
  return new Sequential(...kept);
}

/**
 * The layers up to the last features; without `cut`, up to the last child with a pooling layer, that one excluded.
 * @source fastai.vision.learner.create_body
 * @throws E_VISION_CUT
 */
export function createBody(model: Module, cut?: Cut): Sequential {
  if (cut !== undefined) return cutModel(model, cut);
  const pooled = model.children().findLastIndex(([, child]) => hasPoolType(child));
  if (pooled < 1) throw E_VISION_CUT({ cut: undefined, children: model.children().length });
  return cutModel(model, pooled);
}
