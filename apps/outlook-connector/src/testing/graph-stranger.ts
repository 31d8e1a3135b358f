import type { SampleName, Stranger } from "@ams-sync/connector-kit/contract";
import type { StreamKind } from "@ams-sync/sync-core";
import type { Items, OutlookUser, Seen } from "@ams-sync/testing/graph";
import { itemIdOf } from "../item/item-id.js";
import type { GraphSite } from "./graph-site.js";
import { GRAPH_SAMPLES } from "./graph-samples.js";

/** Change with every write, whoever writes; and in which spelling Exchange answers. */
const VOLATILE =
  /^(@odata\.etag|changeKey|lastModifiedDateTime|body\.contentType|bodyPreview)$/;

/** Somebody at Outlook: the simulator's own way in, without any code of the connector but the spelling of its ids. */
export class GraphStranger implements Stranger {
  readonly #made: { readonly stream: StreamKind; readonly id: string }[] = [];
  readonly #words = new Map<string, number>();

  constructor(
    private readonly site: GraphSite,
    private readonly user: OutlookUser,
  ) {}

  async container(stream: StreamKind, words: string): Promise<string> {
    const count = (this.#words.get(words) ?? 0) + 1;
    this.#words.set(words, count);
    const id = this.#containers(stream).add(`${words} ${count}`);
    this.#made.push({ stream, id });
    return `${ROOTS[stream]}${encodeURIComponent(id)}`;
  }

  async put(container: string, name: SampleName): Promise<string> {
    const stream = streamOf(container);
    const folder = decodeURIComponent(container.slice(ROOTS[stream].length));
    const sample = GRAPH_SAMPLES[name];
    if (!sample) throw new Error(`Nobody enters a ${name} in Outlook.`);
    const { body, made, changed } = sample;
    const items = this.#items(stream);
    try {
      this.site.at = made;
      const { id } = items.add(body, folder);
      this.site.at = changed;
      if (changed !== undefined)
        items.edit(id, { categories: body["categories"] });
      return itemIdOf(folder, id);
    } finally {
      this.site.at = undefined;
    }
  }

  async decorate(id: string): Promise<void> {
    const { items, seen } = this.#at(id);
    items.edit(
      seen.id,
      items === this.#items("contacts")
        ? {
            personalNotes: "Mag Tee\nund Kuchen",
            spouseName: "Jost",
            homeAddress: { state: "Sachsen" },
            homePhones: [...textsIn(seen, "homePhones"), "+49 351 99"],
          }
        : {
            location: { displayName: "Café Größenwahn" },
            reminderMinutesBeforeStart: 25,
            isReminderOn: true,
          },
    );
  }

  async resave(id: string): Promise<void> {
    const { items, seen } = this.#at(id);
    items.edit(seen.id, { categories: textsIn(seen, "categories") });
  }

  /** Outlook copies an item with all that it carries; the first one goes. */
  async move(id: string): Promise<string> {
    const { items, seen, folder } = this.#at(id);
    const copy = items.add(writable(seen), folder);
    items.remove(seen.id);
    return itemIdOf(folder, copy.id);
  }

  async remove(id: string): Promise<void> {
    const { items, seen } = this.#at(id);
    items.remove(seen.id);
  }

  async facts(id: string): Promise<readonly string[] | undefined> {
    const found = this.#find(id);
    return found && flat(found.seen).toSorted();
  }

  async list(container: string): Promise<readonly string[]> {
    const stream = streamOf(container);
    const folder = decodeURIComponent(container.slice(ROOTS[stream].length));
    return this.#items(stream)
      .list(folder)
      .map(({ id }) => itemIdOf(folder, id));
  }

  place(id: string): string {
    return id;
  }

  async leave(): Promise<void> {
    for (const { stream, id } of this.#made.splice(0))
      this.#containers(stream).remove(id);
  }

  #at(id: string) {
    const found = this.#find(id);
    if (!found) throw new Error("There is no such item in Outlook.");
    return found;
  }

  #find(id: string) {
    for (const { stream, id: folder } of this.#made) {
      const items = this.#items(stream);
      const seen = items
        .list(folder)
        .find((one) => itemIdOf(folder, one.id) === id);
      if (seen) return { items, seen, folder };
    }
    return undefined;
  }

  #items(stream: StreamKind): Items {
    return stream === "contacts" ? this.user.contacts : this.user.events;
  }

  #containers(stream: StreamKind) {
    return stream === "contacts" ? this.user.folders : this.user.calendars;
  }
}

const ROOTS = { contacts: "/contactFolders/", appointments: "/calendars/" };

const streamOf = (container: string): StreamKind =>
  container.startsWith(ROOTS.contacts) ? "contacts" : "appointments";

const textsIn = (seen: Seen, name: string): string[] => {
  const value = seen[name];
  return Array.isArray(value) ? value.map(String) : [];
};

/** What a copy takes with it. */
const writable = ({
  id: _id,
  changeKey: _changeKey,
  parentFolderId: _parentFolderId,
  createdDateTime: _createdDateTime,
  lastModifiedDateTime: _lastModifiedDateTime,
  ...rest
}: Seen): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(rest).filter(
      ([name, value]) =>
        !name.startsWith("@") &&
        value !== null &&
        !READ_ONLY.has(name) &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );

const READ_ONLY = new Set([
  ...["bodyPreview", "iCalUId", "isCancelled", "isOrganizer", "organizer"],
  ...["isDraft", "hasAttachments", "onlineMeeting", "responseStatus", "type"],
  ...["webLink", "seriesMasterId", "originalStart", "transactionId"],
  ...["originalStartTimeZone", "originalEndTimeZone", "cancelledOccurrences"],
  ...["location", "locations", "occurrenceId", "onlineMeetingProvider"],
  "primaryEmailAddress",
  "secondaryEmailAddress",
  "tertiaryEmailAddress",
]);

function flat(value: unknown, path = ""): string[] {
  if (VOLATILE.test(path) || value === null || value === undefined) return [];
  if (typeof value !== "object") return [`${path}=${String(value)}`];
  return Object.entries(value).flatMap(([name, one]) =>
    flat(one, path === "" ? name : `${path}.${name}`),
  );
}
