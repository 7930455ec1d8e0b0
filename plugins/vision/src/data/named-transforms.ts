import type { Host, Registry, Spec } from "@fastap/kernel";
import { DisplayedTransform } from "@fastap/plugin-data";
import type { Pipeline, Transform, TransformLike, TransformsLike } from "@fastap/plugin-data";
import { ClipBoxes } from "../augment/clip-boxes.ts";
import { PointScaler } from "../core/point-scaler.ts";
import { E_VISION_UNNAMED } from "../errors.ts";

/** Transforms as code gives them, or by their names in the registry `transforms`: one, or a list. */
export type NamedTransforms = TransformsLike | Spec | readonly (TransformLike | Spec)[];

/** Makes those that are named. `["resize", 224]` is one with its options, `["flipItem", "dihedralItem"]` are two. @throws E_NAME_UNKNOWN */
export function madeTransforms(host: Pick<Host, "registry">, given: NamedTransforms): TransformsLike {
  if (given === undefined || given === null) return given;
  const list: readonly unknown[] = Array.isArray(given) && !isSpec(given) ? given : [given];
  if (!list.some(isNamed)) return given as TransformsLike;
  return list.flatMap((each): readonly TransformLike[] =>
    isNamed(each) ? [host.registry("transforms").make(each)].flat() : [each as TransformLike],
  );
}

/** In a list, a pair is one transform with its options, also where those are a word: `[[normalize, imagenet]]`. */
function isNamed(each: unknown): each is Spec {
  return isSpec(each) || (Array.isArray(each) && each.length === 2 && typeof each[0] === "string");
}

function isSpec(given: unknown): given is Spec {
  if (typeof given === "string") return true;
  if (!Array.isArray(given) || given.length !== 2 || typeof given[0] !== "string") return false;
  return typeof given[1] !== "string" && !isSpec(given[1]);
}

/**
 * What of a pipeline is needed to prepare a new image as in validation, by registered name. Transforms of training only, of targets, and those
 * that leave images alone are not.
 * @throws E_VISION_UNNAMED
 */
export function exportedTransforms(pipeline: Pipeline, registry: Pick<Registry<unknown>, "has">): readonly Spec[] {
  const needed = pipeline.transforms.filter((transform) => transform.splitIdx !== 0 && !OF_TARGETS.has(transform.name));
  return needed.map((transform) => specOf(transform, registry));
}

const OF_TARGETS = new Set(["ToTensor", "AddMaskCodes", "BBoxLabeler", ClipBoxes.name, PointScaler.name]);

function specOf(transform: Transform, registry: Pick<Registry<unknown>, "has">): Spec {
  const name = transform.name.charAt(0).toLowerCase() + transform.name.slice(1);
  if (transform instanceof DisplayedTransform && registry.has(name)) return [name, transform.args];
  const how = `host.contribute("transforms", { name: "${name}", make })`;
  throw E_VISION_UNNAMED({
    what: `the transform ${transform.name}`,
    hint: `Register it: ${how}. It must extend DisplayedTransform, whose args are written.`,
  });
}
