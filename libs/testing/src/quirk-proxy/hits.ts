import type { DavRequest, Next, Quirk, Reply, Scene } from "./exchange.js";
import { buildXml, isXml, parseXml } from "./xml.js";

/** How often each quirk made a difference, by its name: a quirk in force that never acts proves nothing. */
export class Hits {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get byName(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  note(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** Lets a quirk behave, and counts whether it acted: by its own word, or else by what it made of the server's answer. */
export async function behaveCounted(
  quirk: Quirk,
  request: DavRequest,
  next: Next,
  {
    scene,
    hits,
  }: { readonly scene: Omit<Scene, "acted">; readonly hits: Hits },
): Promise<Reply> {
  let told = false;
  let last: Reply | undefined;
  const answer = await quirk.behave(
    request,
    async (asked) => (last = await next(asked)),
    {
      ...scene,
      // At once: an answer that it keeps back may come when everything is over.
      acted: () => {
        if (quirk.tells === true && !told) hits.note(quirk.name);
        told = true;
      },
    },
  );
  if (quirk.tells !== true && !same(last, answer)) hits.note(quirk.name);
  return answer;
}

function same(server: Reply | undefined, client: Reply): boolean {
  if (server === undefined) return false;
  return (
    server === client ||
    (server.status === client.status &&
      server.delivery === client.delivery &&
      JSON.stringify(server.headers) === JSON.stringify(client.headers) &&
      written(server) === written(client))
  );
}

/** XML that went through a parser is written in another way without saying anything else. */
const written = (reply: Reply): string => {
  const text = reply.body.toString("utf8");
  return isXml(reply) ? buildXml(parseXml(text)) : text;
};
