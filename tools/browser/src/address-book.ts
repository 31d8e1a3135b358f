import {
  DavReader,
  type DavCollection,
  type DavItem,
  type DavLogin,
} from "@ams-sync/proof";

/** The address book and the calendar of a login, as another program of its user sees it. */
export const addressBook = (login: DavLogin) => {
  const reader = new DavReader(login);
  const address = async (
    wanted: DavCollection["kind"] = "address book",
  ): Promise<string> => {
    const found = (await reader.collections()).find(
      ({ kind }) => kind === wanted,
    );
    if (!found) throw new Error(`there is no ${wanted}`);
    return found.url;
  };
  return {
    item: (url: string) => reader.item(url),
    count: async (wanted?: DavCollection["kind"]) =>
      reader.count(await address(wanted)),
    /** Last parts of the addresses of what is in one collection. */
    names: async (collection: string): Promise<string[]> =>
      (await reader.listed(collection))
        .map((url) => url.slice(collection.length))
        .toSorted(),
    cardWith: async (part: string): Promise<DavItem> => {
      for (const item of await reader.items(await address()))
        if (item.text.includes(part)) return item;
      throw new Error(`there is no card with ${part}`);
    },
    /** Where a new one may be put. */
    newItem: async (name: string) => ({
      url: new URL(name, await address()).href,
      etag: "",
    }),
  };
};
