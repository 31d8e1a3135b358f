import { createHash } from "node:crypto";

/**
 * "<folder>.<Graph's id>": Graph's ids say nothing of the folder, and a link into a folder that is not chosen any more
 * must be told from one into this one without asking. They are case-sensitive.
 */
export const itemIdOf = (folderId: string, graphId: string): string =>
  `${folderKey(folderId)}.${graphId}`;

/** Graph's own id, where the item is of this folder. */
export const graphIdIn = (folderId: string, id: string): string | undefined => {
  const start = `${folderKey(folderId)}.`;
  return id.startsWith(start) ? id.slice(start.length) : undefined;
};

/** 48 bits: a mailbox has some hundred folders. */
const folderKey = (folderId: string): string =>
  createHash("sha256").update(folderId).digest("base64url").slice(0, 8);
