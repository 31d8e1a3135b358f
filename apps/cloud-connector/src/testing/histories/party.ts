import type { AccountKey } from "@ams-sync/connector-kit";
import type { Mortality } from "@ams-sync/connector-kit/memory";
import type { StreamKind, SyncOptions } from "@ams-sync/sync-core";
import { Reads } from "./reads.js";
import type { Sight } from "./reads.js";
import { HistoryServer } from "./server.js";
import type { Traits } from "./traits.js";

export const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";
export const STREAMS = ["contacts", "appointments"] as const;

/** Collections that were there. */
const CHOSEN = { contacts: "leute/", appointments: "kalender/" } as const;

/** A user with a system of their own. */
export class Party {
  readonly key: AccountKey;
  readonly server: HistoryServer;
  settingsVersion = 1n;
  containers: { [stream in StreamKind]?: string };
  options: SyncOptions;
  /** Runs that live, and what each has read; one that stands still may go on. */
  readonly #runs = new Map<Mortality, Reads>();
  /** Records of which nobody knows whether they went out before the run began. */
  readonly begun = new Set<string>();
  /** Items that were a record's at some time. */
  readonly linkedOnce = new Map<string, string>();
  /** Items that somebody wants a record to be made of. */
  readonly wanted = new Set<string>();
  /** Items of containers that were left: they stay there, and nobody remembers them. */
  readonly abandoned = new Set<string>();
  /** Those of them that nothing was agreed about since: they are to stay, whatever becomes of their records. */
  readonly left = new Set<string>();

  constructor(
    readonly userId: "7" | "8",
    traits: Traits,
    policy: SyncOptions["policy"],
  ) {
    const accountId = `5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e1${userId}`;
    this.key = { tenantId: TENANT, accountId };
    this.server = new HistoryServer(traits, TENANT, this.#home);
    const chosen = this.existing;
    this.containers = chosen ? { ...chosen } : {};
    this.options = {
      policy,
      contacts: {
        customers: true,
        companies: true,
        agents: false,
        tags: [],
        birthday: true,
      },
      appointments: {},
    };
  }

  containerOf(stream: StreamKind): string {
    return this.containers[stream] ?? `${this.#home}${stream}/`;
  }

  /** What the stream's container holds stays there when the stream goes elsewhere. */
  leave(stream: StreamKind): void {
    for (const id of this.server.items.keys())
      if (id.startsWith(this.containerOf(stream))) {
        this.abandoned.add(id);
        this.left.add(id);
      }
  }

  begin(run: Mortality): Reads {
    const reads = new Reads();
    this.#runs.set(run, reads);
    return reads;
  }

  end(run: Mortality): void {
    this.#runs.delete(run);
  }

  /** Records as its runs know them. */
  get sights(): readonly (readonly [string, Sight])[] {
    return [...this.#runs.values()].flatMap(({ sights }) => sights);
  }

  /** The collections that the user chose at first. */
  get existing(): Record<StreamKind, string> | undefined {
    if (!this.server.traits.existing) return undefined;
    return {
      contacts: this.#home + CHOSEN.contacts,
      appointments: this.#home + CHOSEN.appointments,
    };
  }

  elsewhere(stream: StreamKind): string {
    return `${this.#home}neu-${stream}/`;
  }

  get #home(): string {
    return `/${this.userId}/`;
  }
}
