import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

interface Kept {
  readonly payload: AdapterPayload;
  readonly until: number;
}

/** What the provider remembers, in this process. Its own adapter for that warns on every start. */
export const memory = (): AdapterFactory => {
  const all = new Map<string, Kept>();
  return (model): Adapter => {
    const key = (id: string): string => `${model}/${id}`;
    const find = (wanted: (payload: AdapterPayload) => boolean) =>
      [...all.entries()].find(
        ([name, kept]) =>
          name.startsWith(`${model}/`) &&
          kept.until > Date.now() &&
          wanted(kept.payload),
      )?.[1].payload;
    return {
      upsert: async (id, payload, expiresIn) => {
        const until =
          expiresIn === undefined
            ? Number.POSITIVE_INFINITY
            : Date.now() + expiresIn * 1_000;
        all.set(key(id), { payload, until });
      },
      find: async (id) => {
        const kept = all.get(key(id));
        return kept && kept.until > Date.now() ? kept.payload : undefined;
      },
      findByUid: async (uid) => find((payload) => payload.uid === uid),
      findByUserCode: async (code) =>
        find((payload) => payload.userCode === code),
      consume: async (id) => {
        const kept = all.get(key(id));
        if (kept) kept.payload.consumed = Math.floor(Date.now() / 1_000);
      },
      destroy: async (id) => {
        all.delete(key(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [name, { payload }] of all)
          if (payload.grantId === grantId) all.delete(name);
      },
    };
  };
};
