import type { GraphClient } from "../graph/client.js";
import { memberOf } from "../graph/answer.js";
import { valuesIn } from "../graph/pages.js";
import type { Codec, Stored } from "./codec.js";
import {
  type Extended,
  expandOf,
  OWN_ID,
  ownIdFilter,
  valueOf,
} from "./extended.js";

/** From so many on, one listing costs less than as many questions. */
const MANY = 40;

/**
 * Which items of a folder carry which own id. Contacts have no idempotent create in Graph: before one is created that
 * this session does not know to be absent, it is looked for.
 */
export class OwnIds {
  readonly #known = new Map<string, string>();
  /** Creates whose answer never came. */
  readonly #unsure = new Set<string>();
  #complete = false;
  #listing: Promise<void> | undefined;
  #asked = 0;

  constructor(
    private readonly client: GraphClient,
    private readonly codec: Codec,
    private readonly folderId: string,
  ) {}

  /** Of what a create or a search found: Graph's id. */
  known(uid: string): string | undefined {
    return this.#known.get(uid);
  }

  /** The folder was listed to its end, and there was nothing in it. */
  noneThere(): void {
    this.#complete = true;
  }

  set(uid: string, graphId: string): void {
    this.#known.set(uid, graphId);
    this.#unsure.delete(uid);
  }

  /** It is not there any more. */
  forget(graphId: string): void {
    for (const [uid, id] of this.#known)
      if (id === graphId) this.#known.delete(uid);
  }

  /** Whether it was carried out nobody knows. */
  unsure(uid: string): void {
    this.#unsure.add(uid);
  }

  /** It was not. */
  refused(uid: string): void {
    this.#unsure.delete(uid);
  }

  async find(uid: string, until: number): Promise<string | undefined> {
    const known = this.#known.get(uid);
    if (known !== undefined) return known;
    if (this.#unsure.has(uid)) return this.#search(uid, until);
    if (this.#complete) return undefined;
    this.#asked += 1;
    if (this.#asked <= MANY && !this.#listing) return this.#search(uid, until);
    this.#listing ??= this.#list().finally(() => (this.#listing = undefined));
    await this.#listing;
    return this.#known.get(uid);
  }

  async #search(uid: string, until: number): Promise<string | undefined> {
    const answer = await this.client.get(
      `${this.codec.items(this.folderId)}?$select=id&$top=10&$filter=${ownIdFilter(uid)}`,
      { until },
    );
    // Somebody may have copied it: which one is the record's, its content says when it is read.
    const [first] = valuesIn(answer).flatMap(idOf).toSorted();
    if (first !== undefined) this.set(uid, first);
    return first;
  }

  async #list(): Promise<void> {
    const path = `${this.codec.items(this.folderId)}?$select=id&$top=1000&$expand=${expandOf([OWN_ID])}`;
    let answer = await this.client.get(path);
    for (;;) {
      for (const one of valuesIn(answer)) {
        const uid = valueOf(one as Extended, OWN_ID).toLowerCase();
        const [id] = idOf(one);
        if (uid !== "" && id !== undefined && !this.#known.has(uid))
          this.set(uid, id);
      }
      const next = memberOf(answer.body, "@odata.nextLink");
      if (typeof next !== "string") break;
      answer = this.client.successOf(await this.client.follow(next));
    }
    this.#complete = true;
  }
}

const idOf = ({ id }: Stored): readonly string[] => (id ? [id] : []);
