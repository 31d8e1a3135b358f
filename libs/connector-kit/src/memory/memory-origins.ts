import { recordKey } from "../ams-records.js";
import type { RecordRef } from "../ams-records.js";
import type { MadeRecord, RemoteOrigin } from "../ams-writes.js";

interface Origin extends RemoteOrigin {
  readonly userId: string;
  readonly ref: RecordRef;
}

/** Which record was made of which item; the newest last. */
export class MemoryOrigins {
  readonly #all: Origin[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(origin: RemoteOrigin, userId: string, ref: RecordRef): void {
    this.#all.push({ ...origin, userId, ref });
  }

  /** By this account. */
  of(origin: RemoteOrigin): RecordRef | undefined {
    return this.#all.find(
      (one) => one.accountId === origin.accountId && isSame(one, origin),
    )?.ref;
  }

  /** By this account, or by another one of its user. */
  madeOf(
    userId: string,
    origin: RemoteOrigin,
    isThere: (ref: RecordRef) => boolean,
  ): MadeRecord | undefined {
    const own = this.of(origin);
    if (own) return { ...own, there: isThere(own) };
    const others = this.#all
      .filter((one) => one.userId === userId && isSame(one, origin))
      .map(({ ref }) => ({ ...ref, there: isThere(ref) }));
    const made = others.findLast(({ there }) => there) ?? others.at(-1);
    return made && { ...made, elsewhere: true };
  }

  /** Keys of what an account has made. */
  ofAccount(accountId: string): ReadonlySet<string> {
    const own = this.#all.filter((one) => one.accountId === accountId);
    return new Set(own.map(({ ref }) => recordKey(ref)));
  }
}

const isSame = (one: RemoteOrigin, other: RemoteOrigin): boolean =>
  one.stream === other.stream && one.uid === other.uid;
