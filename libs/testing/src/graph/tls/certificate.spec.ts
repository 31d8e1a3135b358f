import { X509Certificate } from "node:crypto";
import { expect, it } from "vitest";
import { selfSigned } from "./certificate.js";

it.each(["ec", "rsa"] as const)(
  "is one that Node takes for this machine's, with %s",
  async (type) => {
    const { certificate, key } = await selfSigned("Simulator", type);
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(read.checkHost("localhost")).toBe("localhost");
    expect(read.subject).toBe("CN=Simulator");
    expect(read.ca).toBe(true);
    expect(key).toContain("BEGIN PRIVATE KEY");
  },
);
