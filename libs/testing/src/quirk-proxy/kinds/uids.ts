import { createHash } from "node:crypto";
import {
  currentEtag,
  type DavRequest,
  type Next,
  type Quirk,
  refusal,
  refusalInside,
  type Reply,
  type Scene,
  succeeded,
} from "../exchange.js";
import { placeOf } from "./etags.js";

const uidIn = (body: Buffer): string | undefined =>
  /^UID(?:;[^:\r\n]*)?:(.*)$/m
    .exec(body.toString().replace(/\r?\n[ \t]/g, ""))?.[1]
    ?.trim();

const folderOf = (path: string): string => placeOf(path).replace(/[^/]*$/, "");

/** UID and folder → where it was put through this proxy. */
type Known = Map<string, string>;
const known = (scene: Scene): Known =>
  scene.memory<Known>("uids", () => new Map());

/** RFC 6352 section 6.3.2.1, RFC 4791 section 5.3.2.1 */
const isDuplicate = (answer: Reply): boolean =>
  answer.body.includes("no-uid-conflict");

type Answered = (request: DavRequest, next: Next) => Reply | Promise<Reply>;

/** Servers that refuse duplicates themselves do so here; for the others the proxy remembers what was put. */
const duplicate =
  (answered: Answered) =>
  async (request: DavRequest, next: Next, scene: Scene): Promise<Reply> => {
    const uid = request.method === "PUT" ? uidIn(request.body) : undefined;
    if (uid === undefined) return next(request);
    const key = `${folderOf(request.path)}\n${uid}`;
    const elsewhere = known(scene).get(key);
    if (
      elsewhere !== undefined &&
      placeOf(elsewhere) !== placeOf(request.path) &&
      (await currentEtag({ ...request, path: elsewhere }, next)).there
    )
      return answered(request, next);
    const answer = await next(request);
    if (isDuplicate(answer)) return answered(request, next);
    if (succeeded(answer)) known(scene).set(key, request.path);
    return answer;
  };

const CONFLICT = (request: DavRequest): string =>
  /BEGIN:VCARD/i.test(request.body.toString())
    ? "<card:no-uid-conflict/>"
    : "<cal:no-uid-conflict/>";

const MARK = /--twice-[0-9a-f]{8}/g;

/** A UID of its own for the server that would refuse it, taken off again on the way back. */
function marked(request: DavRequest): DavRequest {
  const place = createHash("sha256")
    .update(placeOf(request.path))
    .digest("hex");
  const mark = `--twice-${place.slice(0, 8)}`;
  const text = request.body
    .toString()
    .replace(/^(UID(?:;[^:\r\n]*)?:)(.*?)(\r?)$/m, `$1$2${mark}$3`);
  return { ...request, body: Buffer.from(text) };
}

export const UID_QUIRKS = {
  "duplicate-uid-409": {
    sentence: "A second item of the same UID is refused with 409.",
    seen: "some of 6",
    behave: duplicate((request) => refusal(409, CONFLICT(request))),
  },
  "duplicate-uid-403": {
    sentence: "A second item of the same UID is refused with 403.",
    seen: "some of 6",
    behave: duplicate((request) => refusal(403, CONFLICT(request))),
  },
  "duplicate-uid-207": {
    sentence:
      "A second item of the same UID is answered with 207 and refused inside.",
    seen: "some of 6",
    behave: duplicate((request) =>
      refusalInside(request.path, "409 Conflict", CONFLICT(request)),
    ),
  },
  "duplicate-uid-accepted": {
    sentence: "A second item of the same UID is stored beside the first.",
    seen: "some of 6",
    tells: true,
    behave: async (request, next, scene) => {
      const accepted: Answered = (second) => {
        scene.acted();
        return next(marked(second));
      };
      const answer = await duplicate(accepted)(request, next, scene);
      return answer.body.includes("--twice-")
        ? {
            ...answer,
            body: Buffer.from(answer.body.toString().replace(MARK, "")),
          }
        : answer;
    },
  },
} satisfies Record<string, Omit<Quirk, "name">>;
