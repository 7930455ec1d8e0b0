import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

export const E_VISION_ANNOTATIONS: Coded<{ file: string; expected: string; received: string }> = defineError(
  "E_VISION_ANNOTATIONS",
  ({ file, expected, received }) => ({ message: `${file} holds no annotations of COCO's form`, expected, received, where: file }),
);

export const E_VISION_VOC: Coded<{
  file: string;
  row?: number;
  name?: string;
  expected: string;
  received: string;
  hint?: string | undefined;
}> = defineError("E_VISION_VOC", ({ file, row, name, ...rest }) => ({
  message: row === undefined ? `${file} is no annotation of Pascal VOC's form` : `an object of ${file} cannot be used`,
  ...rest,
  where: row === undefined ? file : `${file}, object ${row + 1}${name === undefined ? "" : ` (${name})`}`,
}));

export const E_VISION_VOC_SET: Coded<{ name: string; where: string; expected: string }> = defineError(
  "E_VISION_VOC_SET",
  ({ name, where, expected }) => ({ message: `${name} is not there`, expected, received: "none", where }),
);

export const E_VISION_VOC_FEW: Coded<{ file: string; expected: number; received: number; classes: readonly string[] }> = defineError(
  "E_VISION_VOC_FEW",
  ({ file, expected, received, classes }) => ({
    message: `${file} has ${received === 0 ? "no boxes" : "too few boxes"}${classes.length === 0 ? "" : ` of ${classes.join(", ")}`}`,
    expected: `at least ${expected}, one for each point`,
    received: String(received),
    where: file,
    hint: "Ask for fewer `points`, name other `classes`, or leave such images out: skipFew: true.",
  }),
);

export const E_VISION_PATH_VARIABLE: Coded<{ name: string; path: string }> = defineError("E_VISION_PATH_VARIABLE", ({ name, path }) => ({
  message: `the path ${path} needs the environment variable ${name}, which is not set`,
  expected: `${name}=folder in the environment`,
  received: "none",
  hint: `Run it as ${name}=/path/to/data npx fastap …`,
}));

export const E_VISION_NO_FILES: Coded<{ folder: string; what: string; found?: readonly string[] | undefined }> = defineError(
  "E_VISION_NO_FILES",
  ({ folder, what, found = ["no such folder"] }) => ({
    message: `there are no ${what} in ${folder}`,
    expected: "files that end in .jpg, .png, .webp or another image extension",
    received: found.length === 0 ? "an empty folder" : `${found.slice(0, 8).join(", ")}${found.length > 8 ? ", …" : ""}`,
    where: folder,
  }),
);

export const E_VISION_ONE_CLASS: Coded<{ label: string; where: string }> = defineError("E_VISION_ONE_CLASS", ({ label, where }) => ({
  message: `all training images are of one class, "${label}": there is nothing to tell apart`,
  expected: "two classes at least",
  received: label,
  where,
  hint: "Are labels taken from the right place? Or give the class list as vocab.",
}));

export const E_VISION_CSV: Coded<{ file: string; problem: string; row?: number }> = defineError(
  "E_VISION_CSV",
  ({ file, problem, row }) => ({
    message: `${file} cannot be read as a table: ${problem}`,
    where: row === undefined ? file : `${file}, row ${row}`,
  }),
);

export const E_VISION_NO_ENGINE: Coded<{ transform: string }> = defineError("E_VISION_NO_ENGINE", ({ transform }) => ({
  message: `transform "${transform}" got a batch without an engine`,
  expected: "new TensorBatch(tensor, type, engine)",
  received: "no engine",
  hint: 'Data loaders give it; in code of your own pass host.resolve("engine").',
}));
