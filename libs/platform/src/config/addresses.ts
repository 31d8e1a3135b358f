import { z } from "zod";

/** A part of a URL that pg and ioredis will decode; `%zz` would make them throw what quotes the password. */
const decodes = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const urlOf = (text: string, scheme: RegExp): URL | undefined => {
  if (/[\s\0]/.test(text) || !scheme.test(text) || !URL.canParse(text))
    return undefined;
  const url = new URL(text);
  const parts = [url.username, url.password, url.pathname];
  return parts.every(decodes) ? url : undefined;
};

/** `postgresql://user:password@host:port/database`; the host may be left to libpq's rules (`?host=/run/postgresql`). */
export const postgresUrl = z
  .string()
  .refine((text) => urlOf(text, /^postgres(ql)?:\/\//i) !== undefined, {
    message: "must be a postgresql:// URL; encode special characters in it",
  });

/** `redis://host:port`, or `rediss://` for TLS. */
export const redisUrl = z
  .string()
  .refine((text) => (urlOf(text, /^rediss?:\/\//i)?.hostname ?? "") !== "", {
    message:
      "must be a redis:// or rediss:// URL; encode special characters in it",
  });

const HOST_PORT = /^(?:\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+):([0-9]{1,5})$/i;

/** `host:port`, an IPv6 host in brackets. */
export const hostPort = z.string().refine(
  (text) => {
    const port = Number(HOST_PORT.exec(text)?.[1]);
    return port >= 1 && port <= 65_535;
  },
  { message: "must be host:port" },
);
