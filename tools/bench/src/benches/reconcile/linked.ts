import { startDavSink, type DavSink } from "@ams-sync/testing";
import type { ServiceName } from "@ams-sync/stack";
import { StreamKind } from "@ams-sync/contracts";
import type { BenchContext } from "../../bench.js";
import { figuresOf, forgetPeak } from "../../process-figures.js";
import {
  openContacts,
  type ContactsOffice,
} from "../../sync/contacts-office.js";
import { momentOf, poll, runsSince } from "../../sync/runs.js";

/**
 * `versions`: both tokens are lost and the links kept, as in an audit at a server without sync-collection.
 * `items`: "Zurücksetzen" has taken what the links knew, so that every item is read, too.
 */
export type Way = "versions" | "items";

export interface Reconciled {
  /** From the wake-up to the end of the last run. */
  readonly ms: number;
  readonly requests: number;
  /** Highest resident memory over these runs. */
  readonly peakMb: Readonly<Record<ServiceName, number>>;
}

const LOGIN = { username: "anna", password: "geheim" };

/** So many contacts of one user, synchronised with a server that does next to nothing. */
export class Linked {
  private constructor(
    private readonly contacts: number,
    private readonly office: ContactsOffice,
    private readonly sink: DavSink,
    private readonly accountId: string,
  ) {}

  static async open(context: BenchContext, contacts: number): Promise<Linked> {
    const { say, signal, undo } = context;
    const sink = await startDavSink({ keepItems: true });
    undo(() => sink.stop());
    const office = await openContacts(context, { contacts, users: 1 });
    const login = { url: sink.url, ...LOGIN };
    say(`Synchronising ${contacts} contacts …`);
    const accountId = await office.save(0, login);
    await office.synchronised(accountId);
    const { items } = await sink.counts();
    if (items !== contacts)
      throw new Error(`${items} of ${contacts} contacts arrived.`);
    const moment = await poll(office, accountId);
    await runsSince(office, accountId, moment, () => true, signal);
    return new Linked(contacts, office, sink, accountId);
  }

  async reconcile(way: Way, { signal }: BenchContext): Promise<Reconciled> {
    const { contacts, office, sink, accountId } = this;
    await sink.reset();
    for (const { pid } of office.stack.services) await forgetPeak(pid);
    const moment = await this.#forget(way);
    await office.synchronised(accountId);
    const done = await runsSince(office, accountId, moment, () => true, signal);
    const peakMb = await this.#peaks();
    const { methods } = await sink.counts();
    if ((methods["PUT"] ?? 0) + (methods["DELETE"] ?? 0) > 0)
      throw new Error("Something was written although nothing had changed.");
    const compared = done.unchanged + done.adopted;
    if (compared < contacts)
      throw new Error(`Only ${compared} of ${contacts} were compared.`);
    return { ms: done.ms, requests: done.requests, peakMb };
  }

  async #peaks(): Promise<Reconciled["peakMb"]> {
    const peaks: Partial<Record<ServiceName, number>> = {};
    for (const { name, pid } of this.office.stack.services)
      peaks[name] = (await figuresOf(pid)).peakMb;
    return peaks as Record<ServiceName, number>;
  }

  /** @returns the moment of the wake-up */
  async #forget(way: Way): Promise<number> {
    const { office, accountId } = this;
    const { own, accounts, tenantId } = office;
    if (way === "versions") {
      await own.query(
        "update state.stream set full_wanted = full_wanted + 1, remote_token = null where account_id = $1",
        [accountId],
      );
      return poll(office, accountId);
    }
    const moment = await momentOf(office);
    await accounts.resetStream({
      account: { tenantId, accountId },
      stream: StreamKind.CONTACTS,
    });
    await office.wake(accountId);
    return moment;
  }
}
