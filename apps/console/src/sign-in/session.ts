/** Who is signed in, in this page's memory and nowhere else: a token that is not stored cannot be stolen from a store. */
export interface Tokens {
  readonly accessToken: string;
  /** Proves to the issuer who wants to sign out. */
  readonly idToken: string | undefined;
  /** Good for one renewal, which brings the next one. */
  readonly refreshToken: string | undefined;
  /** Epoch milliseconds; undefined: the issuer does not say. */
  readonly expiresAt: number | undefined;
}

export interface SessionState {
  readonly tokens: Tokens | undefined;
  /** The services took the token no more. */
  readonly expired: boolean;
}

let state: SessionState = { tokens: undefined, expired: false };
const listeners = new Set<() => void>();

const set = (next: SessionState): void => {
  state = next;
  for (const listener of listeners) listener();
};

export const session = {
  state: (): SessionState => state,
  token: (): string | undefined => state.tokens?.accessToken,
  begin: (tokens: Tokens): void => set({ tokens, expired: false }),
  /** The issuer renews these no more. */
  forgetRenewal: (tokens: Tokens): void => {
    if (state.tokens === tokens)
      set({ ...state, tokens: { ...tokens, refreshToken: undefined } });
  },
  expire: (): void => {
    if (!state.expired) set({ ...state, expired: true });
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
