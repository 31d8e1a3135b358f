import type { Canonical, Fields } from "@ams-sync/sync-core";
import { unescapeText } from "./content-lines/index.js";

/** Each program that reads and writes an item once more undoes one layer; then nothing is left to undo. */
const LAYERS = 4;

/**
 * What was read, with those texts put back that only the server has changed. Xandikos undoes escapes twice: what ams wrote as
 * "C:\neu" it stores as two lines, "C:" and "eu". Nobody changed anything there, so that it stands for what was agreed:
 * else it would come into ams as soon as anybody touches the item.
 */
export const withoutServersOwn = (
  read: Canonical,
  believed: Canonical | undefined,
): Canonical => {
  if (believed === undefined) return read;
  const [there, ours]: [Fields, Fields] = [read.fields, believed.fields];
  const put = Object.entries(ours).filter(
    ([name, text]) => text && undone(there[name], text),
  );
  if (put.length === 0) return read;
  const fields = { ...there, ...Object.fromEntries(put) };
  return { ...read, fields } as Canonical;
};

/** `there` is `ours` with its escapes undone once or several times too often. */
const undone = (there: string | undefined, ours: string): boolean => {
  if (there === undefined || there === ours || !ours.includes("\\"))
    return false;
  let text = ours;
  for (let layer = 0; layer < LAYERS; layer += 1) {
    text = unescapeText(text);
    if (oneLine(text) === oneLine(there)) return true;
  }
  return false;
};

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
