import {
  Called,
  Endpoint,
  endpoint,
  EventStream,
  Problem,
  type CallOf,
  type Language,
} from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import { Controller, Inject } from "@nestjs/common";
import { DataSource } from "typeorm";
import { STATE_DATABASE } from "../databases.js";
import { accountOf, known } from "./known.js";
import { BOTH, PREFIX } from "./parts.js";
import { Progress, type Told } from "./progress.js";
import { ofAccount, progress, status } from "./schemas.js";
import { statusOut } from "./wire.js";

/** Of one person at one replica: some pages in some windows. */
const STREAMS_PER_USER = 8;
/** Milliseconds. Proxies end what is silent for a minute. */
const HEARTBEAT = 15_000;
/** Milliseconds. A right that is taken away ends what lasts, too. */
const ASK_RIGHTS_EVERY = 30_000;

const PROGRESS = endpoint({
  method: "get",
  path: "accounts/:accountId/progress",
  id: "watchAccount",
  summary: "How the account gets on, as it does",
  who: BOTH,
  params: ofAccount,
  events: { status, progress },
  problems: ["too-many-streams"],
});

@Controller(PREFIX)
export class ProgressController {
  readonly #open = new Map<string, number>();

  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    @Inject(Progress) private readonly progress: Progress,
  ) {}

  @Endpoint(PROGRESS)
  async watch(@Called() call: CallOf<typeof PROGRESS>): Promise<EventStream> {
    const { person, params, language, stillAllowed } = call;
    const account = accountOf(person, params);
    await known(this.database, account, async () => undefined);
    const leave = this.#enter(person);
    return new EventStream((stream) => {
      const timers = [
        setInterval(() => stream.send(undefined), HEARTBEAT),
        setInterval(() => {
          stillAllowed().then(
            (allowed) => allowed || stream.end(),
            () => stream.end(),
          );
        }, ASK_RIGHTS_EVERY),
      ];
      const silence = this.progress.listen(account, {
        tell: teller(stream, language),
        end: () => stream.end(),
      });
      return () => {
        for (const timer of timers) clearInterval(timer);
        silence();
        leave();
      };
    });
  }

  /** @returns gives the place back @throws Problem `too-many-streams` */
  #enter({ tenantId, userId }: Person): () => void {
    const key = `${tenantId}/${userId}`;
    const open = this.#open.get(key) ?? 0;
    if (open >= STREAMS_PER_USER) throw tooMany();
    this.#open.set(key, open + 1);
    return () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }
}

/** Sends what has changed; sizes that change all the time are `progress`, all else is `status`. */
const teller = (stream: EventStream, language: Language) => {
  const sent = new Map<string, string>();
  const send = (event: string, name: string, data: unknown, key = data) => {
    const text = JSON.stringify(key);
    if (sent.get(name) === text) return;
    sent.set(name, text);
    stream.send({ event, data });
  };
  return ({ status: row, done }: Told): void => {
    const shown = statusOut(row, language);
    const key = {
      ...shown,
      streams: shown.streams.map(
        ({ pending: _p, setAside: _s, links: _l, ...stays }) => stays,
      ),
    };
    send("status", "status", shown, key);
    for (const { kind, pending, setAside } of shown.streams)
      send("progress", kind, {
        ...{ stream: kind, pending, setAside },
        done: done.get(kind) ?? 0,
      });
  };
};

const tooMany = (): Problem =>
  new Problem("too-many-streams", {
    headers: { "retry-after": "60" },
    more: () => ({ retryAfterSeconds: 60 }),
    detail: {
      de: "Sie sehen schon zu vielen Konten zu. Bitte schließen Sie andere Fenster.",
      en: "You watch too many accounts already. Please close other windows.",
    },
  });
