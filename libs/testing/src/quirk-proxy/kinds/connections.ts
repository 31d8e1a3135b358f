import { type Quirk, reply, silence } from "../exchange.js";

/** What lies below and before DAV. */
export const CONNECTION_QUIRKS = {
  "connections-dropped": {
    sentence:
      "A kept connection is dropped when the next request comes over it.",
    seen: "1 of 6",
    behave: async (request, next) =>
      request.before > 0 ? silence("closed") : next(request),
  },
  "digest-only": {
    sentence: "Only Digest logins are accepted, no Basic.",
    seen: "configurable on some of 6",
    behave: async (request, next) =>
      request.headers["authorization"]?.startsWith("Digest ") === true
        ? next(request)
        : reply(401, {
            "www-authenticate":
              'Digest realm="DAV", nonce="b5c3b8", qop="auth", algorithm=MD5',
          }),
  },
} satisfies Record<string, Omit<Quirk, "name">>;
