import { saveItem, DavReader, withMobile, withSummary } from "@ams-sync/proof";
import type { ConnectedUser } from "@ams-sync/proof";
import { askThere, untilRest } from "../rest.js";
import type { Scenario } from "../scenario.js";
import type { Site } from "../site.js";
import { openOffice, saveAccount, takenIn, type Office } from "./account.js";
import { nextDay } from "./burst.js";
import { cardOf, eventOf } from "./foreign-items.js";

/** Of one agent, so that nobody has to be asked who looks after a new customer. */
const SIZE = { customers: 8, appointments: 6, agents: 1 };

interface Desk extends Office {
  readonly account: ConnectedUser;
  /** Collections, without their last slash. */
  readonly book: string;
  readonly calendar: string;
  next(): number;
}

const desks = new WeakMap<Site, Promise<Desk>>();

/**
 * Somebody changes a card and an event outside, and puts a new one of each there, while other fields of the same records
 * change in ams and what came in the round before is deleted there.
 */
export const inward: Scenario = {
  name: "inward",
  victims: ["state", "change-capture", "cloud-connector"],
  prepare: async (site) => {
    const desk = await deskOf(site);
    const round = desk.next();
    const { tenantId, account } = desk;
    const login = site.direct(desk.login);
    const reader = new DavReader(login);
    const links = await linksOf(site, desk);
    let changedAt: string | undefined;
    const edit = async (
      url: string,
      change: (text: string) => string,
    ): Promise<void> => {
      const item = await reader.item(url);
      if (!item) throw new Error("An item to be changed is not there.");
      await saveItem(login, item, change(item.text));
    };
    return {
      act: async () => {
        const { ams } = site;
        await nextDay(site, tenantId);
        await edit(links.card.url, (text) => withMobile(text, mobile(round)));
        await edit(links.both.url, (text) => withMobile(text, mobile(round)));
        await edit(links.event.url, (text) => withSummary(text, title(round)));
        const made = { round, book: desk.book, calendar: desk.calendar };
        for (const { url, text } of [cardOf(made), eventOf(made)])
          await saveItem(login, { url, etag: "" }, text);
        await ams.query("begin");
        await ams.query(CITY, [tenantId, links.both.id, `Görlitz ${round}`]);
        await ams.query(GONE_CUSTOMER, [tenantId, `Neu-${round - 1}`]);
        await ams.query(GONE_VISIT, [tenantId, `Besuch ${round - 1}`]);
        changedAt = await lsnNow(site);
        await ams.query("commit");
        await askThere(site, account.accountId);
      },
      complete: async () => undefined,
      arrived: async () => {
        // What came in says nothing of what ams changed by itself: a capture that was killed may not have told it yet.
        if (!changedAt || !(await isStored(site, changedAt))) return false;
        const { rows } = await site.ams.query<Arrived>(ARRIVED, [
          ...[tenantId, links.card.id, links.both.id, links.event.id],
          ...[mobile(round), title(round), `Neu-${round}`, `Besuch ${round}`],
        ]);
        const [{ changed, customers, visits } = NOTHING] = rows;
        return changed === 3 && customers > 0 && visits > 0;
      },
      trouble: async () => {
        const { rows } = await site.ams.query<Arrived>(ARRIVED, [
          ...[tenantId, links.card.id, links.both.id, links.event.id],
          ...[mobile(round), title(round), `Neu-${round}`, `Besuch ${round}`],
        ]);
        const [{ customers, visits } = NOTHING] = rows;
        return customers === 1 && visits === 1
          ? []
          : [
              `A new card became ${customers} customers, a new event ${visits} appointments.`,
            ];
      },
      user: async () => account,
    };
  },
};

/** Before a transaction's commit: the end of that lies behind it. */
async function lsnNow({ ams }: Site): Promise<string> {
  const { rows } = await ams.query<{ lsn: string }>(
    "select (pg_current_wal_insert_lsn() - '0/0')::text as lsn",
  );
  const [row] = rows;
  if (!row) throw new Error("PostgreSQL names no position of its WAL.");
  return row.lsn;
}

/** Whether all that was committed up to there is in state's feed. */
async function isStored(site: Site, lsn: string): Promise<boolean> {
  const [row] = await site.own<{ stored: boolean }>(
    "select last_lsn > $1::numeric as stored from state.source",
    [lsn],
  );
  return row?.stored === true;
}

interface Arrived {
  readonly changed: number;
  readonly customers: number;
  readonly visits: number;
}
const NOTHING: Arrived = { changed: 0, customers: 0, visits: 0 };

const mobile = (round: number): string => `+49 170 ${5_550_000 + round}`;
const title = (round: number): string => `Verlegt ${round}, mit Käthe`;

function deskOf(site: Site): Promise<Desk> {
  const known = desks.get(site);
  if (known) return known;
  const opening = open(site);
  desks.set(site, opening);
  return opening;
}

async function open(site: Site): Promise<Desk> {
  const office = await openOffice(site, SIZE);
  const account = await saveAccount(site, office);
  await untilRest(site, () => takenIn(site, office.tenantId));
  const found = await new DavReader(site.direct(office.login)).collections();
  const addressOf = (kind: (typeof found)[number]["kind"]): string => {
    const own = found.find((one) => one.kind === kind && one.name === "ams");
    if (!own) throw new Error(`There is no ${kind} named "ams".`);
    return own.url;
  };
  let round = 0;
  return {
    ...{ ...office, account },
    book: addressOf("address book"),
    calendar: addressOf("calendar"),
    next: () => (round += 1),
  };
}

interface Linked {
  readonly id: string;
  readonly url: string;
}

/** The same records in each round: two customers and an appointment that the brokerage had from the beginning. */
async function linksOf(
  site: Site,
  { account, login }: Desk,
): Promise<{ card: Linked; both: Linked; event: Linked }> {
  const links = async (kind: string): Promise<Linked[]> => {
    const rows = await site.own<{ record_id: string; item_id: string }>(
      "select record_id, item_id from state.link where account_id = $1 and kind = $2 and origin = 'created' order by record_id",
      [account.accountId, kind],
    );
    return rows.map(({ record_id: id, item_id: path }) => ({
      id,
      url: new URL(path, site.direct(login).url).href,
    }));
  };
  const [card, both] = await links("customer");
  const [event] = await links("appointment");
  if (!card || !both || !event) throw new Error("The office has no records.");
  return { card, both, event };
}

const CITY =
  "update ams.customer set city = $3 where tenant_id = $1 and customer_id = $2";
const GONE_CUSTOMER =
  "delete from ams.customer where tenant_id = $1 and last_name = $2";
const GONE_VISIT =
  "delete from ams.appointment where tenant_id = $1 and reason = $2";
const ARRIVED = `
  select
    (select count(*)::int from ams.customer
      where tenant_id = $1 and customer_id in ($2, $3) and mobile = $5)
    + (select count(*)::int from ams.appointment
      where tenant_id = $1 and appointment_id = $4 and reason = $6) as changed,
    (select count(*)::int from ams.customer where tenant_id = $1 and last_name = $7) as customers,
    (select count(*)::int from ams.appointment where tenant_id = $1 and reason = $8) as visits`;
