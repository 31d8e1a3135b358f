import { describe, expect, it } from "vitest";
import type { Answer } from "./answer.js";
import { errorOf } from "./errors.js";
import {
  isDropped,
  networkError,
  retryAfterMs,
} from "@ams-sync/connector-kit/http";

const NOW = Date.UTC(2026, 10, 2, 12);
const answer = (
  status: number,
  body = "",
  headers: Record<string, string> = {},
): Answer => ({
  status,
  body,
  method: "PUT",
  url: "https://dav.example.de/frau.mueller/geheim.vcf",
  headers: new Map(
    Object.entries({ "content-type": "text/xml; charset=utf-8", ...headers }),
  ),
  repeated: false,
});
const inside = (element: string) =>
  `<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">${element}</d:error>`;

describe("errorOf", () => {
  it.each([
    [401, "auth"],
    [403, "rejected"],
    [404, "gone"],
    [405, "rejected"],
    [408, "transient"],
    [409, "rejected"],
    [410, "gone"],
    [412, "precondition"],
    [413, "rejected"],
    [415, "rejected"],
    [423, "transient"],
    [429, "throttled"],
    [500, "transient"],
    [501, "rejected"],
    [502, "transient"],
    [503, "transient"],
    [507, "rejected"],
  ])("%i is %s", (status, kind) => {
    expect(errorOf(answer(status), NOW)).toMatchObject({
      kind,
      detail: { status },
    });
  });

  it.each([
    [403, "<d:valid-sync-token/>", "token-expired"],
    [409, "<d:valid-sync-token/>", "token-expired"],
    [
      409,
      "<C:no-uid-conflict><d:href>/x</d:href></C:no-uid-conflict>",
      "rejected",
    ],
    [403, "<d:need-privileges><d:resource/></d:need-privileges>", "rejected"],
    [403, "<C:max-resource-size/>", "rejected"],
    [507, "<d:quota-not-exceeded/>", "rejected"],
  ])("reads the precondition in a %i: %s", (status, element, kind) => {
    expect(errorOf(answer(status, inside(element)), NOW).kind).toBe(kind);
  });

  it("reads no precondition where it is not one, is too long or declares entities", () => {
    const token = inside("<d:valid-sync-token/>");
    for (const body of [
      token.replace("?>", "?><!DOCTYPE x>"),
      token + " ".repeat(70_000),
      "<d:error><broken",
      "<html><p>valid-sync-token</p></html>",
    ])
      expect(errorOf(answer(403, body), NOW).kind).toBe("rejected");
    const html = answer(403, token, { "content-type": "text/html" });
    expect(errorOf(html, NOW).kind).toBe("rejected");
  });

  it("waits as long as the server says", () => {
    const limited = answer(429, "", { "retry-after": "7" });
    expect(errorOf(limited, NOW).detail.retryAfterMs).toBe(7_000);
    const busy = answer(503, "", { "retry-after": "7" });
    expect(errorOf(busy, NOW)).toMatchObject({
      kind: "throttled",
      detail: { retryAfterMs: 7_000 },
    });
    expect(errorOf(answer(429), NOW).detail.retryAfterMs).toBeUndefined();
  });

  it("tells no path and nothing of a body", () => {
    for (const status of [401, 403, 409, 418, 500]) {
      const { message } = errorOf(answer(status, inside("Müller")), NOW);
      expect(message).toContain("dav.example.de");
      expect(message).not.toMatch(/mueller|Müller|geheim/);
    }
  });
});

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    ["Mon, 02 Nov 2026 12:00:30 GMT", 30_000],
    ["Mon, 02 Nov 2026 11:00:00 GMT", 0],
    ["99999999", 86_400_000],
    ["-5", undefined],
    ["bald", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});

describe("network errors", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });

  it.each([
    ["ENOTFOUND", /no server of this name/],
    ["ECONNREFUSED", /cannot be reached/],
    ["UND_ERR_CONNECT_TIMEOUT", /cannot be reached/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /certificate/],
    ["CERT_HAS_EXPIRED", /certificate/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /certificate/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /certificate/],
    ["ECONNRESET", /broke off/],
    ["UND_ERR_SOCKET", /broke off/],
    ["HPE_INVALID_CONSTANT", /HPE_INVALID_CONSTANT/],
  ])("%s has a sentence of its own", (code, message) => {
    const error = networkError(coded(code), "dav.example.de");
    expect(error.kind).toBe("transient");
    expect(error.message).toMatch(message);
  });

  it("looks into errors of several addresses and into causes", () => {
    const several = new AggregateError([coded("ECONNREFUSED")]);
    expect(networkError(several, "x").message).toMatch(/cannot be reached/);
    const wrapped = new Error("x", { cause: coded("EPIPE") });
    expect(isDropped(wrapped)).toBe(true);
    expect(isDropped(coded("ECONNREFUSED"))).toBe(false);
  });
});
