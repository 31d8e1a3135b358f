/** The item is another record's. */
export const CLAIMED = {
  code: "item-linked-elsewhere",
  message:
    "The item belongs to another record already. Remove one of the two in the other system, or change the record.",
  retryInMs: 0n,
  look: false,
};
/** The record has another item. */
export const LINKED_ELSEWHERE = {
  code: "record-linked-elsewhere",
  message:
    "The record belongs to another item already. Remove one of the two in the other system, or choose another record.",
  retryInMs: 0n,
  look: false,
};
