import type { Heard } from "@ams-sync/connector-kit";

interface UnderWay {
  readonly now: Promise<void>;
  next?: Promise<void>;
}

/** Graph tells of each item, also of those that we write: what comes while state is being told is told once more, together. */
export class Hearing {
  readonly #underWay = new Map<string, UnderWay>();

  constructor(private readonly tell: (heard: Heard) => Promise<void>) {}

  /** Resolves once state was told at a moment after this; throws where it could not be. */
  hear(heard: Heard): Promise<void> {
    const { account, stream, unwatched } = heard;
    const key = `${account.tenantId}/${account.accountId}/${stream}/${unwatched}`;
    const before = this.#underWay.get(key);
    if (before === undefined) return this.#begin(key, heard);
    before.next ??= before.now
      .catch(() => undefined)
      .then(() => this.#begin(key, heard));
    return before.next;
  }

  #begin(key: string, heard: Heard): Promise<void> {
    const now = this.tell(heard);
    const one: UnderWay = { now };
    this.#underWay.set(key, one);
    const over = () => {
      if (this.#underWay.get(key) === one) this.#underWay.delete(key);
    };
    now.then(over, over);
    return now;
  }
}
