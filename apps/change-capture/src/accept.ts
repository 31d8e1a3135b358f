import { ConfigError, readServiceConfig } from "@ams-sync/platform";
import { readSystemIdentifier } from "./ams/preflight.js";
import { AmsSession } from "./ams/session.js";
import { explain } from "./capture/explain.js";
import { acceptConfig } from "./config.js";
import { connectFeed } from "./feed/connect-feed.js";
import { feedFailure } from "./feed/feed-failure.js";
import {
  carryOut,
  parseDecision,
  USAGE,
  type Answer,
  type Decision,
} from "./operator/decisions.js";

async function decide(decision: Decision): Promise<Answer> {
  const config = await readServiceConfig(acceptConfig);
  const source = config.AMS_SOURCE;
  const feed = await connectFeed(config);
  const session = await AmsSession.open({
    url: config.AMS_DATABASE_URL,
    source,
  });
  try {
    const systemIdentifier = await readSystemIdentifier(session.client);
    return await carryOut(decision, { feed, source, systemIdentifier });
  } finally {
    feed.close();
    await session.close();
  }
}

async function run(): Promise<Answer> {
  const decision = parseDecision(process.argv.slice(2));
  if (decision === undefined) return { done: false, text: USAGE };
  try {
    return await decide(decision);
  } catch (error) {
    if (error instanceof ConfigError)
      return { done: false, text: error.message };
    const { kind, sentence } = explain(feedFailure(error));
    const more = kind === "unexpected" ? `\n${String(error)}` : "";
    return { done: false, text: `${sentence}${more}` };
  }
}

const { done, text } = await run();
process.stdout.write(`${text}\n`);
process.exitCode = done ? 0 : 1;
