import { z } from "zod";
import { describe, expect, it } from "vitest";
import { readConfig } from "../config/read-config.js";
import { allowList } from "./allow-list.js";
import { guardedLookup, refusalOf } from "./guard.js";

const open = (allow: string, host: string, port = 443): boolean =>
  refusalOf(host, port, { allow: allowList.parse(allow) }) === undefined;

/** Whether a name that leads there may be connected to, and what was asked for. */
const leads = (allow: string, name: string, address: string, port = 443) => {
  let asked = "";
  let error: Error | null = null;
  const lookup = guardedLookup(port, {
    allow: allowList.parse(allow),
    resolve: (question, _options, callback) => {
      asked = question;
      callback(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
    },
  });
  lookup(name, {}, (reason) => (error = reason));
  return { open: error === null, asked };
};

describe("the allow-list", () => {
  it("opens an address, with all ports or one", () => {
    expect(open("127.0.0.1", "127.0.0.1", 8080)).toBe(true);
    expect(open("127.0.0.1", "127.1")).toBe(true);
    expect(open("127.0.0.1", "127.0.0.2")).toBe(false);
    expect(open("127.0.0.1:8080", "127.0.0.1", 8080)).toBe(true);
    expect(open("127.0.0.1:8080", "127.0.0.1", 8081)).toBe(false);
    expect(open("::1", "[::1]")).toBe(true);
    expect(open("[::1]", "[::1]")).toBe(true);
    expect(open("[fd00::5]:5006", "[fd00::5]", 5006)).toBe(true);
    expect(open("[fd00::5]:5006", "[fd00::5]")).toBe(false);
  });

  it("opens networks", () => {
    const list = "10.1.0.0/16, fd12::/32\n192.168.1.128/25";
    expect(open(list, "10.1.255.1")).toBe(true);
    expect(open(list, "10.2.0.1")).toBe(false);
    expect(open(list, "[fd12::99]")).toBe(true);
    expect(open(list, "[fd13::99]")).toBe(false);
    expect(open(list, "192.168.1.200")).toBe(true);
    expect(open(list, "192.168.1.100")).toBe(false);
    expect(leads(list, "dav.example", "10.1.2.3").open).toBe(true);
    expect(leads(list, "dav.example", "10.2.2.3").open).toBe(false);
  });

  it("opens a name wherever it leads, and asks for it as it is", () => {
    expect(leads("nas", "nas", "192.168.1.5")).toEqual({
      open: true,
      asked: "nas",
    });
    expect(open("Büro.Intern:8443", "büro.intern", 8443)).toBe(true);
    expect(leads("nas.intern:8443", "NAS.intern.", "10.0.0.9", 8443)).toEqual({
      open: true,
      asked: "nas.intern",
    });
    expect(leads("nas.intern:8443", "nas.intern", "10.0.0.9").open).toBe(false);
    expect(open("nas.intern", "a.nas.intern")).toBe(true);
    expect(leads("nas.intern", "a.nas.intern", "10.0.0.9").open).toBe(false);
  });

  it("asks for all other names at the root, not in search domains", () => {
    expect(leads("", "dav.example", "1.1.1.1").asked).toBe("dav.example.");
    expect(leads("", "dav.example.", "1.1.1.1").asked).toBe("dav.example.");
  });

  it("opens a metadata service only where its very address stands", () => {
    for (const list of ["169.254.0.0/16", "0.0.0.0/0", "meta.example"]) {
      expect(open(list, "169.254.169.254")).toBe(false);
      expect(leads(list, "meta.example", "169.254.169.254").open).toBe(false);
    }
    expect(open("0.0.0.0/0", "10.0.0.1")).toBe(true);
    expect(open("169.254.169.254", "169.254.169.254")).toBe(true);
    expect(open("168.63.129.16/32", "168.63.129.16")).toBe(true);
  });

  it("opens with a network of NAT64 only what is open behind it", () => {
    expect(open("64:ff9b::/96", "[64:ff9b::8.8.8.8]")).toBe(true);
    expect(open("64:ff9b::/96", "[64:ff9b::10.0.0.1]")).toBe(false);
    expect(open("64:ff9b::/96 10.0.0.1", "[64:ff9b::10.0.0.1]")).toBe(true);
    expect(open("64:ff9b::/96", "[64:ff9b::169.254.169.254]")).toBe(false);
    expect(open("::ffff:0:0/96", "[::ffff:127.0.0.1]")).toBe(false);
    expect(open("127.0.0.0/8", "[::ffff:127.0.0.1]")).toBe(false);
    expect(open("2002::/16", "[2002:a00:1::]")).toBe(false);
    expect(open("2001::/32", "[2001::f5ff:fffe]")).toBe(false);
    expect(leads("a.example", "a.example", "64:ff9b::a00:1").open).toBe(true);
  });

  it("opens a port of another protocol only together with its host", () => {
    expect(open("", "dav.example", 25)).toBe(false);
    expect(open("dav.example", "dav.example", 25)).toBe(false);
    expect(open("dav.example:25", "dav.example", 25)).toBe(true);
    expect(open("10.0.0.0/8", "10.0.0.1", 6000)).toBe(false);
    expect(open("10.0.0.1:6000", "10.0.0.1", 6000)).toBe(true);
    expect(open("10.0.0.1:6000", "10.0.0.2", 6000)).toBe(false);
  });
});

describe("the variable", () => {
  const schema = z.object({ EGRESS_ALLOW: allowList });
  const read = (EGRESS_ALLOW: string) => readConfig(schema, { EGRESS_ALLOW });

  it("may be left out", () => {
    const { EGRESS_ALLOW: allow } = readConfig(schema, {});
    expect(refusalOf("127.0.0.1", 80, { allow })).toBeDefined();
  });

  it.each([
    ["https://dav.example/", "must be a host name, host:port"],
    ["dav.example/dav", "must be a host name"],
    ["*.example", "must be a host name"],
    ["10.0.0.0/8:443", "must be a host name"],
    ["a:b", "must be a host name"],
    ["user@host", "must be a host name"],
    ["fe80::1%eth0", "must be"],
    ["dav.example:0", "a port from 1 to 65535"],
    ["dav.example:65536", "a port from 1 to 65535"],
    ["127.1", "in full"],
    ["2130706433", "in full"],
    ["0x7f.0.0.1:80", "in full"],
    ["127.1/8", "must be a host name"],
    ["10.0.0.0/33", "at most /32"],
    ["fd00::/129", "at most /128"],
    ["10.1.2.3/8", "nothing but zeros behind its bits"],
    ["fd00::1/64", "nothing but zeros behind its bits"],
    ["192.168.1.129/25", "nothing but zeros behind its bits"],
  ])("refuses %s and says which entry is wrong", (entry, message) => {
    expect(() => read(`10.1.0.0/16, ${entry}`)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("EGRESS_ALLOW (entry 2 "),
      }),
    );
    expect(() => read(`10.1.0.0/16, ${entry}`)).toThrow(message);
  });
});
