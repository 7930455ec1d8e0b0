import { XmlElement, parseXml } from "@rgrove/parse-xml";
import type { Size } from "../../core/image-size.ts";
import { boxFits } from "../../core/point-scaler.ts";
import { E_VISION_VOC } from "../../errors.ts";

/** What is where: a class, and [left, top, right, bottom] in pixels. */
export interface VocObject {
  readonly name: string;
  readonly box: readonly number[];
}

const SIDES = ["xmin", "ymin", "xmax", "ymax"];

/**
 * The objects of one annotation file of Pascal VOC's form, in the file's order.
 * @throws E_VISION_VOC for what is no XML, an object without name or numbers, a box that leaves the image by more than a pixel
 */
export async function readVoc(file: string): Promise<readonly VocObject[]> {
  const { readFile } = await import("node:fs/promises");
  const root = parsed(await readFile(file, "utf8").catch((error: unknown) => refuse(file, error)), file);
  if (root.name !== "annotation") throw E_VISION_VOC({ file, expected: "<annotation> around all", received: `<${root.name}>` });
  const size = sizeOf(root);
  return childrenOf(root, "object").map((object, row) => objectOf(object, { file, row, size }));
}

function parsed(text: string, file: string): XmlElement {
  try {
    const { root } = parseXml(text);
    if (root !== null) return root;
  } catch (error) {
    return refuse(file, error);
  }
  return refuse(file, "it is empty");
}

interface Place {
  readonly file: string;
  readonly row: number;
  readonly size: Size | undefined;
}

function objectOf(object: XmlElement, { file, row, size }: Place): VocObject {
  const name = textOf(object, "name");
  const place = { file, row, ...(name === undefined ? {} : { name }) };
  if (name === undefined) throw E_VISION_VOC({ ...place, expected: "<name>, its class", received: "none" });
  const [bndbox] = childrenOf(object, "bndbox");
  const sides = SIDES.map((side) => (bndbox === undefined ? undefined : textOf(bndbox, side)));
  const wrong = sides.findIndex((text) => text === undefined || !Number.isFinite(Number(text)));
  if (wrong >= 0)
    throw E_VISION_VOC({ ...place, expected: `<bndbox> with a number in <${SIDES[wrong]}>`, received: sides[wrong] ?? "none" });
  const box = sides.map(Number);
  if (size !== undefined && !boxFits(box, size)) {
    const expected = `a box within the ${size.join(" × ")} pixels that <size> tells, xmin ≤ xmax, ymin ≤ ymax`;
    throw E_VISION_VOC({ ...place, expected, received: `[${box.join(", ")}]` });
  }
  return { name, box };
}

/** Some tools leave it out, or write zeros. */
function sizeOf(root: XmlElement): Size | undefined {
  const [size] = childrenOf(root, "size");
  const [width, height] = ["width", "height"].map((side) => (size === undefined ? NaN : Number(textOf(size, side))));
  return width !== undefined && height !== undefined && width > 0 && height > 0 ? [width, height] : undefined;
}

function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child): child is XmlElement => child instanceof XmlElement && child.name === name);
}

function textOf(parent: XmlElement, name: string): string | undefined {
  const text = childrenOf(parent, name)[0]?.text.trim();
  return text === "" ? undefined : text;
}

function refuse(file: string, error: unknown): never {
  const [problem = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  throw E_VISION_VOC({ file, expected: "XML with <annotation>", received: problem }, error);
}
