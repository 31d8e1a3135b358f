/** Connections to addresses that users type: to the internet, and to what the hoster opens. */
export { AllowList, allowList } from "./allow-list.js";
export { type Egress, refusalOf, type Resolve } from "./guard.js";
export { guardedAgent } from "./guarded-agent.js";
export { EgressRefused, type RefusalReason, refusalText } from "./refusal.js";
