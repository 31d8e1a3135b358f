import {
  currentEtag,
  type Quirk,
  refusalInside,
  reply,
  succeeded,
  withHeaders,
  withReplyHeaders,
} from "../exchange.js";

const TOLD_APART_MS = 30;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a PUT or DELETE does, and what its answer says. */
export const WRITE_QUIRKS = {
  "put-without-etag": {
    sentence: "The answer to a PUT names no ETag.",
    seen: "1 of 6",
    behave: async (request, next) => {
      const answer = await next(request);
      return request.method === "PUT"
        ? withReplyHeaders(answer, { etag: undefined })
        : answer;
    },
  },
  "create-overwrites": {
    sentence:
      "A PUT with If-None-Match: * overwrites what is there, with 204 instead of 412.",
    seen: "1 of 6",
    tells: true,
    behave: async (request, next, { acted }) => {
      if (
        request.method !== "PUT" ||
        request.headers["if-none-match"] === undefined
      )
        return next(request);
      const { there } = await currentEtag(request, next);
      const answer = await next(
        withHeaders(request, { "if-none-match": undefined }),
      );
      if (!there || !succeeded(answer)) return answer;
      acted();
      return { ...answer, status: 204 };
    },
  },
  "stale-delete-deletes": {
    sentence: "A DELETE with the ETag of an older version deletes.",
    seen: "1 of 6",
    tells: true,
    behave: async (request, next, { acted }) => {
      const wanted = request.headers["if-match"];
      if (request.method !== "DELETE" || wanted === undefined)
        return next(request);
      const { there, etag } = await currentEtag(request, next);
      if (there && wanted !== etag && wanted !== "*") acted();
      return next(withHeaders(request, { "if-match": undefined }));
    },
  },
  "racing-updates-lost": {
    sentence:
      "If-Match is looked at some time before the PUT is stored, so that of two at once one is lost.",
    seen: "3 of 6",
    tells: true,
    behave: async (request, next, { acted }) => {
      const wanted = request.headers["if-match"];
      if (request.method !== "PUT" || wanted === undefined)
        return next(request);
      const { there, etag } = await currentEtag(request, next);
      if (!there || (wanted !== "*" && wanted !== etag)) return reply(412);
      await pause(TOLD_APART_MS);
      const later = await currentEtag(request, next);
      if (later.etag !== etag) acted();
      return next(withHeaders(request, { "if-match": undefined }));
    },
  },
  "put-fails-inside": {
    sentence:
      "A PUT is answered with 207, holds an error inside, and stores nothing.",
    seen: "1 of 6",
    behave: async (request, next) =>
      request.method === "PUT"
        ? refusalInside(
            request.path,
            "507 Insufficient Storage",
            "<d:quota-not-exceeded/>",
          )
        : next(request),
  },
  "updates-201-deletes-200": {
    sentence: "An update is answered with 201, a delete with 200.",
    seen: "1 of 6",
    behave: async (request, next) => {
      const answer = await next(request);
      if (answer.status !== 204 && answer.status !== 200) return answer;
      if (request.method === "PUT") return { ...answer, status: 201 };
      return request.method === "DELETE" ? { ...answer, status: 200 } : answer;
    },
  },
  "updates-and-deletes-204": {
    sentence: "An update and a delete are answered with 204 and no body.",
    seen: "most of 6",
    behave: async (request, next) => {
      const { there } =
        request.method === "PUT"
          ? await currentEtag(request, next)
          : { there: request.method === "DELETE" };
      const answer = await next(request);
      return there && succeeded(answer)
        ? { ...answer, status: 204, body: Buffer.alloc(0) }
        : answer;
    },
  },
} satisfies Record<string, Omit<Quirk, "name">>;
