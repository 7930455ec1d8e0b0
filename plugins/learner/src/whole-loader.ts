import type { Loader } from "@fastap/kernel";

/** Every item, in the dataset's order if `reorder`; loaders of other making are taken as they are. */
export function wholeOf(loader: Loader, reorder: boolean): Loader {
  if (!isRemakable(loader)) return loader;
  return loader.new(reorder ? { shuffle: false, dropLast: false } : { dropLast: false });
}

interface Remakable extends Loader {
  readonly new: (overrides: { readonly shuffle?: boolean; readonly dropLast?: boolean }) => Loader;
}

/** Like data's DataLoader. */
function isRemakable(loader: Loader): loader is Remakable {
  return "new" in loader && typeof loader.new === "function";
}
