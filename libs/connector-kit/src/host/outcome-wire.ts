import {
  originToWire,
  recordKindToWire,
  removalToWire,
  shownActionToWire,
  winnerToWire,
} from "@ams-sync/contracts";
import type {
  DeepPartial,
  Link as WireLink,
  Result as WireResult,
} from "@ams-sync/contracts";
import type { Left, Link, Result } from "../run-state.js";
import { keepable } from "../keepable.js";
import { sentence, wholeMs } from "./fitting.js";

export const resultToWire = ({
  entryId,
  position,
  outcome,
}: Result): DeepPartial<WireResult> => ({
  entryId,
  position,
  outcome: outcomeToWire(outcome),
  ...(outcome.type === "linked" && {
    conflicts: (outcome.conflicts ?? []).map(({ ams, remote, ...told }) => ({
      ...told,
      winner: winnerToWire(told.winner),
      ...(ams !== undefined && { ams: keepable(ams) }),
      ...(remote !== undefined && { remote: keepable(remote) }),
    })),
  }),
  ...((outcome.type === "linked" || outcome.type === "unlinked") && {
    destructive: outcome.destructive === true,
    unasked: outcome.unasked === true,
  }),
});

const leftToWire = ({ reason, itemVersion, candidates, keys }: Left) => ({
  reason,
  ...(itemVersion !== undefined && { itemVersion }),
  keys: [...keys],
  candidates: candidates.map(({ kind, recordId }) => ({
    kind: recordKindToWire(kind),
    recordId,
  })),
});

const outcomeToWire = (
  outcome: Result["outcome"],
): NonNullable<DeepPartial<WireResult>["outcome"]> => {
  switch (outcome.type) {
    case "linked":
      return { $case: "linked", value: linkToWire(outcome.link) };
    case "unlinked":
      return {
        $case: "unlinked",
        value: outcome.left
          ? { left: leftToWire(outcome.left), itemId: outcome.left.itemId }
          : {},
      };
    case "lost":
      return { $case: "lost", value: { itemVersion: outcome.itemVersion } };
    case "intend":
      return {
        $case: "intend",
        value: {
          removal: removalToWire(outcome.removal),
          fields: [...(outcome.fields ?? [])],
        },
      };
    case "left":
      return { $case: "left", value: leftToWire(outcome) };
    case "shown": {
      const { type: _, record, fields, action, ...told } = outcome;
      return {
        $case: "shown",
        value: {
          ...told,
          fields: [...fields],
          action: shownActionToWire(action),
          ...(record && {
            record: {
              kind: recordKindToWire(record.kind),
              recordId: record.recordId,
            },
          }),
        },
      };
    }
    case "untouched":
      return { $case: "untouched", value: {} };
    case "mark-sent":
      return { $case: "markSent", value: { fields: [...outcome.fields] } };
    case "set-aside":
      return {
        $case: "setAside",
        value: {
          code: outcome.code,
          message: sentence(outcome.message),
          retryInMs: wholeMs(outcome.retryInMs),
          look: outcome.look === true,
        },
      };
  }
};

const linkToWire = (link: Link): DeepPartial<WireLink> => {
  const { lost: _, elsewhere: __, ...told } = link;
  return {
    ...told,
    kind: recordKindToWire(link.kind),
    origin: originToWire(link.origin),
  };
};
