import * as fc from "fast-check";

const id = fc.integer({ min: 1, max: 5 }).map(String);
const city = fc.constantFrom("Ulm", "Köln", "");
const fax = fc.constantFrom("0351 1", "0351 2", "");
const reason = fc.constantFrom("Übergabe", "Beratung");
const stream = fc.constantFrom("contacts" as const, "appointments" as const);
const pick = fc.nat({ max: 10 });

/** What people do, in ams and there. */
const thing = fc.oneof(
  fc.record({ do: fc.constant("here" as const), id, city, fax }),
  fc.record({ do: fc.constant("visit" as const), id, reason }),
  fc.record({ do: fc.constant("remove" as const), stream, id }),
  fc.record({ do: fc.constant("there" as const), pick, city, fax }),
  fc.record({ do: fc.constant("there-visit" as const), pick, reason }),
  fc.record({ do: fc.constant("drop" as const), stream, pick }),
  fc.record({
    do: fc.constant("foreign" as const),
    ...{ id, city },
    category: fc.constantFrom("Kunde", "Freunde", ""),
  }),
);
export type Thing = typeof thing extends fc.Arbitrary<infer T> ? T : never;

const request = fc.constantFrom(
  ...(["create", "update", "delete", "changes", "fetch"] as const),
);

const running = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("run" as const) }) },
  fc.record({
    do: fc.constant("die" as const),
    call: fc.integer({ min: 1, max: 40 }),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  fc.record({
    do: fc.constant("mishap" as const),
    request,
    kind: fc.constantFrom(
      ...(["answer-lost", "busy", "fails", "refused"] as const),
    ),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constant("meanwhile" as const), request, thing }),
  fc.record({ do: fc.constant("void" as const) }),
  fc.record({ do: fc.constant("reset" as const), stream }),
  fc.record({ do: fc.constant("look-again" as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rest" as const) }) },
);
export type Running = typeof running extends fc.Arbitrary<infer T> ? T : never;

export type Step = Thing | Running;

const steps = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(thing, running),
  { minLength: 3, maxLength: 20 },
);

/** A history as data: what was found once is told again so. */
export const told = fc.record({
  policy: fc.constantFrom("ams-wins" as const, "remote-wins" as const),
  steps,
});
export type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;
