import type { Demo } from "./demo.js";

/** What was seen of Outlook, for people. */
export function reportOutlook({ figures, outlook }: Demo): string {
  const { contacts, appointments, userId } = figures.outlook;
  const { there, back } = outlook;
  return `
Outlook, for user ${userId}, on a SIMULATOR of Microsoft Graph that is part of this demo: what Microsoft's own would do is not shown
  in the mailbox, compared with ams in the same way: ${describe(contacts)} contacts, ${describe(appointments)} appointments
  ${there.sql}
    ${there.visibleAfterMs === undefined ? "DID NOT ARRIVE" : `in the mailbox ${there.visibleAfterMs} ms after the commit`}
  ${back.what} in the mailbox
    ${back.inAmsAfterMs === undefined ? "DID NOT ARRIVE" : `in ams ${(back.inAmsAfterMs / 1_000).toFixed(1)} s after it was saved`}: ${back.sql}
`;
}

export const describe = (count: {
  readonly expected: number;
  readonly seen: number;
  readonly missing: number;
  readonly surplus: number;
}): string =>
  count.missing + count.surplus === 0
    ? String(count.seen)
    : `${count.expected} expected, ${count.seen} there, ${count.missing} missing and ${count.surplus} not as in ams:`;

const ANOTHER_SUBJECT = "Verlegt nach Zittau";

/** Commands for the simulated mailbox; each brings its own token, as Graph takes no passwords. */
export function lookIntoMailbox(
  { graph, mailbox, outlook }: Demo,
  ams: (sql: string) => string,
  withinSeconds: number,
): string {
  const { back } = outlook;
  const { clientId, secret } = graph.app;
  const event = `${graph.url}/users/${mailbox.mailbox.address}/events/${encodeURIComponent(back.url)}`;
  const token = `curl -sk ${graph.authority}/${graph.tenant.id}/oauth2/v2.0/token -d grant_type=client_credentials -d client_id=${clientId} -d client_secret=${secret} -d scope=https://graph.microsoft.com/.default | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
  const curl = `curl -s -H "authorization: Bearer $(${token})" -H 'prefer: IdType="ImmutableId"'`;
  return `Look into the Outlook mailbox of ${mailbox.name}, on the simulator of Microsoft Graph
  ${curl} ${event}
Change that appointment there, as in Outlook, and within ${withinSeconds} s see it in ams
  ${curl} -X PATCH -H 'content-type: application/json' -d '{"subject": "${ANOTHER_SUBJECT}"}' ${event}
  ${ams(back.sql)}`;
}
