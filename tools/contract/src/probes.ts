import { randomUUID } from "node:crypto";
import type { Subject } from "@ams-sync/connector-kit/contract";
import { notKept } from "./not-kept.js";
import { otherToken } from "./dav/other-token.js";
import { etagOf, NAMESPACES, rowsIn } from "./dav/client.js";
import {
  CannotLook,
  CARD,
  cardText,
  CREATE,
  escapesLost,
  letsAnybodyIn,
  mustBeTaken,
  otherFacts,
  type Place,
  putCard,
  replace,
  report,
  sync,
  tokenIn,
  worked,
} from "./questions.js";

/** A way in which servers differ, and how to find out what this one does. */
export interface Probe {
  readonly trap: string;
  /** How the product copes, where the server does so. */
  readonly copes: string;
  /** Names of the cases that show it. */
  readonly shownBy: RegExp;
  /** What the server does, and what it does not keep; undefined where it does what clients hope for. */
  readonly look: (place: Place) => Promise<string | Dropping | undefined>;
  /** What then cannot be asked of any client. */
  readonly lacks?: Subject["lacks"];
  /** What is then lost whatever a client does. */
  readonly bends?: Subject["bends"];
}

export interface Dropping {
  readonly does: string;
  readonly drops: NonNullable<Subject["drops"]>;
}

const NO_TOKENS: Subject["lacks"] = {
  tokens: "The server gives none.",
  "void-tokens": "The server gives none.",
};

