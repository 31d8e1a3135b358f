import { hkdfSync } from "node:crypto";
import { readFile } from "node:fs/promises";

/**
 * What `clientState` is made with. Derived from the service's own key (RFC 5869), which all replicas have and nobody else:
 * one secret less to hand out. With a new key subscriptions are made anew.
 * @param file the private JWK
 */
export async function notificationKey(file: string): Promise<Buffer> {
  const { d } = JSON.parse(await readFile(file, "utf8")) as { d?: unknown };
  if (typeof d !== "string") throw new Error("The service key holds no key.");
  const secret = Buffer.from(d, "base64url");
  return Buffer.from(hkdfSync("sha256", secret, "", "graph notifications", 32));
}
