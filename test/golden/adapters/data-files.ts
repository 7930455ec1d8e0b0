import { relative } from "node:path";
import { colReader, getFiles, getImageFiles, getTextFiles, parentLabel, regexLabeller } from "@fastap/plugin-data";
import type { Adapter, Check, GoldenCase, Value } from "../adapter.ts";
import { withFileTree } from "../data/file-tree.ts";
import { checksOf } from "../data/value.ts";

/** Files of a tree: images, all, texts, of one folder, and below the folder `train`. */
export const dataGetFiles: Adapter = {
  kind: "data",
  accepts: ({ inputs, expected }) => Array.isArray(inputs["tree"]) && "get_image_files" in expected,
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    return withFileTree(inputs["tree"] as string[], async (root) => {
      const names = (files: readonly string[]): string[] => files.map((file) => relative(root, file)).toSorted((a, b) => (a < b ? -1 : 1));
      const train = `${root}/train`;
      const got = {
        get_image_files: names(await getImageFiles(root)),
        get_files_all: names(await getFiles(root)),
        get_files_txt: names(await getTextFiles(root)),
        get_files_folders: names(await getImageFiles(root, { folders: topFolders(expected["get_files_folders"], 0) })),
        get_files_norecurse: names(await getFiles(train, { recurse: false })),
        get_files_folders_dot: names(await getFiles(train, { folders: [".", ...topFolders(expected["get_files_folders_dot"], 1)] })),
      };
      return checksOf(got, expected);
    });
  },
};

/** The folders that were asked for, which the case does not say elsewhere. */
function topFolders(files: unknown, depth: number): string[] {
  return [
    ...new Set(
      (files as string[]).map((file) => file.split("/")).flatMap((parts) => (parts.length > depth + 1 ? [parts[depth] ?? ""] : [])),
    ),
  ];
}

/**
 * Labels of paths, and cells of rows whose columns are a name, labels and a number. What upstream's getters gave (`itemgetter`, `attrgetter`) is left out: the
 * case says neither what they were given nor of what, so nothing could be wrong; plugins/data tests them.
 */
export const dataLabellers: Adapter = {
  kind: "data",
  accepts: ({ inputs }) => Array.isArray(inputs["items"]) && Array.isArray(inputs["rows"]),
  async run({ inputs, expected }: GoldenCase): Promise<readonly Check[]> {
    const items = (inputs["items"] as string[]).map((item) => `/data/${item}`);
    const got = {
      parent_label: items.map(parentLabel),
      regex: items.map(regexLabeller(/([^/_]+)_\d/)),
      regex_match: items.map(regexLabeller(/.*\/([^/_]+)_\d/, { match: true })),
    };
    const columns = columnsOf(inputs["rows"] as Row[], expected["colreader"] as Columns);
    return [...checksOf(got, expected), ...checksOf(columns, expected["colreader"], "colreader."), noMatch(items)];
  },
};

type Row = Readonly<Record<string, unknown>>;
type Columns = Readonly<Record<"pref_suff" | "path_pref", readonly string[]>>;

/** Prefix and suffix are told by the first row; the others have to agree. */
function columnsOf(rows: readonly Row[], expected: Columns): Record<string, Value> {
  const read = (...args: Parameters<typeof colReader>): Value[] => rows.map((row) => colReader(...args)(row) as Value);
  const keys = Object.keys(rows[0] ?? {});
  const [name = "name", labels = "lab", last = "n"] = keys;
  const value = String(rows[0]?.[name]);
  const around = (text = ""): readonly [string, string] => {
    const at = text.indexOf(value);
    return [text.slice(0, at), text.slice(at + value.length)];
  };
  const [[pref, suff], [folder, end]] = [around(expected.pref_suff[0]), around(expected.path_pref[0])];
  return {
    plain: read(name),
    pref_suff: read(name, { pref, suff }),
    delim: read(labels, { labelDelim: /[^\w\s]/.exec(String(rows[0]?.[labels]))?.[0] ?? ";" }),
    multi: read([name, last]),
    by_index: read(0),
    path_pref: read(name, { pref: folder.replace(/\/$/, ""), prefIsFolder: true, suff: end }),
  };
}

function noMatch(items: readonly string[]): Check {
  try {
    items.map(regexLabeller(/zzz(\d)/));
    return { path: "regex_nomatch", got: "no error", want: "E_DATA_NO_LABEL" };
  } catch (error) {
    return { path: "regex_nomatch", got: (error as { code?: string }).code ?? "another error", want: "E_DATA_NO_LABEL" };
  }
}
