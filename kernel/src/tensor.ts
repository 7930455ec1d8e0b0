/** What the kernel knows of a tensor: enough to own it, nothing to compute with. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  dispose(): void;
}

/** Packages that compute with tensors merge `{ tensor: Tensor }` into this, all with the same type. */
// oxlint-disable-next-line typescript/no-empty-interface -- filled by declaration merging
export interface TensorTypes {}

/** The tensor type of the composition: that of the engine in use, or {@link TensorLike} where none is known. */
export type Tensor = TensorTypes extends { readonly tensor: infer T extends TensorLike } ? T : TensorLike;

/** What a model returns: one tensor, or a nest of them (a recurrent model gives output, raw and dropped states). */
export type Pred = Tensor | readonly Pred[];

/** Gradients by parameter name; shapes are those of the parameters. */
export type Grads = Map<string, Tensor>;

/** Every tensor of a nest, depth first. */
export function leaves(nest: Pred): Tensor[] {
  return isNest(nest) ? nest.flatMap(leaves) : [nest];
}

function isNest(nest: Pred): nest is readonly Pred[] {
  return Array.isArray(nest);
}
