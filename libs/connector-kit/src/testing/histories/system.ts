import type { Fields, StreamKind } from "@ams-sync/sync-core";
import type { Mishaps } from "../../contract/index.js";
import type { Connector, Login } from "../../port.js";

/** An item as another program sees it, that shares no code with the connector. */
export interface SeenItem {
  /** In the connector's words. */
  readonly id: string;
  /** The own id that it carries, ours or not. */
  readonly uid?: string;
  /** What is not empty of it, by the names of the canonical form. */
  readonly fields: Fields;
}

/** What a person changes: empty text empties. */
export type Edit = Readonly<Record<string, string>>;

/** One login's place at a system, for one history. */
export interface HistoryPlace {
  readonly login: Login;
  readonly mishaps: Mishaps;
  /** That of a process which has just been started; `close` waits for what is under way. */
  connector(): Connector;
  /** All of the container that the connector made; nothing where there is none yet. */
  items(stream: StreamKind): readonly SeenItem[];
  /** Puts an item of its own there, unless there is no container yet. @returns its id */
  add(stream: StreamKind, edit: Edit, category: string): string | undefined;
  edit(id: string, edit: Edit): void;
  remove(id: string): void;
  /** All tokens so far are void. */
  voidTokens(): void;
}

/** A system that histories are told of. */
export interface HistorySystem {
  /** One that nobody has used. */
  place(): HistoryPlace;
}
