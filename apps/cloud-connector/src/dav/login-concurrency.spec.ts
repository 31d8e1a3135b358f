import { expect, it } from "vitest";
import { LoginConcurrency } from "./login-concurrency.js";

const login = (username: string, serverUrl = "https://wolke.example/") => ({
  serverUrl,
  username,
  password: "geheim",
});

it("remembers a login's concurrency, whatever its password, and shares it with no other", () => {
  const known = new LoginConcurrency(() => 0);
  const jörg = known.of(login("jörg"));
  expect(known.of({ ...login("jörg"), password: "neu" })).toBe(jörg);
  expect(known.of(login("käthe"))).not.toBe(jörg);
  expect(known.of(login("jörg", "https://andere.example/"))).not.toBe(jörg);
});

it("forgets what was used longest ago", () => {
  const known = new LoginConcurrency(() => 0, 2);
  const [a, b] = [known.of(login("a")), known.of(login("b"))];
  expect(known.of(login("a"))).toBe(a);
  known.of(login("c"));
  expect(known.of(login("a"))).toBe(a);
  expect(known.of(login("b"))).not.toBe(b);
});
