import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DavLogin } from "@ams-sync/proof";
import type { BenchContext } from "../../bench.js";
import type { Card } from "../../sync/bare-dav.js";
import { cardsAt, ownBook } from "../../sync/cards.js";
import {
  openContacts,
  type ContactsOffice,
} from "../../sync/contacts-office.js";
import type { ContestServer } from "../../sync/contest-server.js";
import { peerWith } from "../../sync/peer.js";
import { poll, runsSince } from "../../sync/runs.js";
import type { VdirsyncerPair } from "../../vdirsyncer.js";

/** An address book on the server, by its owner. */
export interface Book {
  readonly login: DavLogin;
  readonly url: string;
  readonly cards: readonly Card[];
}

/** The same cards in two collections of one server: what we made of ams, and what vdirsyncer made of its folder. */
export interface TwoBooks {
  readonly office: ContactsOffice;
  readonly accountId: string;
  readonly contacts: number;
  readonly ours: Book;
  readonly theirs: Book;
  readonly peer: VdirsyncerPair & {
    /** @throws where its folder lacks one of the numbers */
    readonly holds: (text: (at: number) => string) => Promise<void>;
  };
}

export async function twoBooks(
  context: BenchContext,
  server: ContestServer,
  contacts: number,
): Promise<TwoBooks> {
  const { say, signal } = context;
  const office = await openContacts(context, { contacts, users: 1 });
  const login = server.nextLogin();
  say(`${server.name}: synchronising ${contacts} contacts …`);
  const accountId = await office.save(0, login);
  await office.synchronised(accountId);
  const url = await ownBook(login);
  const cards = await cardsAt(login, url);
  if (cards.length !== contacts)
    throw new Error(`${cards.length} of ${contacts} contacts arrived.`);
  const {
    pair: peer,
    login: peerLogin,
    book,
  } = await peerWith(context, server, cards);
  say("The same with vdirsyncer …");
  await peer.sync();
  // Its own writes come back as changes once, to either.
  const moment = await poll(office, accountId);
  await runsSince(office, accountId, moment, () => true, signal);
  await peer.sync();
  return {
    ...{ office, accountId, contacts },
    ours: { login, url, cards },
    theirs: {
      login: peerLogin,
      url: book,
      cards: await cardsAt(peerLogin, book),
    },
    peer: { ...peer, holds: (text) => holds(peer.items, contacts, text) },
  };
}

async function holds(
  folder: string,
  contacts: number,
  text: (at: number) => string,
): Promise<void> {
  const numbers = new Set(
    Array.from({ length: contacts }, (_, at) => text(at)),
  );
  for (const name of await readdir(folder)) {
    const card = await readFile(join(folder, name), "utf8");
    const [, number = ""] = /^TEL;TYPE=CELL:(.*?)\r?$/m.exec(card) ?? [];
    numbers.delete(number);
  }
  if (numbers.size > 0)
    throw new Error(
      `vdirsyncer left out ${numbers.size} of ${contacts} cards.`,
    );
}
