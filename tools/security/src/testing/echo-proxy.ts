import { createServer, request as ask, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** `echo`: an error whose body and headers repeat what was sent, login included. */
export type Mood = "pass" | "echo" | "echo-401" | "redirect";

export interface EchoProxy {
  readonly url: string;
  mood: Mood;
  /** What it has repeated, to know that it was asked at all. */
  echoed: number;
  stop(): Promise<void>;
}

const body = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** A DAV server behind something that is badly made: its errors tell everything that it was told. */
export async function startEchoProxy(
  upstream: string,
  login: { readonly user: string; readonly password: string },
): Promise<EchoProxy> {
  const target = new URL(upstream);
  const server = createServer((request, response) => {
    void body(request).then((bytes) => {
      const { authorization = "", host = "" } = request.headers;
      if (proxy.mood === "pass") {
        const passed = ask(
          {
            ...{ host: target.hostname, port: target.port },
            ...{ method: request.method, path: request.url },
            headers: request.headers,
          },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          },
        );
        passed.on("error", () => response.destroy());
        passed.end(bytes);
        return;
      }
      proxy.echoed += 1;
      const { user, password } = login;
      const url = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}${request.url}`;
      const status = { echo: 500, "echo-401": 401, redirect: 302 }[proxy.mood];
      const ascii = authorization.replace(/[^\x20-\x7e]/g, "");
      response.writeHead(status, `No ${ascii}`, {
        "content-type": "text/plain; charset=utf-8",
        "www-authenticate": `Basic realm="${ascii}"`,
        "x-echo": ascii,
        ...(proxy.mood === "redirect" && { location: url }),
      });
      response.end(
        `Cannot ${request.method} ${url}: Authorization: ${authorization}, that is ${user}:${password}`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: EchoProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{ mood: "pass", echoed: 0 },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
