import {
  type ChangesPage,
  ConnectorError,
  type RemoteChange,
} from "@ams-sync/connector-kit";
import { type Answer, isOk, memberOf } from "../graph/answer.js";
import type { GraphClient } from "../graph/client.js";
import { valuesIn } from "../graph/pages.js";
import type { Stored } from "../item/codec.js";
import type { Watch } from "../watch/watch.js";
import { type DeltaToken, parseToken, voidToken } from "./delta-token.js";

/** As delta names them: with `@removed` it is gone, or seems so. */
export interface Told {
  readonly stored: Stored;
  readonly removed: boolean;
}

export interface FeedKind {
  /** The first question about a folder. */
  readonly start: (folderId: string, since: number) => string;
  readonly prefer: readonly string[];
  /** After so long a token is of no use any more. */
  readonly lastsMs: number;
  readonly changesOf: (
    folderId: string,
    told: readonly Told[],
  ) => Promise<readonly RemoteChange[]>;
}

export interface FeedPage {
  readonly page: ChangesPage;
  /** Listed from the start to the end in this call, and there was nothing. */
  readonly emptyFolders: readonly string[];
}

/** The change feed of a stream: one folder after the other, a page each time. */
export class Feed {
  constructor(
    private readonly client: GraphClient,
    private readonly kind: FeedKind,
    private readonly folders: readonly string[],
    private readonly now: () => number,
    /** Missing: Graph cannot call, and polling alone must do. */
    private readonly watch?: Pick<Watch, "keep">,
  ) {}

  async changes(text?: string): Promise<FeedPage> {
    const token = text === undefined ? this.#fresh() : this.#known(text);
    // Before the question: what changes in between is told.
    const watch = await this.#watched(token.watch);
    const [folder = ""] = token.open;
    const link = token.links[folder];
    const answer = await this.#ask(folder, link, token.since ?? this.now());
    const told = valuesIn(answer).map((stored) => ({
      stored,
      removed: memberOf(stored, "@removed") !== undefined,
    }));
    const changes = await this.kind.changesOf(folder, told);
    const next = memberOf(answer.body, "@odata.nextLink");
    const delta = memberOf(answer.body, "@odata.deltaLink");
    const goesOn = typeof next === "string";
    const kept = goesOn ? next : delta;
    if (typeof kept !== "string") throw withoutLink();
    const open = goesOn ? token.open : token.open.slice(1);
    const after: DeltaToken = {
      ...token,
      links: { ...token.links, [folder]: kept },
      open,
      ...(watch && { watch }),
    };
    const ends = Object.values(watch?.places ?? {}).map(({ until }) => until);
    return {
      page: {
        ...{ changes, token: JSON.stringify(after), more: open.length > 0 },
        ...(ends.length > 0 && { watchedUntil: Math.max(...ends) }),
      },
      emptyFolders:
        link === undefined && !goesOn && told.length === 0 ? [folder] : [],
    };
  }

  async #watched(known: DeltaToken["watch"]): Promise<DeltaToken["watch"]> {
    return this.watch ? this.watch.keep(known) : known;
  }

  #fresh(): DeltaToken {
    return { v: 1, links: {}, open: [...this.folders], since: this.now() };
  }

  #known(text: string): DeltaToken {
    const token = parseToken(text);
    const isOurs = (folder: string) => this.folders.includes(folder);
    const old = this.now() - (token.since ?? 0) > this.kind.lastsMs;
    if (
      old ||
      !Object.keys(token.links).every(isOurs) ||
      !token.open.every(isOurs)
    )
      throw voidToken();
    // A round that was through: all are asked again.
    return token.open.length > 0
      ? token
      : { ...token, open: [...this.folders] };
  }

  async #ask(
    folder: string,
    link: string | undefined,
    since: number,
  ): Promise<Answer> {
    const { client, kind } = this;
    if (link === undefined)
      return client.get(kind.start(folder, since), { prefer: kind.prefer });
    if (!pathOf(link).endsWith("/delta")) throw voidToken();
    const answer = await client.follow(link, kind.prefer);
    if (isOk(answer)) return answer;
    const error = client.refusal(answer);
    // A link that Graph does not read is as void as one that it has forgotten.
    const unread =
      error.kind === "rejected" &&
      (answer.status === 400 || answer.status === 410);
    throw unread ? voidToken() : error;
  }
}

const pathOf = (link: string): string =>
  URL.canParse(link) ? new URL(link).pathname : "";

const withoutLink = (): ConnectorError =>
  new ConnectorError(
    "transient",
    "Microsoft 365 gave a list without an end; tried again later.",
  );
