import { withTenant } from "@ams-sync/platform";
import {
  Answer,
  Called,
  Endpoint,
  endpoint,
  etagOf,
  invalid,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { accounts } from "../account.repository.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";
import {
  account,
  accountPage,
  changedAccount,
  disconnecting,
  disconnection,
  newAccount,
  newCredential,
  ofAccount,
  ofUser,
  type AccountOut,
} from "./schemas.js";

const SAVES = [
  "login-refused",
  "target-taken",
  "conflict",
  "too-many-tries",
  "connector-away",
] as const;

const LIST = endpoint({
  method: "get",
  path: "accounts",
  id: "listAccounts",
  summary: "Accounts of the brokerage",
  who: BOTH,
  query: accountPage,
  answer: z.object({ accounts: z.array(account), next: z.string().nullable() }),
});
const READ = endpoint({
  method: "get",
  path: "accounts/:accountId",
  id: "readAccount",
  summary: "One account",
  who: BOTH,
  params: ofAccount,
  answer: account,
  version: "answers",
});
const CREATE = endpoint({
  method: "post",
  path: "users/:userId/accounts",
  id: "createAccount",
  summary: "Connects a user with a system, once its login was accepted (R39)",
  who: BOTH,
  params: ofUser,
  body: newAccount,
  status: 201,
  answer: account,
  version: "answers",
  problems: SAVES,
});
const CHANGE = endpoint({
  method: "put",
  path: "accounts/:accountId",
  id: "changeAccount",
  summary:
    "Replaces the options of an account, and its login where one is sent",
  who: BOTH,
  params: ofAccount,
  body: changedAccount,
  answer: account,
  version: "needed",
  problems: SAVES,
});
const RENEW = endpoint({
  method: "put",
  path: "accounts/:accountId/credential",
  id: "renewPassword",
  summary: "Replaces the password, once it was accepted (R39)",
  who: BOTH,
  params: ofAccount,
  body: newCredential,
  answer: account,
  version: "needed",
  problems: SAVES,
});

const DISCONNECT = endpoint({
  method: "delete",
  path: "accounts/:accountId",
  id: "disconnectAccount",
  summary:
    "Disconnects an account; what ams put there is removed, or left as it is",
  who: BOTH,
  params: ofAccount,
  query: disconnection,
  status: 202,
  answer: disconnecting,
  version: "needed",
  problems: ["invalid"],
});

@Controller(PREFIX)
export class AccountsController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(LIST)
  async list(
    @Called() { person, query }: CallOf<typeof LIST>,
  ): Promise<unknown> {
    const stored = await withTenant(
      this.parts.dataSource,
      person.tenantId,
      (manager) => accounts.page(manager, query),
    );
    const shown = await this.parts.accounts.allShown(person, stored);
    return {
      accounts: shown,
      next:
        shown.length < query.limit ? null : (shown.at(-1)?.accountId ?? null),
    };
  }

  @Endpoint(READ)
  async read(
    @Called() { person, params }: CallOf<typeof READ>,
  ): Promise<Answer> {
    const { accounts: service } = this.parts;
    const stored = await service.find(person, params.accountId);
    return versioned(await service.shown(person, stored));
  }

  @Endpoint(CREATE)
  async create(
    @Called() { person, params, body }: CallOf<typeof CREATE>,
  ): Promise<Answer> {
    const made = await this.parts.accounts.create(person, params.userId, body);
    return versioned(made, {
      location: `/${PREFIX}/accounts/${made.accountId}`,
    });
  }

  @Endpoint(CHANGE)
  async change(
    @Called() { person, params, body, version }: CallOf<typeof CHANGE>,
  ): Promise<Answer> {
    const { accounts: service } = this.parts;
    return versioned(
      await service.change(person, params.accountId, version, body),
    );
  }

  @Endpoint(DISCONNECT)
  async disconnect(
    @Called() { person, params, query, version }: CallOf<typeof DISCONNECT>,
  ): Promise<z.input<typeof disconnecting>> {
    const { accountId } = params;
    const { items } = query;
    if (items === undefined) throw undecided();
    const { accounts: service } = this.parts;
    const ended = await service.leave(person, accountId, version, items);
    return { accountId, items, ended };
  }

  @Endpoint(RENEW)
  async renew(
    @Called() { person, params, body, version }: CallOf<typeof RENEW>,
  ): Promise<Answer> {
    const { accounts: service } = this.parts;
    return versioned(
      await service.renew(person, params.accountId, version, body.password),
    );
  }
}

/** Nobody's data is removed or left behind by a default. */
const undecided = () =>
  invalid([
    {
      pointer: "/items",
      code: "required",
      text: {
        de: "Bitte wählen Sie, ob entfernt wird, was ams dort angelegt hat, oder ob es dort bleibt.",
        en: "Please choose whether what ams put there is removed, or left there.",
      },
    },
  ]);

const versioned = (
  shown: AccountOut,
  headers: Readonly<Record<string, string>> = {},
): Answer => new Answer(shown, { ...headers, etag: etagOf(shown.version) });
