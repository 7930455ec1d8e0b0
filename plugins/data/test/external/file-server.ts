import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export interface FileServer {
  readonly url: (path: string) => string;
  /** Headers of every request so far. */
  readonly requests: IncomingMessage["headers"][];
  readonly close: () => Promise<void>;
}

/** Serves one body at every path of `answers`, each in its own manner. */
export async function fileServer(body: Buffer, answers: Readonly<Record<string, Answer>>): Promise<FileServer> {
  const requests: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    const answer = answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const etag = (body: Buffer): string => `"${createHash("md5").update(body).digest("hex")}"`;

/** A good server: whole files, and ranges of the version that was asked for. */
export const whole: Answer = ({ headers }, response, body) => {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const isRange = headers.range !== undefined && headers["if-range"] === etag(body);
  const part = isRange ? body.subarray(start) : body;
  const range = isRange ? { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` } : {};
  response.writeHead(isRange ? 206 : 200, { "content-length": part.length, etag: etag(body), ...range });
  response.end(part);
};

/** Sends `bytes` more at each request, then drops the connection once `isKept`, until the file is whole. */
export const dropping =
  (bytes: number, isKept: () => boolean = () => true): Answer =>
  ({ headers }, response, body) => {
    const drop = (): unknown => (isKept() ? response.destroy() : setTimeout(drop, 20));
    const start = headers["if-range"] === etag(body) ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
    const range = start > 0 ? { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { "content-length": body.length - start, etag: etag(body), ...range });
    response.write(body.subarray(start, start + bytes), () => {
      if (start + bytes >= body.length) response.end();
      else setTimeout(drop, 20);
    });
  };

/** Sends half and then nothing more. */
export const stalling: Answer = (_request, response, body) => {
  response.writeHead(200, { "content-length": body.length, etag: etag(body) });
  response.write(body.subarray(0, body.length / 2));
};

/** Says nothing of length or version. */
export const chunked: Answer = (_request, response, body) => {
  response.writeHead(200);
  response.write(body.subarray(0, 10));
  response.end(body.subarray(10));
};
