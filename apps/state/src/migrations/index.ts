import { AccountHealth1700000062000 } from "./account-health.js";
import { Accounts1700000001000 } from "./accounts.js";
import { ApprovedAbsent1700000022000 } from "./approved-absent.js";
import { Departures1700000047000 } from "./departures.js";
import { Elsewhere1700000063000 } from "./elsewhere.js";
import { Feed1700000000000 } from "./feed.js";
import { FeedKey1700000041000 } from "./feed-key.js";
import { FeedPolicy1700000021000 } from "./feed-policy.js";
import { FirstSeen1700000011000 } from "./first-seen.js";
import { FullAt1700000013000 } from "./full-at.js";
import { Hosting1700000031000 } from "./hosting.js";
import { HosterFigures1700000026000 } from "./hoster-figures.js";
import { Inbox1700000002000 } from "./inbox.js";
import { IntentFields1700000020000 } from "./intent-fields.js";
import { LastRun1700000004000 } from "./last-run.js";
import { Mail1700000040000 } from "./mail.js";
import { MailDigest1700000061000 } from "./mail-digest.js";
import { MailPerReader1700000071000 } from "./mail-per-reader.js";
import { LostVersion1700000044000 } from "./lost-version.js";
import { Owners1700000073000 } from "./owners.js";
import { PartedMisses1700000023000 } from "./parted-misses.js";
import { PassedRun1700000006000 } from "./passed-run.js";
import { Paused1700000052000 } from "./paused.js";
import { Preview1700000051000 } from "./preview.js";
import { Retention1700000030000 } from "./retention.js";
import { SentAt1700000012000 } from "./sent-at.js";
import { SentFields1700000005000 } from "./sent-fields.js";
import { TakenBack1700000045000 } from "./taken-back.js";
import { TakeBack1700000027000 } from "./take-back.js";
import { TwoWays1700000010000 } from "./two-ways.js";
import { UnlinkedMisses1700000046000 } from "./unlinked-misses.js";
import { Watched1700000072000 } from "./watched.js";
import { Writer1700000003000 } from "./writer.js";

/** Schema `state`, oldest first. */
export const MIGRATIONS = [
  Feed1700000000000,
  Accounts1700000001000,
  Inbox1700000002000,
  Writer1700000003000,
  LastRun1700000004000,
  SentFields1700000005000,
  PassedRun1700000006000,
  TwoWays1700000010000,
  FirstSeen1700000011000,
  SentAt1700000012000,
  FullAt1700000013000,
  IntentFields1700000020000,
  FeedPolicy1700000021000,
  ApprovedAbsent1700000022000,
  PartedMisses1700000023000,
  HosterFigures1700000026000,
  TakeBack1700000027000,
  Retention1700000030000,
  Hosting1700000031000,
  Mail1700000040000,
  FeedKey1700000041000,
  LostVersion1700000044000,
  TakenBack1700000045000,
  UnlinkedMisses1700000046000,
  Departures1700000047000,
  Preview1700000051000,
  Paused1700000052000,
  MailDigest1700000061000,
  AccountHealth1700000062000,
  Elsewhere1700000063000,
  MailPerReader1700000071000,
  Watched1700000072000,
  Owners1700000073000,
];
