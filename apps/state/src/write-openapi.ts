import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { API } from "./rest/api.js";

/** Part of the build: what the API says of itself, for those whose code is made from it. */
await writeFile(
  join(import.meta.dirname, "openapi.json"),
  JSON.stringify(API.document()),
);
