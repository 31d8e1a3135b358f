import type { CellName } from "../plan-types.js";

/** What each cell means, for the page. */
export const CELL_WORDS: { readonly [cell in CellName]: string } = {
  new: "make the item there, if there is none",
  adopt: "connect the two; what one side lacks it gets, nothing is cleared",
  "adopt-own": "the item is known by its own id again and connected",
  broken: "set aside with the reason, until the record is corrected in ams",
  "out-of-scope": "nothing; the reason is shown for the record",
  "matched-out-of-scope":
    "leave it, and connect the two once the record is sent",
  gone: "nothing",
  "sent-look": "look whether the write that nobody remembers arrived",
  "sent-left-scope": "delete what that write made",
  "sent-tombstone": "delete what that write made",
  foreign:
    "nobody's business yet: look at it where there is a way in, else nothing",
  "foreign-gone": "nothing",
  import: "make a record of it in ams, once",
  left: "leave it, with the reason",
  "own-left-behind":
    "leave it, with the reason: nobody remembers why it is there",
  unchanged: "nothing, without looking",
  look: "read the item first",
  agreed: "both are the same; a new version is remembered",
  "changed-here": "write the change there",
  "changed-there":
    "write the change into ams; without a way in it stays pending",
  "changed-both": "write each side's change to the other",
  "not-importable":
    "set aside with the reason, until the item is corrected there; what goes out still goes",
  "several-values":
    "set aside with the reason: which of them it is now nobody can tell; ams keeps its own, all else goes on",
  obstructed: "set aside with the reason; the item stays as it is",
  "obstructed-unlink":
    "forget the link, leave the item: it is no longer what we made",
  "conflict-ams-wins":
    "the value of ams goes there, the other into the journal",
  "conflict-remote-wins":
    "the other system's value comes into ams, that of ams goes into the journal; without a way in both stay",
  "lost-there":
    "remember and show the loss, of what was cancelled too; ams keeps the record (R50)",
  "lost-left": 'nothing: the user chose "leave"',
  restore: "make the item again, or take back that it was cancelled",
  "broken-linked": "set aside with the reason; the item stays as it is",
  "left-scope-delete": "delete the item that we made",
  "left-scope-unlink":
    "forget the link, leave the item; it is connected again once the record is sent",
  "elsewhere-unlink":
    "forget the link, leave the item: it was left there when the stream was pointed elsewhere",
  "tombstone-delete": "delete the item",
  "tombstone-delete-changed":
    "delete the item; what was changed there goes into the journal",
  "tombstone-unlink": "forget the link, leave the item: it was there before",
  "both-gone": "forget the link",
  "record-unread": "nothing: nobody has looked at the record",
};
