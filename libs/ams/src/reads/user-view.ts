import { DEPARTMENT_APPOINTMENTS, isTimeZone } from "@ams-sync/sync-core";
import type { TimeZone, UserView } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";

export interface AmsUserView extends Omit<UserView, "timeZone"> {
  /**
   * Missing: what stands in `ams.tenant.time_zone` is no IANA name. Appointments sent by a guess would stand at wrong
   * times in every calendar.
   */
  readonly timeZone?: TimeZone;
  /** False: the user has left the brokerage or may not log in. */
  readonly active: boolean;
}

interface Row {
  department_id: string | null;
  active: boolean;
  time_zone: string;
  agent_release: boolean;
  rights: string[];
  released_agent_ids: string[];
  colleague_ids: string[];
  /** The login, which is a mail address for many, and the address. */
  names: (string | null)[];
}

/**
 * What ams says of this user, in one query; undefined when there is none.
 * @param manager inside `withTenant`
 */
export async function loadUserView(
  manager: EntityManager,
  userId: string,
): Promise<AmsUserView | undefined> {
  const [row] = await manager.query<Row[]>(
    `select department_id, active, time_zone, agent_release,
       array(select right_code from ams.user_right r
             where r.tenant_id = u.tenant_id and r.user_id = u.user_id) as rights,
       array(select agent_id::text from ams.agent_release a
             where a.tenant_id = u.tenant_id and a.user_id = u.user_id) as released_agent_ids,
       array(select c.user_id::text from ams.user_account c
             where c.tenant_id = u.tenant_id and c.department_id = u.department_id and c.user_id <> u.user_id
               and exists (select from ams.user_right r
                 where r.tenant_id = u.tenant_id and r.user_id = u.user_id and r.right_code = $2)) as colleague_ids,
       array[login, email] as names
     from ams.user_account u join ams.tenant using (tenant_id)
     where user_id = $1::bigint`,
    [userId, DEPARTMENT_APPOINTMENTS],
  );
  if (row === undefined) return undefined;
  const addresses = row.names.flatMap((name) => {
    const address = name?.trim().toLowerCase() ?? "";
    return address.includes("@") ? [address] : [];
  });
  return {
    userId,
    active: row.active,
    rights: new Set(row.rights),
    agentRelease: row.agent_release,
    releasedAgentIds: new Set(row.released_agent_ids),
    ...(row.colleague_ids.length > 0 && {
      colleagueIds: new Set(row.colleague_ids),
    }),
    ...(addresses.length > 0 && { addresses: [...new Set(addresses)] }),
    ...(isTimeZone(row.time_zone) ? { timeZone: row.time_zone } : {}),
    ...(row.department_id === null ? {} : { departmentId: row.department_id }),
  };
}

/** Only one who is active, in a brokerage with a time zone, can have anything judged by. */
export function activeUser(
  user: AmsUserView | undefined,
): UserView | undefined {
  if (user?.timeZone === undefined || !user.active) return undefined;
  return { ...user, timeZone: user.timeZone };
}
