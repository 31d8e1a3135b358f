import { randomUUID } from "node:crypto";
import type { Card } from "../../sync/bare-dav.js";

/** Cards of the size that the product makes of a customer. */
export function* bareCards(count: number): Generator<Card> {
  for (let index = 0; index < count; index += 1) {
    const uid = randomUUID();
    const lines = [
      "BEGIN:VCARD",
      "VERSION:3.0",
      "PRODID:-//ams-sync//bench//DE",
      `UID:${uid}`,
      `FN:Jürgen Groß-Müller ${index}`,
      `N:Groß-Müller ${index};Jürgen;;;`,
      `ADR;TYPE=HOME:;;Bärenstraße ${index % 200};Köln;;50667;Deutschland`,
      `TEL;TYPE=HOME,VOICE:+49 221 ${index}`,
      `TEL;TYPE=CELL:+49 171 ${index}`,
      `EMAIL;TYPE=INTERNET:k${index}@beispiel.example`,
      "BDAY:1964-02-29",
      "TITLE:Bäckermeister",
      `X-AMS-ID:customer/${index}`,
      "END:VCARD",
      "",
    ];
    yield { name: `${uid}.vcf`, text: lines.join("\r\n") };
  }
}
