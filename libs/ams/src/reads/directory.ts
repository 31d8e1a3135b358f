import type { EntityManager } from "typeorm";
import { SYNCHRONISATION } from "../rights.js";
import { containing } from "./containing.js";

/** A user as the console shows one. */
export interface AmsPerson {
  readonly userId: string;
  readonly login: string;
  readonly name: string;
  readonly departmentId: string | null;
  readonly department: string | null;
  /** False: has left the brokerage, or may not log in. */
  readonly active: boolean;
  readonly rights: readonly string[];
  readonly tenantName: string;
}
/** Somebody who can be written to. */
export interface AmsMailbox {
  /** Null: the brokerage's own address for such matters. */
  readonly userId: string | null;
  readonly name: string;
  readonly address: string;
  readonly language: "de" | "en";
}
/** Whom a user's account is told of. */
export interface AmsMailboxes {
  readonly users: readonly { readonly userId: string; readonly name: string }[];
  /** Those of them who may log in and have an address. */
  readonly reachable: readonly AmsMailbox[];
  readonly administrators: readonly AmsMailbox[];
}
export interface AmsAgent {
  readonly agentId: string;
  readonly name: string;
}
export interface AmsTag {
  readonly label: string;
  /** How many carry it. */
  readonly customers: number;
}

export interface Page {
  /** Part of a name. */
  readonly search?: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string | undefined;
}

const PERSON = `
  select u.user_id as "userId", u.login, u.active, u.department_id as "departmentId", d.name as department,
    coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.login) as name, t.name as "tenantName",
    array(select right_code from ams.user_right r
          where r.tenant_id = u.tenant_id and r.user_id = u.user_id order by 1) as rights
  from ams.user_account u join ams.tenant t using (tenant_id)
    left join ams.department d using (tenant_id, department_id)`;

const MAILBOX = `
  select u.user_id as "userId", coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.login) as name,
    u.email as address, coalesce(u.language, 'de') as language, u.active
  from ams.user_account u`;

/** All inside `withTenant`. */
export const directory = {
  async person(
    manager: EntityManager,
    userId: string,
  ): Promise<AmsPerson | undefined> {
    const [row]: AmsPerson[] = await manager.query(
      `${PERSON} where u.user_id = $1::bigint`,
      [userId],
    );
    return row;
  },

  /**
   * A part of a name reads all users of the brokerage, as many as work there, and of no other one: settings'
   * `long-lists.medium.spec.ts` holds it to that. Trigrams would not help: `ilike` is not leakproof, so below row-level
   * security no index serves it.
   */
  people(
    manager: EntityManager,
    { search, limit, after }: Page,
  ): Promise<AmsPerson[]> {
    return manager.query(
      `${PERSON}
       where (u.login ilike $1 or concat_ws(' ', u.first_name, u.last_name) ilike $1) and u.user_id > $2::bigint
       order by u.user_id limit $3`,
      [containing(search), after ?? "0", limit],
    );
  },

  /** Of these users, and who looks after the synchronisation: the brokerage's own address, or else whoever may configure it. */
  async mailboxes(
    manager: EntityManager,
    userIds: readonly string[],
  ): Promise<AmsMailboxes> {
    const found: (AmsMailbox & { userId: string; active: boolean })[] =
      await manager.query(
        `${MAILBOX} where u.user_id = any($1::bigint[]) order by u.user_id`,
        [userIds],
      );
    const own: AmsMailbox[] = await manager.query(
      `select null as "userId", name, administrator_email as address, 'de' as language
       from ams.tenant where administrator_email <> ''`,
    );
    const entitled = async (): Promise<AmsMailbox[]> =>
      manager.query(
        `${MAILBOX} where u.active and u.email <> '' and (
           select count(*) from ams.user_right r where r.tenant_id = u.tenant_id and r.user_id = u.user_id
             and r.right_code = any($1)) = $2 order by u.user_id`,
        [SYNCHRONISATION, SYNCHRONISATION.length],
      );
    return {
      users: found.map(({ userId, name }) => ({ userId, name })),
      reachable: found.flatMap(({ active, ...mailbox }) =>
        active && mailbox.address ? [mailbox] : [],
      ),
      administrators: own.length > 0 ? own : await entitled(),
    };
  },

  /** Of the same department, without that user. */
  colleagues(manager: EntityManager, person: AmsPerson): Promise<AmsPerson[]> {
    return manager.query(
      `${PERSON} where u.department_id = $1::bigint and u.user_id <> $2::bigint and u.active order by name, u.user_id`,
      [person.departmentId, person.userId],
    );
  },

  agents(manager: EntityManager, { search, limit }: Page): Promise<AmsAgent[]> {
    return manager.query(
      `select agent_id as "agentId", coalesce(nullif(name, ''), agent_id::text) as name from ams.agent
       where coalesce(name, '') ilike $1 order by name, agent_id limit $2`,
      [containing(search), limit],
    );
  },

  async hasAgent(manager: EntityManager, agentId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `select agent_id from ams.agent where agent_id = $1::bigint`,
      [agentId],
    );
    return rows.length > 0;
  },

  /** R13, R31: how many customers this user may see, of one agent or of all. */
  async customers(
    manager: EntityManager,
    userId: string,
    agentId?: string,
  ): Promise<number> {
    const [row]: { customers: number }[] = await manager.query(
      `select count(*)::int as customers from ams.customer c join ams.tenant t using (tenant_id)
       where ($2::bigint is null or c.agent_id = $2::bigint)
         and (not t.agent_release
              or c.agent_id in (select r.agent_id from ams.agent_release r
                                where r.tenant_id = c.tenant_id and r.user_id = $1::bigint))`,
      [userId, agentId ?? null],
    );
    return row?.customers ?? 0;
  },

  tags(manager: EntityManager, { search, limit }: Page): Promise<AmsTag[]> {
    return manager.query(
      `select t.label, (select count(*)::int from ams.customer_tag c
                        where c.tenant_id = t.tenant_id and c.tag_id = t.tag_id) as customers
       from ams.tag t where t.label ilike $1 order by t.label limit $2`,
      [containing(search), limit],
    );
  },
};
