import {
  LoginFailure_Kind as Kind,
  type LoginFailure,
} from "@ams-sync/contracts";
import { Problem, type Text } from "@ams-sync/platform/rest";

interface Told {
  readonly failure: string;
  /** Where the person looks. */
  readonly pointer: "/password" | "/serverUrl" | "/username";
  readonly text: Text;
}

const TOLD: { readonly [kind in Kind]?: Told } = {
  [Kind.WRONG_LOGIN]: {
    failure: "wrong-login",
    pointer: "/password",
    text: {
      de: "Benutzername oder Kennwort wird dort nicht angenommen. Manche Anbieter verlangen ein App-Kennwort.",
      en: "User name or password is not accepted there. Some providers want an app password.",
    },
  },
  [Kind.UNREACHABLE]: {
    failure: "unreachable",
    pointer: "/serverUrl",
    text: {
      de: "Unter dieser Adresse antwortet kein Server. Bitte prüfen Sie Adresse und Port.",
      en: "No server answers at this address. Please check address and port.",
    },
  },
  [Kind.NOT_DAV]: {
    failure: "not-dav",
    pointer: "/serverUrl",
    text: {
      de: "Unter dieser Adresse gibt es keine Adressbücher und Kalender (CardDAV, CalDAV). Bitte tragen Sie die Adresse ein, die der Anbieter nennt.",
      en: "There are no address books and calendars (CardDAV, CalDAV) at this address. Please enter the one that the provider names.",
    },
  },
  [Kind.CERTIFICATE]: {
    failure: "certificate",
    pointer: "/serverUrl",
    text: {
      de: "Das Zertifikat des Servers wird nicht anerkannt. Bitte lassen Sie es erneuern, oder prüfen Sie die Adresse.",
      en: "The server's certificate is not accepted. Please have it renewed, or check the address.",
    },
  },
  [Kind.ADDRESS_REFUSED]: {
    failure: "address-refused",
    pointer: "/serverUrl",
    text: {
      de: "Diese Adresse führt nicht ins Internet, und interne Adressen werden nicht aufgerufen. Der Betreiber kann sie freigeben.",
      en: "This address does not lead to the internet, and internal ones are not called. Whoever runs this service can open them.",
    },
  },
  [Kind.SERVER_BUSY]: {
    failure: "server-busy",
    pointer: "/serverUrl",
    text: {
      de: "Der Server bittet um eine Pause. Bitte versuchen Sie es in einigen Minuten noch einmal.",
      en: "The server asks for a pause. Please try again in some minutes.",
    },
  },
  [Kind.WRONG_APP]: {
    failure: "wrong-app",
    pointer: "/password",
    text: {
      de: "Microsoft nimmt die App-Registrierung mit diesem Schlüssel oder Zertifikat nicht an. Bitte tragen Sie den Wert des geheimen Clientschlüssels ein, nicht seine ID, und prüfen Sie, ob er abgelaufen ist.",
      en: "Microsoft does not accept the app registration with this secret or certificate. Please enter the secret's value, not its ID, and check whether it has expired.",
    },
  },
  [Kind.WRONG_DIRECTORY]: {
    failure: "wrong-directory",
    pointer: "/password",
    text: {
      de: "Microsoft kennt diesen Mandanten nicht, oder die App-Registrierung gehört nicht zu ihm. Bitte prüfen Sie Mandant und Anwendungs-ID.",
      en: "Microsoft does not know this tenant, or the app registration is not in it. Please check tenant and application ID.",
    },
  },
  [Kind.NO_CONSENT]: {
    failure: "no-consent",
    pointer: "/password",
    text: {
      de: "Der App-Registrierung fehlt die Zustimmung des Administrators zu Contacts.ReadWrite und Calendars.ReadWrite, oder sie darf dieses Postfach nicht benutzen. Bitte lassen Sie beides in Microsoft Entra und Exchange Online prüfen.",
      en: "The app registration lacks the administrator's consent to Contacts.ReadWrite and Calendars.ReadWrite, or may not use this mailbox. Please have both checked in Microsoft Entra and Exchange Online.",
    },
  },
  [Kind.NO_MAILBOX]: {
    failure: "no-mailbox",
    pointer: "/username",
    text: {
      de: "Zu dieser Adresse gibt es kein Postfach in Exchange Online, oder es hat keine Lizenz. Bitte prüfen Sie die Adresse.",
      en: "There is no mailbox in Exchange Online for this address, or it has no licence. Please check the address.",
    },
  },
};

const otherAddress = (address: string): Told => ({
  failure: "other-address",
  pointer: "/serverUrl",
  text: {
    de: `Dieser Server verweist an eine andere Adresse, an die Ihr Kennwort nicht ungefragt geht. Bitte tragen Sie ${address} ein, wenn das Ihr Anbieter ist.`,
    en: `This server leads to another address, where your password does not go unasked. Please enter ${address} instead, if that is your provider.`,
  },
});

/** 422: the login is not good, or could not be tried. Nothing was stored. */
export const loginRefused = ({ kind, address }: LoginFailure): Problem => {
  const told =
    kind === Kind.OTHER_ADDRESS
      ? otherAddress(address)
      : (TOLD[kind] ?? TOLD[Kind.UNREACHABLE]);
  if (told === undefined) throw new TypeError("a failure without its words");
  const { failure, pointer, text } = told;
  return new Problem("login-refused", {
    detail: {
      de: `${text.de} Gespeichert wurde nichts.`,
      en: `${text.en} Nothing was saved.`,
    },
    errors: [{ pointer, code: failure, text }],
    more: () => ({ failure }),
  });
};

export const connectorAway = (cause?: unknown): Problem =>
  new Problem("connector-away", {
    cause,
    detail: {
      de: "Die Anmeldung lässt sich gerade nicht prüfen, weil der zuständige Dienst nicht antwortet. Gespeichert wurde nichts; bitte versuchen Sie es gleich noch einmal.",
      en: "The login cannot be tried just now, as the service for it does not answer. Nothing was saved; please try again in a moment.",
    },
  });
