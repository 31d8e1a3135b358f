// The types of what the services answer, from their own OpenAPI: `npm run generate`.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const SERVICES = ["settings", "state"];
const folder = fileURLToPath(new URL("src/generated/", import.meta.url));

await mkdir(folder, { recursive: true });
for (const service of SERVICES) {
  const file = new URL(`../${service}/dist/openapi.json`, import.meta.url);
  const document = JSON.parse(await readFile(file, "utf8"));
  // zod writes "any JSON" as schemas that contain themselves; TypeScript takes no such type of a property.
  for (const name of Object.keys(document.components?.schemas ?? {}))
    if (name.startsWith("__schema")) document.components.schemas[name] = {};
  const types = astToString(await openapiTS(document));
  await writeFile(`${folder}${service}.ts`, types);
}
