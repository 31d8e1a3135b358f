import type { Event } from "@microsoft/microsoft-graph-types";
import type { Extended } from "../item/extended.js";

export type StoredEvent = Event & Extended;
