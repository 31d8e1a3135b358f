import { directory, RIGHTS, type AmsPerson } from "@ams-sync/ams";
import { withTenant } from "@ams-sync/platform";
import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { SYSTEMS } from "@ams-sync/sync-core";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { accounts } from "../account.repository.js";
import { amsId } from "../field-rules.js";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";
import { choices, ofUser, page, user, userPage } from "./schemas.js";

const USERS = endpoint({
  method: "get",
  path: "users",
  id: "listUsers",
  summary: "Users of the brokerage",
  who: BOTH,
  query: page,
  answer: z.object({ users: z.array(user), next: z.string().nullable() }),
});
const USER = endpoint({
  method: "get",
  path: "users/:userId",
  id: "userPage",
  summary: "A user's page Synchronisation",
  who: BOTH,
  params: ofUser,
  answer: userPage,
});
const CUSTOMERS = endpoint({
  method: "get",
  path: "users/:userId/customers",
  id: "countCustomers",
  summary:
    "How many customers the user may see (R13), of one agent or of all (R31)",
  who: BOTH,
  params: ofUser,
  query: z.object({ agentId: amsId.optional() }),
  answer: z.object({ customers: z.int() }),
});
const AGENTS = endpoint({
  method: "get",
  path: "agents",
  id: "listAgents",
  summary: "Agents to restrict customers to (R31)",
  who: BOTH,
  query: choices,
  answer: z.object({
    agents: z.array(z.object({ agentId: z.string(), name: z.string() })),
  }),
});
const TAGS = endpoint({
  method: "get",
  path: "tags",
  id: "listTags",
  summary: "Tags to restrict customers to (R33)",
  who: BOTH,
  query: choices,
  answer: z.object({
    tags: z.array(z.object({ label: z.string(), customers: z.int() })),
  }),
});

@Controller(PREFIX)
export class PeopleController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(USERS)
  async users(
    @Called() { person, query }: CallOf<typeof USERS>,
  ): Promise<unknown> {
    const found =
      (await this.parts.people.in(person.tenantId, (manager) =>
        directory.people(manager, query),
      )) ?? [];
    return {
      users: found,
      next: found.length < query.limit ? null : (found.at(-1)?.userId ?? null),
    };
  }

  @Endpoint(USER)
  async user(
    @Called() { person, params }: CallOf<typeof USER>,
  ): Promise<unknown> {
    const { people, logins, dataSource } = this.parts;
    const { tenantId } = person;
    const found: AmsPerson = await people.get({ tenantId, ...params });
    const stored = await withTenant(dataSource, tenantId, (manager) =>
      accounts.page(manager, { ...params, limit: SYSTEMS.length * 10 }),
    );
    return {
      user: found,
      mayChooseOthers: found.rights.includes(RIGHTS.departmentAppointments),
      colleagues: await people.colleagues(tenantId, found),
      systems: SYSTEMS.map((system) => ({
        system,
        available: logins.knows(system),
      })),
      accounts: await this.parts.accounts.allShown(person, stored),
    };
  }

  @Endpoint(CUSTOMERS)
  async customers(
    @Called() { person, params, query }: CallOf<typeof CUSTOMERS>,
  ): Promise<z.input<(typeof CUSTOMERS)["answer"]>> {
    const { people } = this.parts;
    const { tenantId } = person;
    const { userId } = await people.get({ tenantId, ...params });
    const customers = await people.in(tenantId, (manager) =>
      directory.customers(manager, userId, query.agentId),
    );
    return { customers: customers ?? 0 };
  }

  @Endpoint(AGENTS)
  async agents(
    @Called() { person, query }: CallOf<typeof AGENTS>,
  ): Promise<unknown> {
    const agents = await this.parts.people.in(person.tenantId, (manager) =>
      directory.agents(manager, query),
    );
    return { agents: agents ?? [] };
  }

  @Endpoint(TAGS)
  async tags(
    @Called() { person, query }: CallOf<typeof TAGS>,
  ): Promise<unknown> {
    const tags = await this.parts.people.in(person.tenantId, (manager) =>
      directory.tags(manager, query),
    );
    return { tags: tags ?? [] };
  }
}
