import type { Item } from "../port.js";
import type { MemoryRemote } from "./memory-remote.js";

/** From now on the server's items say this of themselves too, e.g. categories: what is stored stays a plain form. */
export const telling = (
  remote: MemoryRemote,
  about: (id: string) => Partial<Item> | undefined,
): void => {
  const { open } = remote;
  remote.open = async (login) => {
    const session = await open.call(remote, login);
    const { stream } = session;
    return Object.assign(session, {
      stream: (...which: Parameters<typeof stream>) => {
        const port = stream(...which);
        const { fetch } = port;
        return Object.assign(port, {
          fetch: async (ids: readonly string[]) =>
            new Map(
              [...(await fetch(ids))].map(([id, item]) => [
                id,
                { ...item, ...about(id) },
              ]),
            ),
        });
      },
    });
  };
};
