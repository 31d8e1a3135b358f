/** What the services take for granted where their environment says nothing else. */
export const ISSUER_AUDIENCE = "urn:ams-sync:api";
export const ISSUER_CLIENT_ID = "ams-sync-console";
