import { withTenant } from "@ams-sync/platform";
import {
  Called,
  Endpoint,
  endpoint,
  invalid,
  type CallOf,
} from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { StreamKind } from "@ams-sync/sync-core";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import type { Offers } from "../logins/login-check.js";
import { connectorMissing } from "./account-problems.js";
import { addressOf } from "./address.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";
import {
  login,
  loginForStream,
  ofAccount,
  ofStream,
  place,
} from "./schemas.js";

const TRIES = ["login-refused", "too-many-tries", "connector-away"] as const;
const offered = z.object({ contacts: z.boolean(), appointments: z.boolean() });
const containers = z.object({ containers: z.array(place) });

const CHECK = endpoint({
  method: "post",
  path: "logins/check",
  id: "checkLogin",
  summary: "Tries a login and stores nothing",
  who: BOTH,
  body: login,
  answer: offered,
  problems: TRIES,
});
const CHECK_STORED = endpoint({
  method: "post",
  path: "accounts/:accountId/check",
  id: "checkStoredLogin",
  summary: "Tries the stored login",
  who: BOTH,
  params: ofAccount,
  answer: offered,
  problems: [...TRIES, "invalid"],
});
const PLACES = endpoint({
  method: "post",
  path: "logins/containers",
  id: "listContainers",
  summary: "Folders and calendars of a login, read live (R21, R29)",
  who: BOTH,
  body: loginForStream,
  answer: containers,
  problems: TRIES,
});
const PLACES_STORED = endpoint({
  method: "get",
  path: "accounts/:accountId/containers",
  id: "listStoredContainers",
  summary: "Folders and calendars of the stored login, read live",
  who: BOTH,
  params: ofAccount,
  query: ofStream,
  answer: containers,
  problems: [...TRIES, "invalid"],
});

@Controller(PREFIX)
export class LoginsController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(CHECK)
  async check(
    @Called() { person, body }: CallOf<typeof CHECK>,
  ): Promise<unknown> {
    return kindsOf(await this.#offers(person, body));
  }

  @Endpoint(CHECK_STORED)
  async checkStored(
    @Called() { person, params }: CallOf<typeof CHECK_STORED>,
  ): Promise<unknown> {
    return kindsOf(await this.#stored(person, params.accountId));
  }

  @Endpoint(PLACES)
  async places(
    @Called() { person, body }: CallOf<typeof PLACES>,
  ): Promise<unknown> {
    return placesOf(await this.#offers(person, body), body.stream);
  }

  @Endpoint(PLACES_STORED)
  async placesStored(
    @Called() { person, params, query }: CallOf<typeof PLACES_STORED>,
  ): Promise<unknown> {
    return placesOf(await this.#stored(person, params.accountId), query.stream);
  }

  #offers(person: Person, typed: z.output<typeof login>): Promise<Offers> {
    const { logins, rules } = this.parts;
    const { system, username, password } = typed;
    if (!logins.knows(system)) throw connectorMissing();
    const serverUrl = addressOf(system, typed.serverUrl, rules);
    return logins.offers({ system, serverUrl, username, password }, person);
  }

  async #stored(person: Person, accountId: string): Promise<Offers> {
    const { dataSource, vault, accounts, logins } = this.parts;
    const { tenantId } = person;
    const stored = await withTenant(dataSource, tenantId, (manager) =>
      vault.login(manager, { tenantId, accountId }),
    );
    if (stored === undefined) {
      await accounts.find(person, accountId);
      throw noPassword();
    }
    const { system, serverUrl, username, password } = stored;
    return logins.offers({ system, serverUrl, username, password }, person);
  }
}

const kindsOf = (offers: Offers): z.input<typeof offered> => ({
  contacts: offers.contacts !== undefined,
  appointments: offers.appointments !== undefined,
});

const placesOf = (
  offers: Offers,
  stream: StreamKind,
): { containers: unknown } => ({ containers: offers[stream] ?? [] });

const noPassword = () =>
  invalid([
    {
      pointer: "/password",
      code: "password-missing",
      text: {
        de: "Für dieses Konto ist kein Kennwort gespeichert.",
        en: "No password is stored for this account.",
      },
    },
  ]);
