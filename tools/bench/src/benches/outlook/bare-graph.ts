import { Agent } from "undici";
import type { GraphReady, HeldContact } from "./graph-messages.js";

const BATCH = 20;
const IMMUTABLE = 'IdType="ImmutableId"';

/**
 * The least that a client can do: batches of 20 creates, one after the other, as each counts as the four requests that a
 * mailbox allows at once.
 */
export class BareGraph {
  #token = "";

  private constructor(
    private readonly graph: GraphReady,
    private readonly agent: Agent,
  ) {}

  static async open(graph: GraphReady): Promise<BareGraph> {
    const made = new BareGraph(graph, new Agent({ connect: { ca: graph.ca } }));
    await made.#signIn();
    return made;
  }

  /** Into a new folder. @returns its id */
  async createAll(
    address: string,
    contacts: readonly HeldContact[],
  ): Promise<string> {
    const user = `/users/${encodeURIComponent(address)}`;
    const made = await this.#ask("POST", `${user}/contactFolders`, {
      displayName: "bare",
    });
    const folder = String(made["id"]);
    const url = `${user}/contactFolders/${folder}/contacts`;
    for (let from = 0; from < contacts.length; from += BATCH) {
      const requests = contacts
        .slice(from, from + BATCH)
        .map(({ body }, id) => ({
          ...{ id: String(id), method: "POST", url, body },
          headers: { "content-type": "application/json", prefer: IMMUTABLE },
        }));
      const { responses } = await this.#ask("POST", "/$batch", { requests });
      for (const { status } of responses as readonly { status: number }[])
        if (status !== 201) throw new Error(`A create answered ${status}.`);
    }
    return folder;
  }

  /** Everything in the folder told, as far as a link that tells what is new. */
  async deltaLink(address: string, folder: string): Promise<string> {
    let next: unknown = `${this.graph.url}/users/${encodeURIComponent(address)}/contactFolders/${folder}/contacts/delta?$select=changeKey`;
    while (typeof next === "string") {
      const page = await this.#ask("GET", next);
      const link = page["@odata.deltaLink"];
      if (typeof link === "string") return link;
      next = page["@odata.nextLink"];
    }
    throw new Error("Delta answered no link.");
  }

  /** One question for what is new. */
  async delta(link: string): Promise<void> {
    await this.#ask("GET", link);
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  async #signIn(): Promise<void> {
    const { authority, tenant, clientId, secret } = this.graph;
    const { body } = await this.agent.request({
      origin: authority,
      path: `/${tenant}/oauth2/v2.0/token`,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        ...{ client_id: clientId, client_secret: secret },
        scope: "https://graph.microsoft.com/.default",
      }).toString(),
    });
    const { access_token: token } = (await body.json()) as {
      access_token: string;
    };
    this.#token = token;
  }

  async #ask(
    method: "GET" | "POST",
    at: string,
    sent?: unknown,
  ): Promise<Record<string, unknown>> {
    const { origin, pathname, search } = new URL(
      at.startsWith("/") ? `${this.graph.url}${at}` : at,
    );
    const { statusCode, body } = await this.agent.request({
      ...{ origin, path: `${pathname}${search}`, method },
      headers: {
        authorization: `Bearer ${this.#token}`,
        prefer: `${IMMUTABLE}, odata.maxpagesize=1000`,
        ...(sent !== undefined && { "content-type": "application/json" }),
      },
      body: sent === undefined ? null : JSON.stringify(sent),
    });
    const answer = (await body.json()) as Record<string, unknown>;
    if (statusCode >= 300)
      throw new Error(`${method} ${pathname} answered ${statusCode}.`);
    return answer;
  }
}
