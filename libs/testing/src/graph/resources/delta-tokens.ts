import { createHmac, randomBytes } from "node:crypto";
import { Refusal } from "../http/refusal.js";
import type { Mailbox } from "../mailbox/mailbox.js";

export interface DeltaState {
  /** The container's id. */
  readonly at: string;
  readonly generation: number;
  /** Position of the last change that was reported. */
  readonly since: number;
  /** Where the first round began: items that had gone before were never reported. */
  readonly began: number;
  readonly select?: string;
  /** Of a calendar view, epoch ms. */
  readonly window?: readonly [start: number, end: number];
}

const key = randomBytes(32);

const sign = (text: string): string =>
  createHmac("sha256", key).update(text).digest("base64url").slice(0, 20);

export function tokenOf(state: DeltaState): string {
  const text = Buffer.from(JSON.stringify(state)).toString("base64url");
  return `${text}.${sign(text)}`;
}

export function stateOf(
  token: string,
  mailbox: Mailbox,
  container: string,
  from: string,
): DeltaState {
  const [text = "", mark = ""] = token.split(".");
  if (mark !== sign(text))
    throw new Refusal(400, "BadRequest", "Badly formed token.");
  const state = JSON.parse(
    Buffer.from(text, "base64url").toString("utf8"),
  ) as DeltaState;
  if (state.at !== container)
    throw new Refusal(400, "BadRequest", "The token is of another resource.");
  if (state.generation !== mailbox.generation) throw voided(mailbox, from);
  return state;
}

/** Both spellings were seen; a client starts from nothing in either case. */
const voided = (mailbox: Mailbox, from: string): Refusal =>
  mailbox.voidTokens === "SyncStateNotFound"
    ? new Refusal(
        410,
        "SyncStateNotFound",
        `The sync state generation is not found; generation=${mailbox.generation - 1};[highest=${mailbox.generation}].`,
      )
    : new Refusal(
        410,
        "resyncRequired",
        "Resync required. Replace any local items with the server's version (including deletes) if you're sure that the service was up to date with your local changes when you last synchronized.",
        { location: from },
      );
