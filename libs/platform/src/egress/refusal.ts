/** `address` and `port` stay refused, `resolved` passes when the name leads elsewhere. */
export type RefusalReason = "address" | "resolved" | "port";

type Sentence = (host: string) => string;
type Language = "de" | "en";

/** The same for a name and an address, and without what the name leads to: nobody learns here what is inside. */
const NOT_PUBLIC: { readonly [l in Language]: Sentence } = {
  de: (host) =>
    `${host} führt zu keinem Server im Internet, und interne Adressen werden nicht aufgerufen. Tragen Sie die öffentliche Adresse ein, die der Anbieter nennt; interne kann der Betreiber freigeben.`,
  en: (host) =>
    `${host} leads to no server on the internet, and internal addresses are not called; enter the public address that the provider names. Whoever runs this service can open internal ones.`,
};

const TEXTS: {
  readonly [reason in RefusalReason]: { readonly [l in Language]: Sentence };
} = {
  address: NOT_PUBLIC,
  resolved: NOT_PUBLIC,
  port: {
    de: (host) =>
      `${host} nennt den Port eines anderen Dienstes (etwa E-Mail), der nicht aufgerufen wird. Tragen Sie die Adresse mit dem Port ein, den der Anbieter nennt; der Betreiber kann diesen freigeben.`,
    en: (host) =>
      `${host} names the port of another kind of service (such as mail), which is not called; enter the address with the port that the provider names. Whoever runs this service can open this one.`,
  },
};

/** A sentence for people; `host` is what the user typed. */
export const refusalText = (
  reason: RefusalReason,
  host: string,
  language: Language,
): string => TEXTS[reason][language](host);

/** Nothing was sent, and no connection begun. */
export class EgressRefused extends Error {
  override readonly name = "EgressRefused";
  constructor(
    readonly reason: RefusalReason,
    host: string,
  ) {
    super(refusalText(reason, host, "en"));
  }
}
