import { expect, it } from "vitest";
import { containerAddress } from "./container-address.js";

it.each([
  "https://cloud.example/dav/müller/ams/",
  "https://cloud.example/dav/müller/ams",
  "https://CLOUD.example:443/dav/m%C3%BCller/ams/",
  "https://cloud.example/dav/m%c3%bcller/%61ms//",
  "http://cloud.example:80/dav/müller/ams/",
  "HTTPS://cloud.example/dav/x/../müller/ams/",
])("knows %s as one collection", (container) => {
  expect(containerAddress(container)).toBe(
    "cloud.example/dav/m%C3%BCller/ams/",
  );
});

it.each([
  ["https://cloud.example/dav/a/", "https://cloud.example/dav/A/"],
  ["https://cloud.example/dav/a/", "https://cloud.example/dav/a/b/"],
  ["http://127.0.0.1:5232/u/ams/", "http://127.0.0.1:5233/u/ams/"],
  ["https://cloud.example/a%2Fb/", "https://cloud.example/a/b/"],
])("keeps %s and %s apart", (one, other) => {
  expect(containerAddress(one)).not.toBe(containerAddress(other));
});

it("leaves ids that are no URL as they are", () => {
  expect(containerAddress("AAMkAGI2=TG93AAA=/")).toBe("AAMkAGI2=TG93AAA=/");
});

it.each([
  "https://müller:geheim@cloud.example/dav/",
  "https://cloud.example/dav/?token=1",
  "https://cloud.example/dav/#a",
])("refuses what is no mere address", (container) => {
  expect(containerAddress(container)).toBeUndefined();
});
