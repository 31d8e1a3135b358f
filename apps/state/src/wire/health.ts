import { AccountHealth } from "@ams-sync/contracts";
import type { Health } from "../run/lease.repository.js";

const HEALTH: Readonly<Record<Health, AccountHealth>> = {
  ok: AccountHealth.OK,
  degraded: AccountHealth.DEGRADED,
  "needs-login": AccountHealth.NEEDS_LOGIN,
  paused: AccountHealth.PAUSED,
};

export const healthToWire = (health: Health): AccountHealth => HEALTH[health];

export const healthFromWire = (wire: AccountHealth): Health | undefined =>
  (Object.keys(HEALTH) as Health[]).find((health) => HEALTH[health] === wire);
