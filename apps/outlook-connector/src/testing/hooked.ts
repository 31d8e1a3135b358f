import type { Heard } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import { waitFor } from "@ams-sync/testing";
import { Addresses } from "../watch/address.js";
import { NotificationServer } from "../watch/notification-server.js";
import type { GraphSite } from "./graph-site.js";
import { OutlookAccount } from "./outlook-account.js";

const silent = () => undefined;
const LOG = { info: silent, warn: silent, error: silent };
/** Nobody may listen there. */
const NOWHERE = new URL("http://127.0.0.1:9/");

/** An account whose changes the simulator tells, and the server that it tells them to. */
export class Hooked {
  /** What came since `quiet`, less what was waited for. */
  heard: Heard[] = [];
  readonly account: OutlookAccount;
  #server: NotificationServer | undefined;
  #key: Buffer;

  private constructor(
    private readonly site: GraphSite,
    address: string,
    key: Buffer,
  ) {
    this.#key = key;
    this.account = new OutlookAccount(this.#connectorTo(NOWHERE), {
      username: address,
      password: site.password(),
    });
    site.at = this.account.clock.epoch();
  }

  static async open(
    site: GraphSite,
    address: string,
    key: Buffer,
  ): Promise<Hooked> {
    const hooked = new Hooked(site, address, key);
    await hooked.restart(key);
    return hooked;
  }

  /** The service comes back with this key, at another port unless one is said. */
  async restart(key: Buffer, port = 0): Promise<void> {
    await this.#server?.close();
    this.#key = key;
    const { server, url } = await this.#listen(port);
    this.#server = server;
    this.account.connector = this.#connectorTo(url);
  }

  /** With another key at the same address. */
  rotate(key: Buffer): Promise<void> {
    return this.restart(key, this.#server?.port);
  }

  /** Another one that listens. */
  async replica(): Promise<{ url: URL; close: () => Promise<void> }> {
    const { server, url } = await this.#listen();
    return { url, close: () => server.close() };
  }

  async unreachable(): Promise<void> {
    this.account.connector = this.#connectorTo(NOWHERE);
  }

  async settle(): Promise<void> {
    await this.account.settle();
    await this.quiet();
  }

  async poll(): Promise<void> {
    this.account.poll();
    await this.settle();
  }

  async advance(ms: number): Promise<void> {
    await this.account.clock.advance(ms);
    this.site.at = this.account.clock.epoch();
  }

  /** What we wrote ourselves is told as well: waits for that, and forgets it. */
  async quiet(): Promise<void> {
    const { delivery } = this.site.graph.subscriptions;
    await waitFor(async () => delivery.underWay === 0, {
      what: "notifications",
    });
    this.heard = [];
  }

  async toldOf(stream: StreamKind): Promise<void> {
    await waitFor(async () => this.heard.some((one) => one.stream === stream), {
      what: `news of ${stream}`,
    });
    this.heard = this.heard.filter((one) => one.stream !== stream);
  }

  /** The account is disconnected, and what was put there goes. */
  async part(): Promise<void> {
    const { account } = this;
    account.options = { ...account.options, leaving: true };
    const known = account.state.account(account.key.accountId);
    known.dueAt = 0;
    for (const stream of known.streams.values()) {
      const asked = { remoteDue: false, listed: true, fullWanted: false };
      Object.assign(stream, { ...asked, parting: true });
      stream.questions.undoAll(account.clock.epoch());
    }
    await this.settle();
  }

  async close(): Promise<void> {
    const { subscriptions } = this.site.graph;
    for (const one of subscriptions.all) subscriptions.remove(one);
    await this.#server?.close();
  }

  #connectorTo(url: URL) {
    const addresses = new Addresses({ url, key: this.#key });
    return this.site.connector({ watchedBy: { addresses, log: LOG } });
  }

  async #listen(port = 0): Promise<{ server: NotificationServer; url: URL }> {
    const server = await NotificationServer.listen({
      addresses: new Addresses({ url: NOWHERE, key: this.#key }),
      ...{ host: "127.0.0.1", port, log: LOG, now: Date.now },
      hear: async (heard) => this.#hear(heard),
    });
    return { server, url: new URL(`http://127.0.0.1:${server.port}/graph/`) };
  }

  /** What state does with it. */
  #hear(heard: Heard): void {
    const { state } = this.account;
    const { accountId } = heard.account;
    const stream = state.stream(accountId, heard.stream);
    stream.remoteDue = true;
    stream.unwatched ||= heard.unwatched;
    state.account(accountId).dueAt = 0;
    this.heard.push(heard);
  }
}