export const PROBES: readonly Probe[] = [
  {
    trap: "no ETag after a PUT",
    copes: "the item is read back before a version is remembered",
    shownBy: /: (create|update)$/,
    look: async (place) => {
      const { answer } = await putCard(place);
      return etagOf(answer)?.startsWith('"') === true
        ? undefined
        : "names none, or a weak one";
    },
  },
  {
    trap: "If-None-Match: * overwrites",
    copes:
      "what was listed is not created, and after the first time it is looked before each create; one item's foreign properties may be lost",
    shownBy: /: create again/,
    look: async (place) => {
      const card = await putCard(place);
      const second = await replace(place, card, CREATE, "Zwei");
      return worked(second)
        ? `answers ${second.status} and overwrites`
        : undefined;
    },
    bends: { "creates-refused": "The server overwrites." },
  },
  {
    trap: "a stale If-Match is ignored by PUT",
    copes: "it does not: changes of others would be overwritten",
    shownBy: /: update of what somebody/,
    look: async (place) => {
      const card = await putCard(place);
      const second = await replace(
        place,
        card,
        { "if-match": '"veraltet"' },
        "Zwei",
      );
      return worked(second)
        ? `answers ${second.status} and overwrites`
        : undefined;
    },
  },
  {
    trap: "a stale If-Match is ignored by DELETE",
    copes: "the ETag is read before each DELETE",
    shownBy: /: delete of what somebody/,
    look: async (place) => {
      const { url } = await putCard(place);
      const headers = { "if-match": '"veraltet"' };
      const answer = await place.client.ask("DELETE", url, { headers });
      return worked(answer)
        ? `answers ${answer.status} and deletes`
        : undefined;
    },
    bends: { "deletes-guarded": "The server deletes." },
  },
  {
    trap: "racing updates are lost",
    copes: "one run per account; the next comparison finds it",
    shownBy: /: update in the moment/,
    look: async (place) => {
      const card = await putCard(place);
      const etag = etagOf(await place.client.ask("GET", card.url));
      if (etag === undefined) return "names no ETag";
      const answers = await Promise.all(
        ["Eins", "Zwei", "Drei", "Vier"].map((name) =>
          replace(place, card, { "if-match": etag }, name),
        ),
      );
      const went = answers.filter(worked).length;
      return went > 1 ? `takes ${went} of 4 at once` : undefined;
    },
    bends: { "updates-guarded": "The server takes both." },
  },
  {
    trap: "an update is answered with 201, a delete with 200",
    copes: "any success counts, and 207 is read",
    shownBy: /: (update|delete)$/,
    look: async (place) => {
      const card = await putCard(place);
      const update = await replace(place, card, {}, "Zwei");
      const gone = await place.client.ask("DELETE", card.url);
      const usual = update.status === 204 && gone.status === 204;
      return usual ? undefined : `answers ${update.status} and ${gone.status}`;
    },
  },
  {
    trap: "a card is stored otherwise than it was sent",
    copes: "canonical forms are compared, not texts",
    shownBy: /^contacts: (preserve|carry|read a rich)/,
    look: async (place) => {
      const { length } = await otherFacts(place, "rich-card");
      return length > 0 ? `changes ${length} statements` : undefined;
    },
  },
  {
    trap: "an event is stored otherwise than it was sent",
    copes: "canonical forms are compared, not texts",
    shownBy: /^appointments: (preserve|carry|read a rich)/,
    look: async (place) => {
      const { length } = await otherFacts(place, "rich-event");
      return length > 0 ? `changes ${length} statements` : undefined;
    },
  },
  {
    trap: "a property is not stored",
    copes:
      "what was sent and is not there stays in ams, and goes along with whatever is sent next",
    shownBy: /: what the system does not keep$/,
    look: notKept,
  },
  {
    trap: "signs lose their escapes in cards",
    copes:
      "own cards are read in the light of what was sent; what others wrote stays as the server stored it",
    shownBy: /^contacts: carry/,
    look: escapesLost("escaped-card", ["N", "ADR", "CATEGORIES"]),
    lacks: { "escaped-card": "The server stores cards without their escapes." },
  },
  {
    trap: "signs lose their escapes in events",
    copes:
      "text with backslashes comes back as the server stored it, all other text as it was",
    shownBy: /^appointments: carry/,
    look: escapesLost("escaped-event", [
      "SUMMARY",
      "DESCRIPTION",
      "CATEGORIES",
    ]),
    lacks: {
      "escaped-event": "The server stores events without their escapes.",
      backslashes: "The server takes backslashes for something else.",
    },
  },
  {
    trap: "no sync-collection",
    copes: "hrefs and ETags are listed, the ctag first",
    shownBy: /: (changes since|nothing new|list everything)/,
    look: async (place) => {
      const answer = await sync(place, "");
      return tokenIn(answer) === "" ? `answers ${answer.status}` : undefined;
    },
    lacks: NO_TOKENS,
  },
  {
    trap: "an unknown sync-token",
    copes:
      "everything is listed anew; a full list that claims to be news is given away by items that did not change",
    shownBy: /: a token that is/,
    look: async (place) => {
      await putCard(place);
      const token = tokenIn(await sync(place, ""));
      if (token === "") return undefined;
      const other = otherToken(token);
      if (other === undefined)
        throw new CannotLook("gives tokens without letters: not asked");
      const { status, text } = await sync(place, other);
      return text.includes("valid-sync-token")
        ? undefined
        : `answers ${status}`;
    },
  },
  {
    trap: "a multiget with an absent item",
    copes: "the list is halved and the last ones are read one by one",
    shownBy: /: read many/,
    look: async (place) => {
      const path = new URL((await putCard(place)).url).pathname;
      const absent = new URL(`${randomUUID()}.vcf`, place.book).pathname;
      const answer = await report(
        place,
        `<a:addressbook-multiget ${NAMESPACES}><d:prop><d:getetag/><a:address-data/></d:prop><d:href>${path}</d:href><d:href>${absent}</d:href></a:addressbook-multiget>`,
        "1",
      );
      if (answer.status !== 207) return `answers ${answer.status} for all`;
      const rows = rowsIn(answer).length;
      return rows < 2 ? "leaves it out" : undefined;
    },
  },
  {
    trap: "hrefs are written otherwise than they were asked for",
    copes:
      "addresses are compared decoded, foreign ones used as the server writes them",
    shownBy: /needs escaping/,
    look: async (place) => {
      const url = new URL(`K%C3%A4the%20b'${randomUUID()}.vcf`, place.book);
      const put = await place.client.ask("PUT", url.href, {
        headers: CARD,
        body: cardText(randomUUID()),
      });
      mustBeTaken(put);
      const { rows } = await place.client.propfind(place.book, "1", [
        "d:getetag",
      ]);
      return rows.some(({ href }) => href === url.pathname)
        ? undefined
        : "writes them in a way of its own";
    },
  },
  {
    trap: "the same UID twice",
    copes:
      "the record is set aside with what to do, or both are there; nothing is overwritten",
    shownBy: /moved to another address/,
    look: async (place) => {
      const { uid } = await putCard(place);
      const { href: url } = new URL(`${randomUUID()}.vcf`, place.book);
      const { status } = await place.client.ask("PUT", url, {
        headers: CARD,
        body: cardText(uid),
      });
      return status >= 200 && status < 300 && status !== 207
        ? "is stored"
        : `is refused with ${status}`;
    },
  },
  {
    trap: "no .well-known",
    copes: "the given address, the root and the principal are tried too",
    shownBy: /: create$/,
    look: async ({ client }) => {
      // Where it leads to is not asked: that may be a host that discovery had no need of.
      const { href: url } = new URL("/.well-known/carddav", client.login.url);
      const { status } = await client.ask("PROPFIND", url, {
        headers: { depth: "0" },
        redirect: "manual",
      });
      return status === 207 || (status >= 301 && status <= 308)
        ? undefined
        : `answers ${status}`;
    },
  },
  {
    trap: "any password is let in",
    copes: "it cannot tell a wrong password from a right one",
    shownBy: /a wrong password/,
    look: async ({ client, any }) =>
      (await letsAnybodyIn(client, any)) ? "lets it in" : undefined,
    lacks: { passwords: "The server checks none." },
  },
];
