import { useQueryClient } from "@tanstack/react-query";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { useEffect, useState } from "react";
import { session } from "../sign-in/session.js";
import { accountKey } from "./accounts.js";
import { askSigned } from "./client.js";
import { statusKey } from "./status.js";
import type { Progress, Status } from "./state-types.js";
import type { Stream } from "./types.js";

const AGAIN_MS = 3_000;

export type Live = Readonly<Partial<Record<Stream, Progress>>>;

interface Told {
  readonly status: (status: Status) => void;
  readonly progress: (progress: Progress) => void;
}

/** One connection (EventSource cannot send a token). Ends when the service ends it. */
async function listen(
  accountId: string,
  told: Told,
  signal: AbortSignal,
): Promise<"again" | "no more"> {
  const answer = await askSigned(
    new Request(`/api/v1/state/accounts/${accountId}/progress`, {
      headers: { accept: "text/event-stream" },
      signal,
    }),
  );
  if (answer.status === 401) session.expire();
  if (!answer.ok || answer.body === null)
    return answer.status === 404 || answer.status === 403 ? "no more" : "again";
  const events = answer.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events) {
    if (event === "status") told.status(JSON.parse(data) as Status);
    if (event === "progress") told.progress(JSON.parse(data) as Progress);
  }
  return "again";
}

/** How an account gets on, while somebody looks on; its lists are read anew whenever a run has ended. */
export function useLive(accountId: string): Live {
  const queries = useQueryClient();
  const [live, setLive] = useState<Live>({});
  useEffect(() => {
    const leaving = new AbortController();
    let last: Status | undefined;
    const told: Told = {
      status: (status) => {
        queries.setQueryData(statusKey(accountId), status);
        const ended =
          last !== undefined &&
          (last.lastSuccessAt !== status.lastSuccessAt ||
            (last.running && !status.running));
        if (ended)
          void queries.invalidateQueries({ queryKey: ["state", accountId] });
        last = status;
      },
      progress: (progress) =>
        setLive((before) => ({ ...before, [progress.stream]: progress })),
    };
    void (async () => {
      while (!leaving.signal.aborted) {
        const next = await listen(accountId, told, leaving.signal).catch(
          () => "again" as const,
        );
        if (next === "no more") {
          // Perhaps it is gone: its page says so.
          void queries.invalidateQueries({ queryKey: accountKey(accountId) });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    })();
    return () => leaving.abort();
  }, [accountId, queries]);
  return live;
}
