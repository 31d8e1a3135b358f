import type { Link } from "../run-state.js";

/**
 * Nothing is agreed any more: a hint for adoption.
 * @param moved the item is where the stream wrote before; nothing has been lost in the new place
 */
export const voidLink = (known: Link, moved: boolean): Link => {
  const { itemVersion: _, lost, ...link } = known;
  return {
    ...link,
    ...{ hash: "", fields: "{}" },
    ...(moved ? { elsewhere: true } : lost && { lost }),
  };
};

/** As it is stored: `lost` and `elsewhere` are the model's own to say. */
export const storedLink = (told: Link, known: Link | undefined): Link => {
  const { lost: _, elsewhere: __, ...link } = told;
  const history = link.history ?? known?.history;
  return {
    ...link,
    ...(history !== undefined && { history }),
    // Only an agreement brings the item back into the stream.
    ...(link.hash === "" && known?.elsewhere && { elsewhere: true }),
  };
};
