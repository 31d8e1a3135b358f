import {
  LoginFailure_Kind as Kind,
  type LoginFailure,
} from "@ams-sync/contracts";
import { Problem, type Text } from "@ams-sync/platform/rest";

interface Told {
  readonly failure: string;
  /** Where the person looks. */
  readonly pointer: "/password" | "/serverUrl";
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
