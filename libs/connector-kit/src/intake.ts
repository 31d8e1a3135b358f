import type { RecordKind, SyncOptions } from "@ams-sync/sync-core";
import { attempt, persist } from "./attempt.js";
import type { Attempt } from "./attempt.js";
import { ConnectorError } from "./connector-error.js";
import { fits, usableVersion } from "./item-version.js";
import type { ChangesPage, RemoteChange, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { takesIn } from "./takes-in.js";
import { whatNext } from "./what-next.js";

/** Announcements that go to state in one message. */
const MESSAGE_MAX = 1_000;
/** Longer addresses are nobody's but an attacker's; state refuses them. */
const ADDRESS_MAX = 2_048;

/**
 * The first half of a run: what either side announces since its token goes into the inbox. Only ids travel.
 * @returns the stream as it is afterwards
 */
export const takeIn = async (
  context: RunContext,
  stream: StreamState,
): Promise<StreamState> => {
  const { state, run, account, remote } = context;
  // A list that was broken off goes on at once: until it is whole, new records wait.
  const due =
    stream.remoteDue || (stream.listing && takesIn(context, stream.kind));
  // Meanwhile; what came of it is heard where it is needed: a login that is refused is not tried twice.
  const login = due ? remote.enter() : undefined;
  login?.catch(() => undefined);
  const early = login && earlyPage(context, stream, login);
  try {
    if (!stream.takenIn)
      await state.takeIn(run, stream.kind, kindsOf(stream, account.options));
  } finally {
    // Nothing of it is under way where state failed.
    await early;
  }
  if (!login) return stream;
  const listing = await takeInRemote(context, stream, { login, early });
  const boundAt = remote.boundAt(stream.kind) ?? stream.boundAt;
  return { ...stream, listing, ...(boundAt !== undefined && { boundAt }) };
};

/** The kinds that the settings send. Links of the others are worked on all the same: they have left the scope. */
export const kindsOf = (
  stream: Pick<StreamState, "kind">,
  { contacts, appointments }: SyncOptions,
): readonly RecordKind[] => {
  if (stream.kind === "appointments")
    return appointments ? ["appointment"] : [];
  return [
    ...(contacts?.customers ? (["customer"] as const) : []),
    ...(contacts?.companies ? (["company"] as const) : []),
    ...(contacts?.agents ? (["agent"] as const) : []),
  ];
};

/** @returns whether the other side is still to be listed to its end */
const takeInRemote = async (
  context: RunContext,
  stream: StreamState,
  begun: Begun,
): Promise<boolean> => {
  const { troubles, halt, remote } = context;
  const first = await firstPage(context, stream, begun);
  let listing = stream.listing || remote.moved(stream.kind);
  if (!first.ok) {
    troubles.report(stream.kind, first.error);
    return listing;
  }
  const { port } = first.value;
  let { page, anew } = first.value;
  for (;;) {
    troubles.answered();
    const { token } = page;
    // Without a token the next page could not be asked for: what was told is all there is.
    const more = page.more && token !== undefined;
    await store(context, stream, page, { more, anew });
    listing = more && (listing || anew);
    // With time up the stored token leads on in the next run.
    if (!more || halt.stopped()) return listing;
    const next = await pageAfter(context, port, token);
    if (!next.ok) {
      troubles.report(stream.kind, next.error);
      return listing;
    }
    ({ page, anew } = next.value);
  }
};

/** What was begun while state took in. */
interface Begun {
  readonly login: Promise<void>;
  readonly early: Promise<Attempt<ChangesPage> | undefined> | undefined;
}

/**
 * The first page, asked for beside what state does. Only of a container that is at its place: one that is looked for may
 * be bound anew, and that voids what state takes in.
 */
const earlyPage = async (
  { lease, clock, remote }: RunContext,
  stream: StreamState,
  login: Promise<void>,
): Promise<Attempt<ChangesPage> | undefined> => {
  const { remoteToken } = stream;
  if (remoteToken === undefined) return undefined;
  try {
    await login;
    const port = await remote.portAsBound(stream);
    return (
      port && (await persist(lease, clock, () => port.changes(remoteToken)))
    );
  } catch {
    // Whoever needs the login, the lease or the page next hears it.
    return undefined;
  }
};

interface Page {
  readonly page: ChangesPage;
  /** It was asked for without a token. */
  readonly anew: boolean;
}

/**
 * A bound container is asked without having been looked for. Where it is not there, refuses or does not know the token,
 * it may have been removed, moved or replaced: then it is looked for, and asked again.
 */
const firstPage = async (
  context: RunContext,
  stream: StreamState,
  { login, early }: Begun,
): Promise<Attempt<Page & { readonly port: StreamPort }>> => {
  const { lease, clock, remote } = context;
  const { kind } = stream;
  let known = stream.remoteToken;
  let entering: Promise<void> | undefined = login;
  let told = await early;
  for (;;) {
    const port = await persist(lease, clock, async () => {
      const begun = entering;
      entering = undefined;
      await begun;
      return remote.port(stream);
    });
    if (!port.ok) return port;
    // Of another collection than the one that the run has just been bound to, the token means nothing.
    const token = remote.moved(kind) ? undefined : known;
    const page =
      told ?? (await persist(lease, clock, () => port.value.changes(token)));
    told = undefined;
    if (page.ok) {
      const anew = token === undefined;
      return {
        ok: true,
        value: { port: port.value, page: page.value, anew },
      };
    }
    const expired = page.error.kind === "token-expired";
    if (
      !expired &&
      page.error.kind !== "gone" &&
      page.error.kind !== "rejected"
    )
      return page;
    // A void token is no error of the run: that side tells everything anew, links stay, nothing is deleted.
    if (expired) known = undefined;
    if (remote.doubt(kind)) continue;
    if (!expired) return page;
    if (token === undefined) return neverEnding;
  }
};

/** As for the first page, a void token is no error. */
const pageAfter = async (
  { lease, clock }: RunContext,
  port: StreamPort,
  token: string,
): Promise<Attempt<Page>> => {
  const page = await persist(lease, clock, () => port.changes(token));
  if (page.ok) return { ok: true, value: { page: page.value, anew: false } };
  if (whatNext(page.error, UNTRIED).do !== "take-in-all") return page;
  const all = await attempt(lease, () => port.changes());
  if (all.ok) return { ok: true, value: { page: all.value, anew: true } };
  return all.error.kind !== "token-expired" ? all : neverEnding;
};

const UNTRIED = { transient: 0, replans: 0, attempts: 0 };

const neverEnding: Attempt<never> = {
  ok: false,
  error: new ConnectorError(
    "rejected",
    "The server calls its token void although none was sent; changes made there cannot be seen.",
  ),
};

const store = async (
  { state, run, log }: RunContext,
  stream: StreamState,
  page: ChangesPage,
  { more, anew }: { readonly more: boolean; readonly anew: boolean },
): Promise<void> => {
  const usable = page.changes.filter(({ id }) => fits(id, ADDRESS_MAX));
  if (usable.length < page.changes.length)
    log.warn(
      { stream: stream.kind, items: page.changes.length - usable.length },
      "items with unusable addresses are left out",
    );
  const messages = chunks(usable);
  // The token goes with the last message: a run that dies before it asks for the page again.
  for (const [index, changes] of messages.entries()) {
    const last = index === messages.length - 1;
    await state.takeInRemote(
      run,
      stream.kind,
      changes.map(withUsableVersion),
      last ? page.token : undefined,
      {
        ...{ more: more || !last, anew: anew && index === 0 },
        ...(page.watchedUntil !== undefined && {
          watchedUntil: page.watchedUntil,
        }),
      },
    );
  }
};

const chunks = (
  changes: readonly RemoteChange[],
): readonly (readonly RemoteChange[])[] => {
  const parts = [changes.slice(0, MESSAGE_MAX)];
  for (let from = MESSAGE_MAX; from < changes.length; from += MESSAGE_MAX)
    parts.push(changes.slice(from, from + MESSAGE_MAX));
  return parts;
};

const withUsableVersion = ({
  id,
  version: told,
  gone,
}: RemoteChange): RemoteChange => {
  const version = usableVersion(told);
  return version === undefined ? { id, gone } : { id, version, gone };
};
