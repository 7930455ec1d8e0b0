/** Weights of the layers that a text describes, `[[Linear,BN,ReLU],[Linear no bias,BN,ReLU],Linear]`, all of one size: their names matter. */
export function weightsDescribed(text: string, size: number = 2): Record<string, unknown> {
  const weights: Record<string, unknown> = {};
  const path: number[] = [0];
  for (const [token] of text.matchAll(/[[\],]|[A-Za-z][\w ]*/g)) {
    if (token === "[") path.push(0);
    else if (token === "]") path.pop();
    else if (token === ",") path.push((path.pop() ?? 0) + 1);
    else Object.assign(weights, layer(path.slice(1).join("."), token.trim(), size));
  }
  return weights;
}

function layer(path: string, kind: string, size: number): Record<string, unknown> {
  const zeros = (...shape: number[]): unknown => ({
    shape,
    dtype: "f32",
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0),
  });
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  if (kind.startsWith("Linear"))
    return { [at("weight")]: zeros(size, size), ...(/no bias/.test(kind) ? {} : { [at("bias")]: zeros(size) }) };
  if (!/^(BN|BatchNorm)/.test(kind)) return {};
  const norm = Object.fromEntries(["weight", "bias", "running_mean", "running_var"].map((name) => [at(name), zeros(size)]));
  return { ...norm, [at("num_batches_tracked")]: { shape: [], dtype: "i64", data: [0] } };
}
