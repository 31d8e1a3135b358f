export interface ReadEvent {
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- specs look into events of every shape
  readonly data: any;
}

export interface ReadStream {
  readonly status: number;
  readonly headers: Headers;
  /** All that came so far, in order; heartbeats have no name. */
  readonly events: readonly ReadEvent[];
  /** When the other side ends it; a connection that broke is an end, too. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Server-sent events as they come (HTML Living Standard 9.2.6), with a bearer token, which EventSource cannot send. */
export async function readEvents(
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadStream> {
  const abort = new AbortController();
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: abort.signal,
  });
  const events: ReadEvent[] = [];
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    ended: collect(answer, events).catch(() => undefined),
    close: () => abort.abort(),
  };
}

async function collect(answer: Response, events: ReadEvent[]): Promise<void> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? "";
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (!block.startsWith("retry:"))
        events.push({ event, data: data && JSON.parse(data) });
    }
  }
}
