import { AmsUnreachable, type AmsMailbox, type RecordKey } from "@ams-sync/ams";
import {
  recordKindFromWire,
  recordKindToWire,
  SettingsServiceDefinition,
  systemToWire,
  type AccountRef,
  type RunServiceClient,
  type SettingsServiceImplementation,
  type SightedRecord,
} from "@ams-sync/contracts";
import { SYSTEMS, type System } from "@ams-sync/sync-core";
import {
  required,
  withTenant,
  type Caller,
  type ServiceBinding,
} from "@ams-sync/platform";
import { ServerError, Status } from "nice-grpc-common";
import type { DataSource } from "typeorm";
import { z } from "zod";
import { checkAccount } from "./account-input.js";
import { accounts } from "./account.repository.js";
import type { Announcer } from "./announcer.js";
import type { CredentialVault } from "./credential-vault.js";
import { MAX_PASSWORD } from "./field-rules.js";
import type { People } from "./rest/people.js";
import { saveAccount } from "./save-account.js";

/** Who is who in ams. */
export type AmsPeople = Pick<People, "rightsNow" | "visible" | "mailboxes">;

export interface SettingsParts {
  readonly dataSource: DataSource;
  readonly vault: CredentialVault;
  readonly announcer: Pick<Announcer, "flush">;
  readonly runs: Pick<RunServiceClient, "verifyRun">;
  /** Undefined where nobody signs in. */
  readonly people: AmsPeople | undefined;
  /** Accounts may name http:// servers elsewhere than on this machine. */
  readonly allowInsecureServers: boolean;
}

const connectors = SYSTEMS.map((system) => `${system}-connector`);

/** Who may call what: people through the console, connectors for what they run. */
export const settingsBinding = (
  parts: SettingsParts,
): ServiceBinding<typeof SettingsServiceDefinition> => ({
  definition: SettingsServiceDefinition,
  implementation: settingsService(parts),
  callers: {
    saveAccount: ["console"],
    listAccounts: ["console"],
    getAccount: ["console", ...connectors],
    getCredential: connectors,
    renewCredential: connectors,
    getRights: ["state"],
    listVisibleRecords: ["state"],
    listMailboxes: ["state"],
  },
});

