import { asking as askingApi } from "@ams-sync/testing/rest";
import type { RestUnderTest } from "./rest-under-test.js";

export type { Asked, Question } from "@ams-sync/testing/rest";

export const asking = ({ url }: Pick<RestUnderTest, "url">) =>
  askingApi(`${url}/api/v1/settings`);
