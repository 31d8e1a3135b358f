import type { OfferedContainer } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import { type Answer, isAbsent, isOk, memberOf } from "./graph/answer.js";
import type { GraphClient } from "./graph/client.js";
import { isEntity, valuesIn } from "./graph/pages.js";
import { placeOf } from "./places.js";

/** The folder that is made and used without a choice. */
const OWN = "ams";

const PATHS = { contacts: "/contactFolders", appointments: "/calendars" };

export interface Folder {
  readonly id: string;
  readonly name: string;
  readonly writable: boolean;
}

/** Contact folders and calendars of a mailbox. */
export class Folders {
  constructor(private readonly client: GraphClient) {}

  async has(stream: StreamKind, id: string): Promise<boolean> {
    const path = `${PATHS[stream]}/${encodeURIComponent(id)}?$select=id`;
    const answer = await this.client.ask({ method: "GET", path });
    if (isAbsent(answer)) return false;
    this.client.successOf(answer);
    return true;
  }

  /** The one named "ams", found or made. Two at once end with the same: a name is there only once. */
  async own(stream: StreamKind): Promise<string> {
    const found = await this.#named(stream);
    if (found !== undefined) return found;
    const body = stream === "contacts" ? { displayName: OWN } : { name: OWN };
    const path = PATHS[stream];
    const made = await this.client.ask({ method: "POST", path, body });
    if (isOk(made) && isEntity(made.body)) return made.body.id ?? "";
    const theirs = made.status === 409 ? await this.#named(stream) : undefined;
    if (theirs !== undefined) return theirs;
    throw this.client.refusal(made);
  }

  async list(stream: StreamKind): Promise<readonly Folder[]> {
    const answers = await this.#all(`${PATHS[stream]}?$top=1000`);
    const listed = answers.flatMap(valuesIn).map(folderOf);
    if (stream === "appointments") return listed;
    // The list has the folders below the usual one, and not that one.
    const usual = await this.client.ask({
      method: "GET",
      path: "/contactFolders/contacts",
    });
    return isOk(usual) && isEntity(usual.body)
      ? [folderOf(usual.body), ...listed]
      : listed;
  }

  async offers(stream: StreamKind): Promise<readonly OfferedContainer[]> {
    const folders = await this.list(stream);
    return folders.map(({ id, name, writable }) => ({
      ...{ address: placeOf(stream, id), name, writable },
      own: isOwn(name),
    }));
  }

  /** Where several have the name, always the same one. */
  async #named(stream: StreamKind): Promise<string | undefined> {
    const answers = await this.#all(`${PATHS[stream]}?$top=1000`);
    return answers
      .flatMap(valuesIn)
      .map(folderOf)
      .filter(({ name, writable }) => isOwn(name) && writable)
      .map(({ id }) => id)
      .toSorted()[0];
  }

  async #all(path: string): Promise<readonly Answer[]> {
    const answers = [await this.client.get(path)];
    for (;;) {
      const next = memberOf(answers.at(-1)?.body, "@odata.nextLink");
      if (typeof next !== "string") return answers;
      answers.push(this.client.successOf(await this.client.follow(next)));
    }
  }
}

const isOwn = (name: string): boolean => name.trim().toLowerCase() === OWN;

function folderOf(entity: unknown): Folder {
  const text = (name: string): string => {
    const value = memberOf(entity, name);
    return typeof value === "string" ? value : "";
  };
  return {
    id: text("id"),
    name: text("displayName") || text("name"),
    writable: memberOf(entity, "canEdit") !== false,
  };
}
