import type { Heard } from "@ams-sync/connector-kit";
import { expect, it } from "vitest";
import { Hearing } from "./hearing.js";

const heard = (accountId: string): Heard => ({
  account: { tenantId: "t", accountId },
  ...{ stream: "contacts", unwatched: false },
});

it("what comes while state is being told is told once more, together, and each account for itself", async () => {
  const told: string[] = [];
  const goOn: (() => void)[] = [];
  const hearing = new Hearing(({ account }) => {
    told.push(account.accountId);
    return new Promise((resolve) => goOn.push(resolve));
  });
  const all = ["anna", "anna", "anna", "bert"].map((id) =>
    hearing.hear(heard(id)),
  );
  expect(told).toEqual(["anna", "bert"]);
  goOn[0]?.();
  await all[0];
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(["anna", "bert", "anna"]);
  goOn[1]?.();
  goOn[2]?.();
  await Promise.all(all);
  expect(told).toHaveLength(3);
  void hearing.hear(heard("anna"));
  expect(told).toHaveLength(4);
});

it("what could not be told is told again by whoever came meanwhile", async () => {
  let tries = 0;
  const hearing = new Hearing(async () => {
    tries += 1;
    if (tries === 1) throw new Error("away");
  });
  const [first, second] = [1, 2].map(() => hearing.hear(heard("anna")));
  await expect(first).rejects.toThrow("away");
  await second;
  expect(tries).toBe(2);
});
