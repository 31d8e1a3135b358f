import { SettingsServiceDefinition } from "@ams-sync/contracts";
import { grpcClient, type GrpcTls, type ServiceKeys } from "@ams-sync/platform";
import { Problem } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import { ClientError } from "nice-grpc-common";

/** People wait for it. */
const DEADLINE_MS = 3_000;

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
      idempotent: ["getRights"],
    });
  }

  /** Undefined: nobody who may log in. @throws Problem `ams-away` */
  readonly rightsOf = async ({
    tenantId,
    userId,
  }: Person): Promise<ReadonlySet<string> | undefined> => {
    try {
      const { active, rights } = await this.#settings.getRights({
        tenantId,
        userId,
      });
      return active ? new Set(rights) : undefined;
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

  close(): void {
    this.#settings.close();
  }
}
