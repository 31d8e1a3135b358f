import type { AccountKey } from "@ams-sync/connector-kit";
import type {
  AmsRecord,
  StreamKind,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
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
  /** Of ams, since the run began. */
  readonly seen = new Map<string, AmsRecord[]>();
  /** What the user may see and wants, since the run began. */
  views: View[] = [];
  /** Runs that stand still. */
  stalled = 0;
  /** Records of which nobody knows whether they went out before the run began. */
  readonly begun = new Set<string>();
  /** Items that were a record's at some time. */
  readonly linkedOnce = new Map<string, string>();
  /** Items that somebody wants a record to be made of. */
  readonly wanted = new Set<string>();
  /** A container was left: what is in the old one stays there. */
  moved = false;

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

export interface View {
  readonly user: UserView;
  readonly options: SyncOptions;
}
