import { rightName } from "@ams-sync/ams";
import {
  Called,
  Endpoint,
  endpoint,
  type CallOf,
} from "@ams-sync/platform/rest";
import { Controller, Inject } from "@nestjs/common";
import { z } from "zod";
import { PARTS, PREFIX, type Parts } from "./parts.js";
import { BOTH } from "./people.js";
import { me } from "./schemas.js";

const SIGN_IN = endpoint({
  method: "get",
  path: "sign-in",
  id: "signIn",
  summary: "Where and how to sign in",
  who: "open",
  answer: z.object({
    issuer: z.string(),
    clientId: z.string(),
    scope: z.string(),
    audience: z.string(),
  }),
});

const ME = endpoint({
  method: "get",
  path: "me",
  id: "me",
  summary: "Who is signed in, and what is missing for this API",
  who: "signed-in",
  answer: me,
  problems: ["ams-away"],
});

@Controller(PREFIX)
export class OpenController {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  @Endpoint(SIGN_IN)
  signIn(): Parts["signIn"] {
    return this.parts.signIn;
  }

  @Endpoint(ME)
  async me(@Called() call: CallOf<typeof ME>): Promise<z.input<typeof me>> {
    const { person, language, signedIn } = call;
    const found = person && (await this.parts.people.find(person));
    const rights = found?.active === true ? found.rights : [];
    const missing = BOTH.filter((right) => !rights.includes(right));
    return {
      tenantId: person?.tenantId ?? null,
      tenantName: found?.tenantName ?? null,
      userId: person?.userId ?? null,
      name: found?.name ?? null,
      rights: [...rights],
      missingRights: missing.map((code) => ({
        code,
        name: rightName(code)[language],
      })),
      hoster: signedIn?.hoster ?? false,
    };
  }
}
