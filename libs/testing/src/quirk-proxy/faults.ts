import { type Quirk, reply, silence } from "./exchange.js";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What any server does on a bad day. Each is meant for `on(pick, …)`; by itself it strikes every request. */
export const FAULTS = {
  /** Connections are reset before anything was carried out. Nobody listens at all after `QuirkProxy.vanish`. */
  reset: (): Quirk => ({
    name: "reset",
    sentence: "The connection is reset; nothing was carried out.",
    behave: async () => silence("reset"),
  }),

  /** Carries the request out at once and answers after so many ms. */
  slow: (ms: number): Quirk => ({
    name: "slow",
    sentence: `The answer comes ${ms} ms late.`,
    tells: true,
    behave: async (request, next, { acted }) => {
      acted();
      const answer = await next(request);
      await pause(ms);
      return answer;
    },
  }),

  /** Carries the request out after so many ms, whether or not the client still waits. */
  late: (ms: number): Quirk => ({
    name: "late",
    sentence: `The request is carried out ${ms} ms late.`,
    tells: true,
    behave: async (request, next, { acted }) => {
      acted();
      await pause(ms);
      return next(request);
    },
  }),

  /** The body of the answer comes in twenty pieces, so many ms apart. */
  trickled: (pieceEveryMs: number): Quirk => ({
    name: "trickled",
    sentence: "The answer comes in small pieces.",
    behave: async (request, next) => ({
      ...(await next(request)),
      delivery: { pieceEveryMs },
    }),
  }),

  /** Nothing is carried out. */
  fails: (status = 500): Quirk => ({
    name: `fails-${status}`,
    sentence: `The request is answered with ${status}; nothing was carried out.`,
    behave: async () => reply(status),
  }),

  /** Nothing is carried out. `retryAfter`: seconds or an HTTP date, as the header has it. */
  busy: (retryAfter?: string, status: 503 | 429 = 503): Quirk => ({
    name: `busy-${status}`,
    sentence: `The server asks to come back later, with ${status}.`,
    behave: async () =>
      reply(
        status,
        retryAfter === undefined ? {} : { "retry-after": retryAfter },
      ),
  }),

  /** The connection ends in the middle of the answer's body. */
  cut: (): Quirk => ({
    name: "cut",
    sentence: "The answer breaks off in the middle.",
    behave: async (request, next) => ({
      ...(await next(request)),
      delivery: "cut",
    }),
  }),

  /** What was asked for is done, and the connection ends in place of the answer. */
  answerLost: (): Quirk => ({
    name: "answer-lost",
    sentence: "The request is carried out and its answer lost.",
    behave: async (request, next) => ({
      ...(await next(request)),
      delivery: "closed",
    }),
  }),
} as const;
