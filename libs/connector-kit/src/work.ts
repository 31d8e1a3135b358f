import { plan, sentFields } from "@ams-sync/sync-core";
import type {
  Action,
  AmsRecord,
  Canonical,
  Fields,
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
  SyncOptions,
} from "@ams-sync/sync-core";
import { identityOf } from "./identity.js";
import { asAgreed } from "./agreed-times.js";
import type { Judged } from "./judge.js";
import { contactType, linkView } from "./link.js";
import { inwardMarksOf, marksOf, ownIn, takenIn, wasSent } from "./marks.js";
import { isOwn } from "./own-container.js";
import type { Identity, Item, ReadPort } from "./port.js";
import type { AmsEntry, Entry } from "./run-state.js";

/** What two ways add to a record's work. */
export interface Sides {
  /** Changes there come in. */
  readonly inward?: true;
  /** It is somebody else's: nothing comes in, but what goes with the item is told. */
  readonly others?: true;
  /** The other side announced the item. */
  readonly announced?: true;
  /** The item was announced without a link, and whether the record has another one, only state can tell. */
  readonly loose?: true;
  /** The record was made of the item. */
  readonly imported?: true;
  /** It lies among its user's own: what is private does not come in unasked (R25). */
  readonly amongOwn?: true;
  rowVersion?: string;
  /** Forms of the last hour, the link's. */
  readonly history?: string;
  /** What is in the journal already: fields with their values. */
  journaled?: ReadonlySet<string>;
  /** The guard has let the removal go. */
  mayRemove?: true;
  /** The row as it is since what comes in was written with that of others. */
  taken?: AmsRecord;
  /** A create of it failed, and nobody knows whether it was carried out. */
  unanswered?: true;
  /** How often ams was not as it was read. */
  stale?: number;
}

/** One record on its way through a slice. The item's side changes as it is read. */
export interface Work extends Sides {
  readonly entry: AmsEntry;
  /** All that tell of the record: one outcome is for all of them. Missing: `entry` alone. */
  readonly entries?: readonly Entry[];
  readonly identity: Identity;
  record: RecordView;
  /** Fields that the options do not send. */
  unsent?: readonly string[];
  type: Canonical["type"];
  /** The zone that its times are read in. */
  readonly zone?: string;
  /** What a record holds that is not sent: it tells ours in an item of which nothing is agreed. */
  unsentForm?: Canonical;
  link?: LinkView;
  /** The link is to another container. */
  readonly away?: true;
  /** And in this one a create was begun that nobody remembers. */
  readonly maybeTwice?: true;
  item: ItemView;
  /** As it was read last; what an update starts from. */
  current?: Item;
}

/**
 * What is known before anything outside was read. `port` may be missing only where nothing is in scope or to be taken
 * back.
 */
export const workOf = (
  tenantId: string,
  entry: AmsEntry,
  judged: Exclude<Judged, { state: "untold" }>,
  port?: ReadPort,
  told?: Sides & Pick<Work, "entries">,
): Work => {
  const sides = told && sidesOf(judged, told);
  const record = recordOf(judged, port);
  const link = entry.link && linkView(entry.link);
  const restored = link && entry.restore ? { ...link, base: {} } : link;
  // After a move to another container what is in scope is sent there. What is where it was stays: who wanted it removed has
  // said so at the move, and an account of its own does it (ADR 0016).
  const inScope = record.record.state === "in";
  const away = link !== undefined && port?.holds?.(link.itemId) === false;
  return {
    entry,
    identity: identityOf(tenantId, entry.kind, entry.recordId),
    ...record,
    ...(port?.timeZone !== undefined && { zone: port.timeZone }),
    ...sides,
    ...(port && !isOwn(port) && !asked(sides) && { amongOwn: true }),
    ...(sides?.inward &&
      entry.link?.history !== undefined && { history: entry.link.history }),
    ...(restored &&
      !(away && inScope) && {
        link: { ...restored, ...(away && { elsewhere: true }) },
      }),
    ...(away && !inScope && { away }),
    ...(away && !inScope && entry.sent && { maybeTwice: true }),
    item: { state: "unread" },
  };
};

const sidesOf = <S extends Sides>(
  judged: Exclude<Judged, { state: "untold" }>,
  told: S,
): Omit<S, "inward" | "others"> & Pick<Sides, "inward" | "others"> => {
  const { inward, others: _, ...rest } = told;
  const others = judged.state === "there" && judged.others === true;
  return { ...rest, ...(inward && (others ? { others } : { inward })) };
};

/** Normalized, so that what the other system cannot hold never looks like a change. */
export const recordOf = (
  judged: Exclude<Judged, { state: "untold" }>,
  port: ReadPort | undefined,
): Pick<Work, "record" | "type" | "rowVersion" | "unsent" | "unsentForm"> => {
  if (judged.state === "gone")
    return { record: { state: "gone" }, type: NO_FORM };
  if (judged.state === "parting")
    return { record: { state: "out", reason: "leaving" }, type: NO_FORM };
  const { view, checked, rowVersion, unsent } = judged;
  const version = { unsent, ...(rowVersion !== undefined && { rowVersion }) };
  if (!checked.ok || !port) return { record: view, type: NO_FORM, ...version };
  const unsentForm = port.normalize(checked.canonical);
  if (view.state !== "in")
    return { record: view, type: NO_FORM, unsentForm, ...version };
  const { type, fields } = unsentForm;
  return { record: { state: "in", fields }, type, ...version };
};

