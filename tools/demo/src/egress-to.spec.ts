import { expect, it } from "vitest";
import { egressTo } from "./egress-to.js";

it("opens the server that the command line names, beside what is open already", () => {
  const env = { PATH: "/bin", EGRESS_ALLOW: "10.1.0.0/16" };
  expect(egressTo("https://nas.local:5006/dav/", env)).toEqual({
    PATH: "/bin",
    EGRESS_ALLOW: "10.1.0.0/16 nas.local",
  });
  expect(egressTo("https://[fd00::5]/", {}).EGRESS_ALLOW).toBe(" [fd00::5]");
});

it("opens nothing for the demo's own server", () => {
  const env = { PATH: "/bin" };
  expect(egressTo(undefined, env)).toBe(env);
});
