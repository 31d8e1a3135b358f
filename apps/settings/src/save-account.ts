import { withTenant } from "@ams-sync/platform";
import { Departure, type Account, type AccountRef } from "@ams-sync/contracts";
import type { DataSource, EntityManager } from "typeorm";
import { accounts, VersionMoved } from "./account.repository.js";
import type { AccountInput } from "./account-input.js";
import type { Items } from "./account-row.js";
import { audit, type Author } from "./audit/audit.repository.js";
import { changesBetween } from "./audit/changes.js";
import { announcements } from "./announcement.repository.js";
import { partWithPlaces } from "./former-place.js";
import {
  logsInElsewhere,
  movedStreams,
  partingStreams,
} from "./moved-streams.js";
import type { CredentialVault } from "./credential-vault.js";

export type Saved =
  | { readonly ok: true; readonly account: Account }
  | {
      readonly ok: false;
      readonly kind:
        | "version"
        | "password-missing"
        | "target-taken"
        | "moved"
        | "erased"
        | "leaving";
      /** What to do, for people. */
      readonly message: string;
    };

const refused = (
  kind: Exclude<Saved, { ok: true }>["kind"],
  message: string,
): Saved => ({ ok: false, kind, message });

/** Where accounts and their credentials are. */
export interface Store {
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
}

export interface Renewal {
  readonly account: AccountRef;
  readonly expectedVersion: bigint;
  readonly password: string;
}

export interface How {
  /** A person is to see what it comes to before anything is done. */
  readonly preview: boolean;
  /** What becomes of what ams put where streams are that leave their place; left, unless said otherwise. */
  readonly previous?: Items;
}

/**
 * Stores an account, its credential and the note that state must hear of it, in
 * one transaction. A refusal changes nothing.
 */
export const saveAccount = (
  { dataSource, vault }: Store,
  input: AccountInput,
  author: Author,
  how: How = { preview: false },
): Promise<Saved> =>
  told(() =>
    withTenant(dataSource, input.account.account.tenantId, (manager) =>
      save(manager, vault, input, author, how),
    ),
  );

/** Stores a password for the login that the account has; its options stay as they are, unchecked. */
export const renewPassword = (
  { dataSource, vault }: Store,
  { account, expectedVersion, password }: Renewal,
  author: Author,
): Promise<Saved> =>
  told(() =>
    withTenant(dataSource, account.tenantId, async (manager) => {
      const version = expectedVersion + 1n;
      const stored = await accounts.raise(manager, account.accountId, version);
      // Thrown: what was raised stays as it was.
      if (stored.leaving === Departure.LEAVE) throw new BeingDisconnected();
      await vault.put(manager, account, password);
      await audit.write(manager, {
        author,
        account: stored,
        action: "changed",
        changes: changesBetween(stored, stored, true),
      });
      await announcements.note(manager, account, {
        version,
        credentialChanged: true,
        movedStreams: [],
        preview: false,
      });
      return { ok: true, account: stored };
    }),
  );

async function told(work: () => Promise<Saved>): Promise<Saved> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VersionMoved) return versionMoved();
    if (error instanceof BeingDisconnected) return leaving();
    if (isUniqueViolation(error)) {
      return refused(
        "target-taken",
        "This user already sends these contacts or appointments to another account: switch that one off first.",
      );
    }
    throw error;
  }
}

async function save(
  manager: EntityManager,
  vault: CredentialVault,
  { account, expectedVersion, password }: AccountInput,
  author: Author,
  { preview, previous }: How,
): Promise<Saved> {
  const { accountId } = account.account;
  const before = await accounts.find(manager, accountId, "for update");
  if ((before?.version ?? 0n) !== expectedVersion) return versionMoved();
  if (before && before.leaving !== Departure.UNSPECIFIED) return leaving();
  if (before && refersElsewhere(before, account)) {
    return refused(
      "moved",
      "The user and the system of an account stay what they are: make a new account instead.",
    );
  }
  if (!before && (await wasErased(manager))) {
    return refused(
      "erased",
      "All data of this brokerage was erased here. Whoever runs this service can let it in again.",
    );
  }
  const newLogin = !before || logsInElsewhere(before, account);
  // A stored password must never travel to an address that its owner did not enter it for.
  if (newLogin && password === "") {
    return refused(
      "password-missing",
      "Enter the password too: it is needed for a new account, address or user name.",
    );
  }

  const former =
    before && previous === "remove"
      ? await partWithPlaces(manager, vault, before, account, password, author)
      : undefined;
  const stored = await accounts.put(manager, account, expectedVersion + 1n);
  if (password !== "") await vault.put(manager, account.account, password);
  await audit.write(manager, {
    author,
    account: stored,
    action: before ? "changed" : "created",
    changes: changesBetween(before, stored, password !== ""),
  });
  await announcements.note(manager, account.account, {
    version: stored.version,
    credentialChanged: password !== "",
    movedStreams: before ? leavingPlace(before, account, previous) : [],
    formerPlaces: former ? [former] : [],
    // With a new password alone nothing else is done than before.
    preview:
      preview && (!before || changesBetween(before, stored, false).length > 0),
  });
  return { ok: true, account: stored };
}

/** A kind that is switched off leaves its place only where somebody has said what becomes of what is there. */
const leavingPlace = (
  before: Account,
  after: AccountInput["account"],
  previous: Items | undefined,
) => {
  const moved = movedStreams(before, after);
  const parting = previous ? partingStreams(before, after) : [];
  return [...new Set([...moved, ...parting])];
};

/** Of the transaction's tenant; the database refuses its accounts, too. */
const wasErased = async (manager: EntityManager): Promise<boolean> => {
  const rows: unknown[] = await manager.query(
    "select 1 from settings.erased_tenant",
  );
  return rows.length > 0;
};

const refersElsewhere = (
  before: Account,
  after: AccountInput["account"],
): boolean => before.userId !== after.userId || before.system !== after.system;

class BeingDisconnected extends Error {
  override readonly name = "BeingDisconnected";
}

const leaving = (): Saved =>
  refused(
    "leaving",
    "This account is being disconnected. Once that is done, connect it anew.",
  );

const versionMoved = (): Saved =>
  refused(
    "version",
    "Somebody else changed this account meanwhile: read it again, then save.",
  );

// 23505: https://www.postgresql.org/docs/current/errcodes-appendix.html
const isUniqueViolation = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "code" in error &&
  error.code === "23505" &&
  "constraint" in error &&
  String(error.constraint).endsWith("_target");