/** Of a record that is not written: no action asks for its form. */
const NO_FORM = "private";

/** Asked several times between two changes of a work: reading, marking and writing each look at it. */
export const planWork = (work: Work, options: SyncOptions): Action => {
  const { link, record, item, current, zone, type } = work;
  const of = [options, link, record, item, current, zone, type] as const;
  const known = PLANNED.get(work);
  if (known?.of.every((one, index) => one === of[index])) return known.action;
  const action = planned(work, options);
  PLANNED.set(work, { of, action });
  return action;
};

/** What may change of a work without it being another one, by identity: none of it is changed in place. */
const PLANNED = new WeakMap<
  Work,
  { readonly of: readonly unknown[]; readonly action: Action }
>();

const planned = (work: Work, options: SyncOptions): Action =>
  plan({
    ...(work.link && { link: work.link }),
    record: work.record,
    item: work.item,
    ...marked(work),
    ...(work.inward && !keepsToItself(work) && { inward: true }),
    ...(work.inward && work.announced && { announced: true }),
    ...(work.imported && { imported: true }),
    ...(work.entry.restore && { restore: true }),
    ...(work.zone !== undefined && { zone: work.zone }),
    ...(work.inward && work.record.state === "in" && { type: work.type }),
    policy: options.policy,
    fieldNames: sentFields(work.entry.kind, options),
  });

const keepsToItself = ({ amongOwn, current }: Work): boolean =>
  amongOwn === true && current?.confidential === true;

/** Somebody has said which record the item is. */
const asked = (sides: Pick<Work, "entries"> | undefined): boolean =>
  sides?.entries?.some(
    (entry) => entry.side === "remote" && entry.decision?.answer === "link",
  ) === true;

/** What came into ams tells nothing of writes there. */
const marked = (work: Work): Pick<PlanInput, "sent" | "unsure" | "taken"> => {
  const { entry, record } = work;
  const marks = entry.unsure ?? [];
  const taken = record.state === "in" ? takenIn(record.fields, marks) : [];
  const sent = wasSent(entry);
  return {
    ...(sent && { sent: true, unsure: unsureIn(work) }),
    ...(taken.length > 0 && { taken }),
  };
};

/** What is about to come into ams with an action. */
export const inwardMarks = (action: Action): readonly string[] =>
  (action.do === "take" || action.do === "update") && action.inward
    ? inwardMarksOf(action.inward.fields, action.inward.received)
    : [];

/** What may be in the stream's own container although the link is to another one. */
export const secondOf = ({
  link: _link,
  away: _away,
  maybeTwice: _maybeTwice,
  current: _current,
  ...work
}: Work): Work => ({ ...work, item: { state: "unread" } });

/** Fields of the item that hold what a write of ours left there that nobody remembers. */
export const unsureIn = ({ entry, item }: Work): readonly string[] =>
  item.state === "present" ? ownIn(item.fields, entry.unsure ?? []) : [];

/**
 * What a write of this record may put into an item that is there: known before the item is read, so that the mark can be
 * stored meanwhile.
 */
export const marksToSet = (
  work: Work,
  options: SyncOptions,
): readonly string[] => {
  const { record, link } = work;
  if (record.state !== "in") return [];
  const base = link?.base ?? {};
  return marksOf(
    record.fields,
    sentFields(work.entry.kind, options).filter(
      (name) => record.fields[name] !== base[name],
    ),
  );
};

/** Where the item of a work is to be read; undefined where the system does not let one say. */
export const placeOf = (port: ReadPort, work: Work): string | undefined =>
  work.current?.id ?? work.link?.itemId ?? port.addressOf(work.identity);

/** Takes over what a read found. */
export const see = (
  work: Work,
  port: ReadPort,
  fetched: Item | undefined,
): void => {
  if (!fetched) {
    unsee(work, "absent");
    return;
  }
  const { obstacle } = fetched;
  if (obstacle !== undefined) {
    delete work.current;
    work.item = { state: "obstructed", obstacle };
    return;
  }
  const known = believed(work);
  const found = known && port.readAs ? port.readAs(fetched, known) : fetched;
  work.current = found;
  const { link, fields } = asAgreed(work, port, found);
  if (link) work.link = link;
  work.item = {
    state: "present",
    fields,
    ...(found.version !== undefined && { version: found.version }),
    own: found.uid?.toLowerCase() === work.identity.uid,
    ...(found.cancelled && { cancelled: true }),
    ...(found.unclear && { unclear: found.unclear }),
  };
};

/**
 * Where nothing was agreed on yet, or a reset has forgotten it, what the record holds tells best which of several numbers
 * is ours. Of a record that is gone what was agreed tells what was changed there since.
 */
const believed = (work: Work): Canonical | undefined => {
  const { record, link, entry } = work;
  const base: Fields = link?.base ?? {};
  const agreed = Object.keys(base).length > 0;
  if (record.state === "in") return formOf(work, agreed ? base : record.fields);
  if (!agreed) return work.unsentForm;
  const type = entry.kind === "appointment" ? "appointment" : contactType(base);
  return { type, fields: base } as Canonical;
};

export const unsee = (work: Work, state: "absent" | "unread"): void => {
  delete work.current;
  work.item = { state };
};

/** The form to be written. An action's fields are of the record's type by construction. */
export const formOf = (work: Work, fields: Fields): Canonical =>
  ({ type: work.type, fields }) as Canonical;
