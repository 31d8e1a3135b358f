import type { Demo } from "./demo.js";
import {
  describe,
  lookIntoMailbox,
  reportOutlook,
} from "./look-into-mailbox.js";
import { POLLS } from "./way-back.js";

/** What was seen, and where to look on, for people. */
export function report(demo: Demo): string {
  const { figures, changes, wayBack } = demo;
  const { firstSync, users } = figures;
  const rows = users.map(
    ({ userId, contacts, appointments }) =>
      `  user ${userId}: ${describe(contacts)} contacts, ${describe(appointments)} appointments`,
  );
  const shown = [changes.customer, changes.appointment].map(
    ({ sql, url, visibleAfterMs }) =>
      `  ${sql}
    ${visibleAfterMs === undefined ? "DID NOT ARRIVE" : `on the server ${visibleAfterMs} ms after the commit`}: ${url}`,
  );
  const returned = [wayBack.customer, wayBack.appointment].map(
    ({ what, url, sql, inAmsAfterMs }) =>
      `  ${what} in ${url}
    ${inAmsAfterMs === undefined ? "DID NOT ARRIVE" : `in ams ${seconds(inAmsAfterMs)} s after it was saved`}: ${sql}`,
  );
  return `
First synchronisation: ${firstSync.records} records in ${firstSync.seconds} s (${firstSync.recordsPerSecond} a second)
Read back from ${figures.cloud} and compared with ams, field by field. Each user has the customers of the agents
that are released to them, and their own appointments:
${rows.join("\n")}
Changes in ams:
${shown.join("\n")}
Changes on the server, which is asked every ${POLLED} s here (by default every 2 to 15 minutes):
${returned.join("\n")}${reportOutlook(demo)}
${figures.ok ? "Every record is there exactly once." : "NOT every record is there exactly once."}
`;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const POLLED = [POLLS.POLL_MIN_MS, POLLS.POLL_MAX_MS]
  .map((ms) => Number(ms) / 1_000)
  .join(" to ");

/** As the way back's own, and not the same, in a pattern of sed and in a card. */
const ANOTHER_NUMBER = "+49 171 5550199";
const LONGEST = Number(POLLS.POLL_MAX_MS) / 1_000;

export function whereToLook(demo: Demo): string {
  const { stack, cloud, users, tenantId, brokerage, changes, wayBack } = demo;
  const [first] = users;
  const login = first
    ? `${first.login.username}:${cloud.name === "Radicale" ? first.login.password : "PASSWORD"}`
    : "";
  const services = stack.services.map(
    ({ name, url }) => `  ${name.padEnd(17)} ${url}/metrics`,
  );
  const logins = users.map(
    ({ name, login }) =>
      `  ${login.url}   ${login.username}${cloud.name === "Radicale" ? ` / ${login.password}` : ""}   (${name})`,
  );
  const card = wayBack.customer;
  const event = wayBack.appointment;
  const curl = `curl -s -u '${login}'`;
  const ams = (sql: string): string =>
    `psql '${stack.amsAdminUrl}' -c "${sql} and tenant_id = '${tenantId}'"`;
  const [boss] = brokerage.users;
  return `
The console, in a browser on this machine: sign in as ${boss?.login} (no password here), or as "hoster"
  ${stack.consoleUrl}
Look around: the address books and calendars (in a DAV client on this machine, or read as below)
${logins.join("\n")}
Change something in ams and watch it arrive (psql: apt-get install postgresql-client)
  ${ams(`update ams.customer set city = 'Görlitz' where customer_id = ${changes.customer.recordId}`)}
  ${curl} ${changes.customer.url}
Change a card there, as a telephone would, and within ${LONGEST} s see it in ams
  ${curl} ${card.url} | sed 's/${card.value}/${ANOTHER_NUMBER}/' | ${curl} -X PUT -H 'content-type: text/vcard' --data-binary @- ${card.url}
  ${ams(card.sql)}
Delete an event there: the appointment stays in ams, and within about ${LONGEST} s the loss is noted
  ${curl} -X DELETE ${event.url}
  ${ams(event.sql)}
  psql '${stack.adminUrl}' -c "select kind, record_id, lost, lost_at from state.link where lost is not null"
${lookIntoMailbox(demo, ams, LONGEST)}
The services
${services.join("\n")}
  logs in ${stack.folders.logs}

Everything goes on running. Ctrl-C stops it.
`;
}
