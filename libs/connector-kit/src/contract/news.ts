import type { StreamPort } from "../port.js";
import type { Listing, Stage } from "./stage.js";
import { must } from "./violation.js";

/** In a delta it is named as gone; a whole listing has all others, and some servers name it there too. */
export async function mustTellGone(
  stage: Stage,
  listing: Listing,
  id: string,
): Promise<void> {
  const change = listing.changes.get(stage.stranger.place(id));
  if (listing.anew)
    must(change === undefined || change.gone, "What is gone is not listed");
  else must(change?.gone === true, "What is gone is told as gone");
}

/** What is told since a token that was just given; anew only where the system has no tokens. */
export async function newsSince(
  stage: Stage,
  port: StreamPort,
  token: string | undefined,
): Promise<Listing> {
  const news = await stage.listed(port, token);
  must(
    (token !== undefined && !news.anew) ||
      stage.subject.lacks.tokens !== undefined,
    "A token that was just given is good",
  );
  return news;
}
