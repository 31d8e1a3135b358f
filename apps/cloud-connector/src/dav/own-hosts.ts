/** Providers that keep each person's homes on a host beside the one that they name: `p42-caldav.icloud.com`. */
const PROVIDERS = ["icloud.com"];

/**
 * Whether both are evidently one server's: the same host, one below it, or both of a provider that is known to do so.
 * Neighbours below another domain are not: who may make one beside the other, no name tells (`co.uk`, `duckdns.org`).
 */
export function isOwnHost(typed: string, other: string): boolean {
  const [one, two] = [plain(typed), plain(other)];
  return (
    isWithin(one, two) ||
    PROVIDERS.some((domain) => isWithin(domain, one) && isWithin(domain, two))
  );
}

/** DNS allows a dot at the end. */
const plain = (host: string): string => host.replace(/\.$/, "");

const isWithin = (domain: string, host: string): boolean =>
  host === domain || host.endsWith(`.${domain}`);
