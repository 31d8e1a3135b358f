import { preferencesOf, type Answer, type Operation } from "../http/message.js";
import { badRequest, Refusal } from "../http/refusal.js";
import { created, noContent, ok } from "../routes/route.js";
import type { Caller } from "../sign-in/tokens.js";
import { subscriptionJson, type Watched } from "./subscription.js";
import type { Subscriptions } from "./subscriptions.js";

/** `/subscriptions` and what is below it. */
export async function subscriptionAnswer(
  operation: Operation,
  caller: Caller,
  subscriptions: Subscriptions,
  watch: (resource: string) => Watched,
): Promise<Answer> {
  const { method, body } = operation;
  const [, id, action, ...rest] = operation.path;
  if (rest.length > 0 || (action !== undefined && action !== "reauthorize"))
    throw badRequest(`Resource not found for the segment '${action ?? ""}'.`);
  if (id === undefined) {
    if (method === "GET")
      return ok({ value: subscriptions.of(caller).map(subscriptionJson) });
    if (method !== "POST") throw notAllowed();
    const { immutableIds } = preferencesOf(operation);
    const made = await subscriptions.add(caller, body, watch, immutableIds);
    return created(subscriptionJson(made));
  }
  const one = subscriptions.one(caller, id);
  if (action === "reauthorize") {
    if (method !== "POST") throw notAllowed();
    one.paused = false;
    return noContent;
  }
  switch (method) {
    case "GET":
      return ok(subscriptionJson(one));
    case "PATCH":
      await subscriptions.change(one, body);
      return ok(subscriptionJson(one));
    case "DELETE":
      subscriptions.remove(one);
      return noContent;
    default:
      throw notAllowed();
  }
}

const notAllowed = (): Refusal =>
  new Refusal(
    405,
    "BadRequest",
    "Specified HTTP method is not allowed for the request target.",
  );
