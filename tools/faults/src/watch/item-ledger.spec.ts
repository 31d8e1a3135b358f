import { beforeEach, expect, it } from "vitest";
import { ItemLedger } from "./item-ledger.js";
import { recordIn } from "./record-marks.js";

let ledger: ItemLedger;
beforeEach(() => {
  ledger = new ItemLedger();
});
const card = (mark: string) =>
  `BEGIN:VCARD\r\nFN:Änne\r\nURL:https://example.org/sa\r\n tz-${mark}e\r\nEND:VCARD\r\n`;
const put = (path: string, mark: string, status = 201) =>
  ledger.note({ method: "PUT", path, body: card(mark), status });
const remove = (path: string, status = 200) =>
  ledger.note({ method: "DELETE", path, body: "", status });

it("reads whose an item is, however it is folded", () => {
  expect(recordIn(card("c12"))).toBe("c12");
  expect(recordIn("SUMMARY:Übergabe satz-a7e")).toBe("a7");
  expect(recordIn("FN:Änne")).toBeUndefined();
});

it("sees a second item of a record, and does not forget it when it heals", () => {
  put("/max/buch/eins.vcf", "c1");
  put("/max/buch/eins.vcf", "c1", 204);
  put("/max/buch/zwei.vcf", "c2");
  put("/moritz/buch/eins.vcf", "c1");
  expect(ledger.troubles("/")).toEqual([]);
  put("/max/buch/drei.vcf", "c1");
  remove("/max/buch/drei.vcf");
  expect(ledger.troubles("/max/")).toEqual([
    "c1 lies at /max/buch/eins.vcf and /max/buch/drei.vcf.",
  ]);
  expect(ledger.troubles("/moritz/")).toEqual([]);
  expect(ledger.count("/max/")).toBe(2);
});

it("goes by what the server did", () => {
  put("/max/buch/eins.vcf", "c1");
  put("/max/buch/drei.vcf", "c1", 412);
  remove("/max/buch/eins.vcf", 412);
  expect(ledger.count("/max/")).toBe(1);
  remove("/max/buch/eins.vcf");
  put("/max/buch/drei.vcf", "c1");
  remove("/max/buch/");
  put("/max/buch/eins.vcf", "c1");
  expect(ledger.troubles("/")).toEqual([]);
});

it("says where an item tells no record: then nothing would be seen", () => {
  ledger.note({
    ...{ method: "PUT", path: "/max/buch/eins.vcf", status: 201 },
    body: "BEGIN:VCARD\r\nEND:VCARD\r\n",
  });
  expect(ledger.troubles("/max/")).toEqual([
    "The item /max/buch/eins.vcf tells no record.",
  ]);
});
