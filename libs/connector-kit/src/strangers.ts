import { canonicalOf } from "@ams-sync/sync-core";
import type { AmsRecord, Canonical } from "@ams-sync/sync-core";
import { done } from "./done.js";
import type { Done } from "./done.js";
import { identityOf } from "./identity.js";
import { contradicts, leftOf } from "./left.js";
import { agreedForm } from "./link.js";
import type { Named } from "./named.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Entry } from "./run-state.js";

type Told = readonly (readonly [Entry, Named])[];

/** Of all that was announced of one record what is its. */
export type WithoutStrangers = (
  told: Told,
  record: AmsRecord | undefined,
) => Told;

/**
 * Somebody copied a card to save typing, and made another person of the copy, which keeps the id. Taken for the record's
 * item it would overwrite one person with the other once the first card is gone, so the user is asked. At the address
 * where only the connector writes, the id is enough.
 */
export const withoutStrangers =
  (
    { account, run }: Pick<RunContext, "account" | "run">,
    port: ReadPort,
    finish: (through: Done) => void,
  ): WithoutStrangers =>
  (told, record) => {
    const { tenantId } = run.account;
    const link = told.flatMap(([entry]) => entry.link ?? [])[0];
    const held = record && canonicalOf(record, account.options);
    const known = [
      link && agreedForm(link),
      held?.ok ? held.canonical : undefined,
    ].filter((form) => form !== undefined);
    return told.filter(([entry, { ref, item, own, imported }]) => {
      if (entry.side === "ams" || entry.link || !item) return true;
      if (!(own || imported) || entry.decision?.answer === "link") return true;
      const { kind, id: recordId } = ref;
      const home = port.addressOf(identityOf(tenantId, kind, recordId));
      if (item.id === home || known.some((form) => !denies(port, form, item)))
        return true;
      if (known.length === 0) return true;
      const outcome = leftOf("ambiguous", item, tenantId, [{ kind, recordId }]);
      finish(done(entry, outcome, { cell: "left", effect: false }));
      return false;
    });
  };

/** Read as what it is believed to be: people mark cards as persons or firms as they like. */
export const denies = (
  port: ReadPort,
  form: Canonical,
  item: NonNullable<Named["item"]>,
): boolean => contradicts(form, (port.readAs?.(item, form) ?? item).canonical);
