import type { StreamKind, TimeZone } from "@ams-sync/sync-core";
import type { Connector, Login } from "../port.js";
import type { SampleName } from "./samples.js";

/** What a case may need and a subject may lack. Besides: each item that the stranger is asked to write. */
export type Capability =
  | SampleName
  /** The system keeps items of this stream. */
  | StreamKind
  /** Another password than the right one is refused. */
  | "passwords"
  /** It may make its own container here. */
  | "own-container"
  /** A chosen container that is absent is noticed. */
  | "absent-containers"
  /** Text with backslashes before letters and signs is stored as what it is. */
  | "backslashes"
  /** Items of other programs have addresses that need escaping. */
  | "names-to-escape"
  /** `Subject.mishaps` */
  | "mishaps"
  /** Some answers never come; `Subject.impatient`. */
  | "stalls"
  /** A token that was just given is good; without it everything may be listed anew each time. */
  | "tokens"
  /** `Subject.voidTokens` */
  | "void-tokens";

/** What some servers do not hold to, whatever a client does; the case then asks for the best that is left. */
export type Guarantee =
  /** A create where something is, and nobody listed it, changes nothing. */
  | "creates-refused"
  /** A write into the moment between look and delete is seen. */
  | "deletes-guarded"
  /** A write into the moment between look and update is seen. */
  | "updates-guarded";

/** A connector at a real system, and a second way to that system. */
export interface Subject {
  readonly connector: Connector;
  /** The same with a `requestTimeoutMs` of about a second. */
  readonly impatient?: Connector;
  readonly login: Login;
  readonly timeZone: TimeZone;
  readonly stranger: Stranger;
  readonly mishaps?: Mishaps;
  /** Each with the reason; cases that need it are skipped with it. */
  readonly lacks: { readonly [name in Capability]?: string };
  /** Each with what is lost. */
  readonly bends: { readonly [name in Guarantee]?: string };
  /** Canonical fields that the system may leave out of what it is sent, whatever a client does. */
  readonly drops?: { readonly [stream in StreamKind]?: readonly string[] };
  /** Tokens that look like this one and that the system does not know. */
  readonly voidTokens?: (token: string) => readonly string[];
}

/**
 * Another program at the same system. It shares no code with the connector, so that what the connector gets wrong twice,
 * writing and reading, is noticed.
 */
export interface Stranger {
  /** A new empty container of this kind whose name holds these words; gone after `leave`. */
  container(stream: StreamKind, words: string): Promise<string>;
  /** Puts an item of its own there, by default at a plain address. @returns its id in the connector's words */
  put(
    container: string,
    sample: SampleName,
    options?: { readonly escaped?: boolean },
  ): Promise<string>;
  /** Adds what ams does not know: a note and a photo, or a place and an alarm. */
  decorate(id: string): Promise<void>;
  /** Saves again what is there. */
  resave(id: string): Promise<void>;
  /** Puts what is there to another address, as it is. @returns its id there */
  move(id: string): Promise<string>;
  remove(id: string): Promise<void>;
  /**
   * Each statement of an item in one form for all ways of writing it, sorted, without those that change with every write
   * (when, by which program); undefined where there is none.
   */
  facts(id: string): Promise<readonly string[] | undefined>;
  /** Places of all items there. */
  list(container: string): Promise<readonly string[]>;
  /** The same for two ids of one item. */
  place(id: string): string;
  /** Removes its containers with all that is in them; never throws for one that is gone. */
  leave(): Promise<void>;
}

export type Request = "create" | "update" | "delete" | "changes" | "fetch";

export type Mishap =
  /** Carried out; the answer never comes, the connection ends. */
  | { readonly kind: "answer-lost" }
  /** Neither answer nor end. */
  | { readonly kind: "stalls" }
  /** Not carried out: come back after so many seconds. */
  | { readonly kind: "busy"; readonly seconds: number }
  /** Not carried out: an error of the server's own. */
  | { readonly kind: "fails" }
  /** Not carried out, for good: there is no room for it. */
  | { readonly kind: "refused" }
  /** Somebody does this right before it is carried out. */
  | { readonly kind: "meanwhile"; readonly act: () => Promise<void> };

/** Lets requests of the connector go wrong on their way. */
export interface Mishaps {
  /** So many times, beginning with the next such request. */
  next(request: Request, mishap: Mishap, times?: number): void;
  clear(): void;
}
