import { RIGHTS } from "../rights.js";
import { Dice } from "./dice.js";
import { person } from "./people.js";
import { SEQUENCE, type BrokeragePlan, type TableRows } from "./plan.js";
import { DEPARTMENTS } from "./wording.js";

export interface GeneratedUser {
  readonly userId: string;
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly active: boolean;
  readonly rights: readonly string[];
  /** Whose customers this user sees while the tenant's option is on. */
  readonly releasedAgents: readonly string[];
}

/**
 * The first user has every right, the last one sees only a third of the agents (where there are two of both), and
 * from five users on the last but one has left.
 */
export function makeUsers(plan: BrokeragePlan): readonly GeneratedUser[] {
  const dice = new Dice(plan.seed, SEQUENCE.users);
  const agentIds = numbers(plan.agents);
  const taken = new Set<string>();
  return numbers(plan.users).map((userId, index) => {
    const { firstName, lastName } = person(dice);
    const plain = `${firstName} ${lastName}`.replace(/^.*\. /, "");
    let login = `${plain.slice(0, 1)}${plain.split(" ").at(-1)}`.toLowerCase();
    if (taken.has(login)) login += userId;
    taken.add(login);
    const last = index === plan.users - 1;
    const restricted = last && plan.users > 1 && plan.agents > 1;
    return {
      userId,
      login,
      firstName,
      lastName,
      active: !(plan.users >= 5 && index === plan.users - 2),
      rights: [
        RIGHTS.usersMenu,
        RIGHTS.synchronisationPage,
        ...(index === 0 || dice.chance(40)
          ? [RIGHTS.departmentAppointments]
          : []),
      ],
      releasedAgents: restricted
        ? agentIds.slice(0, Math.ceil(plan.agents / 3))
        : agentIds,
    };
  });
}

export function staffTables(
  plan: BrokeragePlan,
  users: readonly GeneratedUser[],
): readonly TableRows[] {
  const { tenantId, name, agentRelease } = plan;
  return [
    {
      table: "tenant",
      columns: ["tenant_id", "name", "agent_release"],
      rows: [[tenantId, name, agentRelease]],
    },
    {
      table: "department",
      columns: ["tenant_id", "department_id", "name"],
      rows: DEPARTMENTS.map((label, index) => [tenantId, index + 1, label]),
    },
    {
      table: "user_account",
      columns: [
        "tenant_id",
        "user_id",
        "department_id",
        "login",
        "first_name",
        "last_name",
        "active",
        "email",
      ],
      rows: users.map((user, index) => [
        tenantId,
        user.userId,
        (index % DEPARTMENTS.length) + 1,
        user.login,
        user.firstName,
        user.lastName,
        user.active,
        // Reserved by RFC 2606: a demo with a mail server writes to nobody.
        `${user.login}@makler.example`,
      ]),
    },
    {
      table: "user_right",
      columns: ["tenant_id", "user_id", "right_code"],
      rows: users.flatMap(({ userId, rights }) =>
        rights.map((right) => [tenantId, userId, right]),
      ),
    },
  ];
}

export function* releaseRows(
  plan: BrokeragePlan,
  users: readonly GeneratedUser[],
): Generator<[string, string, string]> {
  for (const { userId, releasedAgents } of users)
    for (const agentId of releasedAgents)
      yield [plan.tenantId, userId, agentId];
}

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index + 1));
