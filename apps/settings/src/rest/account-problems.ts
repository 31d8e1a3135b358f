import {
  departureFromWire,
  systemFromWire,
  type Account,
} from "@ams-sync/contracts";
import { invalid, Problem, versionMoved } from "@ams-sync/platform/rest";
import type { System } from "@ams-sync/sync-core";
import type { Saved } from "../save-account.js";

export const systemOf = ({ system }: Account): System => {
  const word = systemFromWire(system);
  if (word === undefined) throw new TypeError("a system of another version");
  return word;
};

/** What is not saved, as people are told. */
export const refused = (
  kind: Exclude<Saved, { ok: true }>["kind"],
  holder: Account | undefined,
  message = "",
): Problem => {
  switch (kind) {
    case "version":
      return versionMoved();
    case "password-missing":
      return passwordMissing();
    case "erased":
      return new Problem("conflict", {
        detail: {
          de: "Alle Daten dieses Maklerbüros wurden hier gelöscht. Der Betreiber kann es wieder zulassen.",
          en: message,
        },
      });
    case "leaving":
      return new Problem("conflict", { detail: LEAVING });
    case "moved":
      return new Problem("conflict", {
        detail: {
          de: "Benutzer und System eines Kontos bleiben, was sie sind. Bitte verbinden Sie ein neues.",
          en: message,
        },
      });
    case "target-taken":
      return targetTaken(holder, message);
  }
};

const LEAVING = {
  de: "Dieses Konto wird gerade getrennt. Sobald das fertig ist, können Sie es neu verbinden.",
  en: "This account is being disconnected. Once that is done you can connect it anew.",
};

const targetTaken = (holder: Account | undefined, en: string): Problem => {
  const leaving = holder && departureFromWire(holder.leaving);
  return new Problem("target-taken", {
    detail: leaving
      ? {
          de: "Das bisherige Konto dieses Benutzers wird gerade getrennt. Bitte warten Sie, bis das fertig ist.",
          en: "The account that this user had is being disconnected. Please wait until that is done.",
        }
      : {
          de: "Dieser Benutzer überträgt diese Kontakte oder Termine schon in ein anderes Konto. Bitte schalten Sie sie dort zuerst ab.",
          en,
        },
    ...(holder?.account && {
      more: () => ({
        accountId: holder.account?.accountId,
        system: systemOf(holder),
        ...(leaving && { leaving }),
      }),
    }),
  });
};

export const passwordMissing = (): Problem =>
  invalid([
    {
      pointer: "/password",
      code: "password-missing",
      text: {
        de: "Bitte geben Sie auch das Kennwort ein: Ein gespeichertes geht nie an eine andere Adresse oder einen anderen Benutzernamen.",
        en: "Please enter the password too: a stored one never goes to another address or user name.",
      },
    },
  ]);

export const connectorMissing = (): Problem =>
  invalid([
    {
      pointer: "/system",
      code: "connector-missing",
      text: {
        de: "Dieses System kann hier noch nicht verbunden werden.",
        en: "This system cannot be connected here yet.",
      },
    },
  ]);
