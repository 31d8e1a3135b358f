import { SettingsServiceDefinition, type Mailbox } from "@ams-sync/contracts";
import { grpcClient, type GrpcTls, type ServiceKeys } from "@ams-sync/platform";
import type { Language } from "@ams-sync/platform/rest";
import type { LetterTo } from "./letter.js";
import type { Trouble } from "./mail.repository.js";

export interface Recipient extends LetterTo {
  /** As it is remembered: the user's number, or empty for the brokerage's own address. */
  readonly key: string;
  readonly address: string;
}

/** As the contract allows it. */
const MOST = 500;

/** Who is told, as ams has it now; nothing of it is kept. */
export class Mailboxes {
  readonly #settings;

  constructor(options: {
    readonly address: string;
    readonly keys: ServiceKeys;
    readonly tls: GrpcTls | undefined;
  }) {
    this.#settings = grpcClient(SettingsServiceDefinition, {
      ...options,
      audience: "settings",
      idempotent: ["listMailboxes"],
    });
  }

  /** The recipients of each of these troubles of one tenant, the account's user first; each address once. */
  async of(
    tenantId: string,
    troubles: readonly Trouble[],
  ): Promise<ReadonlyMap<Trouble, readonly Recipient[]>> {
    const found = new Map<Trouble, readonly Recipient[]>();
    const userIds = [...new Set(troubles.map(({ userId }) => userId))];
    for (let from = 0; from < userIds.length; from += MOST) {
      const some = userIds.slice(from, from + MOST);
      const { users, reachable, administrators } =
        await this.#settings.listMailboxes({ tenantId, userIds: some });
      for (const trouble of troubles) {
        if (!some.includes(trouble.userId)) continue;
        const own = reachable.filter((one) => one.userId === trouble.userId);
        const owner = users.find((one) => one.userId === trouble.userId);
        const others = administrators.filter(
          (one) => one.userId !== trouble.userId,
        );
        found.set(
          trouble,
          onceEach([
            ...own.map((one) => recipient(one, null)),
            ...others.map((one) => recipient(one, owner?.name ?? "")),
          ]),
        );
      }
    }
    return found;
  }

  close(): void {
    this.#settings.close();
  }
}

const recipient = (one: Mailbox, accountOf: string | null): Recipient => {
  const language: Language = one.language === "en" ? "en" : "de";
  const { name, address, userId: key } = one;
  return { key, name, address, language, accountOf };
};

/** Two people may share a mailbox: the first is told. */
const onceEach = (recipients: readonly Recipient[]): readonly Recipient[] => {
  const seen = new Set<string>();
  return recipients.filter(({ address }) => {
    const known = seen.has(address.toLowerCase());
    seen.add(address.toLowerCase());
    return !known;
  });
};
