import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm", "": "text/html" };
/** What makes a page cross-origin isolated, so that it has SharedArrayBuffer. */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export interface PageServer {
  /** Of a page that runs the program; `isolated` pages may share memory. */
  address(isolated: boolean): string;
  /** Names of the files that pages have asked for. */
  readonly asked: ReadonlySet<string>;
  close(): void;
}

/** Serves a program of this folder, bundled for browsers, with the files of the wasm backend beside it as its README says. */
export async function servePage(program: string): Promise<PageServer> {
  const files = await bundle(fileURLToPath(new URL(program, import.meta.url)));
  const folders = [distOf("@fastap/plugin-backend-wasm"), join(distOf("@tensorflow/tfjs-backend-wasm"), "../wasm-out")];
  const find = async (name: string): Promise<Uint8Array | undefined> => {
    if (files.has(name)) return files.get(name);
    for (const folder of folders) {
      const bytes = await readFile(join(folder, name)).catch(() => undefined);
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  };
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const [, mode = "", name = ""] = /^\/(\w+)\/([\w.-]*)/.exec(request.url ?? "") ?? [];
    asked.add(name);
    void find(name).then((bytes) => {
      response.writeHead(bytes === undefined ? 404 : 200, {
        "Content-Type": TYPES[extname(name)] ?? "application/octet-stream",
        ...(mode === "isolated" && ISOLATION),
      });
      response.end(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, address: (isolated) => `http://127.0.0.1:${port}/${isolated ? "isolated" : "plain"}/`, close: () => void server.close() };
}

/** The page, and the program in pieces: what only Node needs stays outside, and is never asked for. */
async function bundle(program: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { main: program },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    external: ["node:*", "@resvg/*"],
    outdir: "out",
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    write: false,
    logLevel: "error",
  });
  const page = `<!doctype html><title>fastap</title><script type="module" src="main.js"></script>`;
  return new Map([
    ["", Buffer.from(page)],
    ...outputFiles.map((file): [string, Uint8Array] => [file.path.replace(/.*\//, ""), file.contents]),
  ]);
}

function distOf(packageName: string): string {
  return dirname(createRequire(import.meta.url).resolve(packageName));
}
