export * from "@ams-sync/contracts/reading";
