import { z } from "zod";
import {
  type Address,
  alone,
  contains,
  embeddedIn,
  kindOf,
} from "./address.js";
import { type AllowEntry, parseAllowEntry } from "./allow-entry.js";
import type { Host } from "./host.js";

/** What a hoster opens beside the internet. */
export class AllowList {
  constructor(private readonly entries: readonly AllowEntry[]) {}

  /** Whatever this name leads to is meant. */
  hasName(name: string, port: number): boolean {
    return this.entries.some(
      (entry) => "name" in entry && entry.name === name && fits(entry, port),
    );
  }

  /** Named together with its host. */
  hasPort(host: Host, port: number): boolean {
    return this.entries.some(
      (entry) =>
        entry.port === port &&
        ("name" in entry
          ? "name" in host && entry.name === host.name
          : "address" in host && contains(entry.network, host.address)),
    );
  }

  /** Whether it is on the internet or opened, by itself or (`byName`) by the name that leads to it. */
  opens(address: Address, port: number, byName = false): boolean {
    const kind = kindOf(address);
    if (kind === "public") return true;
    const listed = this.entries.some(
      (entry) =>
        "network" in entry &&
        fits(entry, port) &&
        contains(entry.network, address) &&
        // Nobody who opens a network means the metadata service in it.
        (kind !== "metadata" || entry.network[1] === alone(address)[1]),
    );
    if (!listed && (!byName || kind === "metadata")) return false;
    const embedded = embeddedIn(address);
    return embedded === undefined || this.opens(embedded, port, byName);
  }
}

const fits = ({ port }: AllowEntry, asked: number): boolean =>
  port === undefined || port === asked;

/** For a service's variable: host names, host:port, addresses and networks, with commas or spaces between them. */
export const allowList = z
  .string()
  .default("")
  .transform((text, context): AllowList => {
    const entries: AllowEntry[] = [];
    const texts = text.split(/[\s,]+/).filter((entry) => entry !== "");
    for (const [index, entry] of texts.entries()) {
      const parsed = parseAllowEntry(entry);
      if (typeof parsed !== "string") entries.push(parsed);
      else
        context.addIssue({
          code: "custom",
          message: `entry ${index + 1} ${parsed}`,
        });
    }
    return new AllowList(entries);
  });