const settingsService = ({
  dataSource,
  vault,
  announcer,
  runs,
  people,
  allowInsecureServers,
}: SettingsParts): SettingsServiceImplementation<Caller> => {
  const find = async (account: AccountRef) => {
    const found = await withTenant(dataSource, account.tenantId, (manager) =>
      accounts.find(manager, account.accountId),
    );
    if (!found)
      throw new ServerError(Status.NOT_FOUND, "There is no such account.");
    return found;
  };

  /** The caller's system, once state has said that it runs the account. */
  const holder = async (
    caller: string,
    account: AccountRef,
    runId: string,
  ): Promise<System> => {
    const system = SYSTEMS.find((one) => caller === `${one}-connector`);
    if (system === undefined) throw notYours();
    const { held } = await runs.verifyRun({
      run: { account, runId },
      system: systemToWire(system),
    });
    if (!held) throw notYours();
    return system;
  };

  const asked = (): AmsPeople => {
    if (people === undefined)
      throw new ServerError(
        Status.FAILED_PRECONDITION,
        "settings knows nobody of ams: set SIGN_IN_ISSUER and AMS_DATABASE_URL there, too.",
      );
    return people;
  };

  return {
    async saveAccount(request, { caller }) {
      const checked = checkAccount(request, allowInsecureServers);
      if (!checked.ok)
        throw new ServerError(
          Status.INVALID_ARGUMENT,
          checked.problems.join("; "),
        );
      const saved = await saveAccount(
        { dataSource, vault },
        checked.input,
        // People's tools call as the console without anybody signed in.
        { userId: null, name: caller },
      );
      if (!saved.ok)
        throw new ServerError(Status.FAILED_PRECONDITION, saved.message);
      // Saved whatever becomes of this; a state that is down hears of it later.
      await announcer.flush();
      return saved.account;
    },

    async getAccount(request) {
      return find(refOf(request.account));
    },

    async listAccounts(request) {
      const tenantId = uuidOf(request.tenantId, "tenant_id");
      return {
        accounts: await withTenant(dataSource, tenantId, accounts.list),
      };
    },

    async getCredential(request, { caller }) {
      const { account, runId } = runOf(request);
      // Read meanwhile, told to nobody before it is known whose it is.
      const reading = withTenant(dataSource, account.tenantId, (manager) =>
        vault.login(manager, account),
      );
      reading.catch(() => undefined);
      const system = await holder(caller, account, runId);
      const login = await reading;
      if (login === undefined)
        throw new ServerError(
          Status.NOT_FOUND,
          "No password is stored for this account: enter it in the settings.",
        );
      if (login.system !== system) throw notYours();
      const { username, password, version: settingsVersion, revision } = login;
      return { username, password, settingsVersion, revision };
    },

    async renewCredential(request, { caller }) {
      const { account, runId } = runOf(request);
      const { revision, password } = request;
      if (password === "" || password.length > MAX_PASSWORD)
        throw new ServerError(
          Status.INVALID_ARGUMENT,
          `password has 1 to ${MAX_PASSWORD} characters.`,
        );
      const system = await holder(caller, account, runId);
      const renewed = await withTenant(
        dataSource,
        account.tenantId,
        (manager) =>
          vault.renew(manager, account, { system, revision, password }),
      );
      return { revision: renewed ?? "" };
    },

    async getRights(request) {
      const user = {
        tenantId: uuidOf(request.tenantId, "tenant_id"),
        userId: userIdOf(request.userId),
      };
      const rights = await known(() => asked().rightsNow(user));
      return { active: rights !== undefined, rights: [...(rights ?? [])] };
    },

    async listVisibleRecords(request) {
      const user = {
        tenantId: uuidOf(request.tenantId, "tenant_id"),
        userId: userIdOf(request.userId),
      };
      if (request.records.length > MOST_RECORDS)
        throw new ServerError(
          Status.INVALID_ARGUMENT,
          `records are ${MOST_RECORDS} at most.`,
        );
      const records = request.records.map(recordOf);
      const { visible, gone } = await known(() =>
        asked().visible(user, records),
      );
      return { visible: visible.map(recordOut), gone: gone.map(recordOut) };
    },

    async listMailboxes(request) {
      const tenantId = uuidOf(request.tenantId, "tenant_id");
      if (request.userIds.length > MOST_USERS)
        throw new ServerError(
          Status.INVALID_ARGUMENT,
          `user_ids are ${MOST_USERS} at most.`,
        );
      const userIds = request.userIds.map(userIdOf);
      const found = await known(() => asked().mailboxes(tenantId, userIds));
      const wire = ({ userId, ...rest }: AmsMailbox) => ({
        ...{ ...rest, userId: userId ?? "" },
      });
      return {
        users: [...(found?.users ?? [])],
        reachable: (found?.reachable ?? []).map(wire),
        administrators: (found?.administrators ?? []).map(wire),
      };
    },
  };
};

const MOST_USERS = 500;
const MOST_RECORDS = 200;

/** What ams says, or that it does not. */
const known = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AmsUnreachable)) throw error;
    throw new ServerError(Status.UNAVAILABLE, "ams does not answer.");
  }
};

const notYours = (): ServerError =>
  new ServerError(
    Status.PERMISSION_DENIED,
    "A credential is only for the connector that holds the run of its account.",
  );

const refOf = (account: AccountRef | undefined): AccountRef => {
  const given = required(account, "account");
  return {
    tenantId: uuidOf(given.tenantId, "account.tenant_id"),
    accountId: uuidOf(given.accountId, "account.account_id"),
  };
};

const runOf = (request: {
  readonly account: AccountRef | undefined;
  readonly runId: string;
}) => ({
  account: refOf(request.account),
  runId: uuidOf(request.runId, "run_id"),
});

const numberOf = (value: string, field: string): string => {
  if (!/^[1-9]\d{0,17}$/.test(value))
    throw new ServerError(
      Status.INVALID_ARGUMENT,
      `${field} must be a number of ams.`,
    );
  return value;
};
const userIdOf = (value: string): string => numberOf(value, "user_id");

const recordOf = ({ kind, recordId }: SightedRecord): RecordKey => {
  const known = recordKindFromWire(kind);
  if (known === undefined)
    throw new ServerError(Status.INVALID_ARGUMENT, "kind is unknown.");
  return { kind: known, id: numberOf(recordId, "record_id") };
};

const recordOut = ({ kind, id }: RecordKey): SightedRecord => ({
  kind: recordKindToWire(kind),
  recordId: id,
});

const uuidOf = (value: string, field: string): string => {
  const parsed = z.guid().safeParse(value);
  if (!parsed.success)
    throw new ServerError(Status.INVALID_ARGUMENT, `${field} must be a UUID.`);
  return parsed.data;
};
