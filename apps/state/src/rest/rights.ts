import {
  recordKindFromWire,
  recordKindToWire,
  SettingsServiceDefinition,
  type SightedRecord,
} from "@ams-sync/contracts";
import { grpcClient, type GrpcTls, type ServiceKeys } from "@ams-sync/platform";
import { Problem } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { RecordKind } from "@ams-sync/sync-core";
import { ClientError } from "nice-grpc-common";

/** People wait for it. */
const DEADLINE_MS = 3_000;

/** Whom `Rights.visible` is given to. */
export const SIGHT = Symbol("who sees which records");
export type Sight = (
  person: Person,
  records: readonly { readonly kind: RecordKind; readonly recordId: string }[],
) => Promise<Seen>;

/** Records as "kind/id". */
export interface Seen {
  readonly visible: ReadonlySet<string>;
  /** Not in ams. */
  readonly gone: ReadonlySet<string>;
}

const answered = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (cause) {
    if (!(cause instanceof ClientError)) throw cause;
    throw new Problem("ams-away", {
      cause,
      detail: {
        de: "Ihre Rechte in ams lassen sich gerade nicht prüfen. Bitte versuchen Sie es gleich noch einmal.",
        en: "Your rights in ams cannot be checked just now. Please try again in a moment.",
      },
    });
  }
};

const keysOf = (records: readonly SightedRecord[]): ReadonlySet<string> =>
  new Set(
    records.map(
      ({ kind, recordId }) => `${recordKindFromWire(kind)}/${recordId}`,
    ),
  );

/** What somebody may do now, as ams says through settings, which has the login there; nothing of it is kept. */
export class Rights {
  readonly #settings;

  constructor(options: {
    readonly address: string;
    readonly keys: ServiceKeys;
    readonly tls: GrpcTls | undefined;
  }) {
    this.#settings = grpcClient(SettingsServiceDefinition, {
      ...options,
      audience: "settings",
      deadlineMs: DEADLINE_MS,
      idempotent: ["getRights", "listVisibleRecords"],
    });
  }

  /** Undefined: nobody who may log in. @throws Problem `ams-away` */
  readonly rightsOf = async ({
    tenantId,
    userId,
  }: Person): Promise<ReadonlySet<string> | undefined> => {
    const { active, rights } = await answered(
      this.#settings.getRights({ tenantId, userId }),
    );
    return active ? new Set(rights) : undefined;
  };

  /**
   * Which of these records the person sees in ams (R13, R15); those that are gone nobody does.
   * @throws Problem `ams-away`
   */
  readonly visible: Sight = async ({ tenantId, userId }, records) => {
    // settings knows none of others, and nobody sees one of them.
    const asked = records.filter(({ recordId }) => /^[1-9]/.test(recordId));
    if (asked.length === 0) return { visible: new Set(), gone: new Set() };
    const { visible, gone } = await answered(
      this.#settings.listVisibleRecords({
        ...{ tenantId, userId },
        records: asked.map(({ kind, recordId }) => ({
          kind: recordKindToWire(kind),
          recordId,
        })),
      }),
    );
    return { visible: keysOf(visible), gone: keysOf(gone) };
  };

  close(): void {
    this.#settings.close();
  }
}
