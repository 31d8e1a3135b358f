import { LoginFailure_Kind as Kind } from "@ams-sync/contracts";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { LOGIN, restOffice, type RestOffice } from "../testing/rest-office.js";
import { good, OURS } from "../testing/rest-under-test.js";
import { LoginTries } from "./tries.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create } = office);
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

describe("tries of logins", () => {
  test("guessing ends after five wrong passwords, for every replica and person", async () => {
    const guess = (password: string) =>
      ask("POST", "logins/check", { ...LOGIN, password });
    rest.connector.answer = {
      failure: { kind: Kind.WRONG_LOGIN, message: "", address: "" },
      offers: [],
    };
    for (let n = 0; n < 5; n += 1)
      expect((await guess(`geraten-${n}`)).status).toBe(422);
    // The right one does not help any more, neither by another path nor by another spelling.
    rest.connector.answer = good();
    const asked = rest.connector.asked.length;
    for (const more of [
      {},
      { serverUrl: "https://DAV.example.com/anders/" },
      { serverUrl: "https://dav.example.com./" },
      { serverUrl: "https://dav.example.com:443/" },
      { username: " JÜRGEN " },
    ]) {
      const late = await ask("POST", "logins/check", { ...LOGIN, ...more });
      expect(late.status).toBe(429);
      expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(600);
    }
    expect((await create()).status).toBe(429);
    expect(rest.connector.asked).toHaveLength(asked);
    expect(
      (await ask("POST", "logins/check", { ...LOGIN, username: "andere" }))
        .status,
    ).toBe(200);
  });

  test("what says nothing of the password neither counts nor clears", async () => {
    const answers = (kind: Kind) => {
      rest.connector.answer = {
        failure: { kind, message: "", address: "" },
        offers: [],
      };
    };
    for (const kind of [
      ...[Kind.WRONG_LOGIN, Kind.WRONG_LOGIN, Kind.WRONG_LOGIN],
      ...[Kind.WRONG_LOGIN, Kind.NOT_DAV, Kind.NOT_DAV, Kind.WRONG_LOGIN],
    ]) {
      answers(kind);
      expect((await ask("POST", "logins/check", LOGIN)).status).toBe(422);
    }
    expect((await ask("POST", "logins/check", LOGIN)).status).toBe(429);
  });

  const wrong = () => {
    rest.connector.answer = {
      failure: { kind: Kind.WRONG_LOGIN, message: "", address: "" },
      offers: [],
    };
  };
  const points = async (): Promise<number[]> => {
    const { rows } = await rest.owner.query(
      "select points from settings.login_try where key not like 'person%' order by points",
    );
    return rows.map((row: { points: number }) => row.points);
  };

  test("a wrong secret of an app registration is a guess like any other, a wrong directory is none", async () => {
    const answers = (kind: Kind) => {
      rest.connector.answer = {
        failure: { kind, message: "", address: "" },
        offers: [],
      };
    };
    for (const kind of [
      ...[Kind.WRONG_APP, Kind.WRONG_DIRECTORY, Kind.WRONG_APP],
      ...[Kind.NO_CONSENT, Kind.WRONG_APP, Kind.NO_MAILBOX],
      ...[Kind.WRONG_APP, Kind.WRONG_APP],
    ]) {
      answers(kind);
      expect((await ask("POST", "logins/check", LOGIN)).status).toBe(422);
    }
    expect((await ask("POST", "logins/check", LOGIN)).status).toBe(429);
  });

  test("a connector that is away locks nobody out", async () => {
    rest.connector.down = true;
    for (let n = 0; n < 6; n += 1)
      expect((await ask("POST", "logins/check", LOGIN)).status).toBe(503);
    expect(await points()).toEqual([0, 0, 0]);
    rest.connector.down = false;
    expect((await ask("POST", "logins/check", LOGIN)).status).toBe(200);
  });

  test("no point is given back of a time that is over", async () => {
    const tries = new LoginTries(rest.dataSource);
    const one = {
      ...{ tenantId: OURS, userId: "17", username: "jürgen" },
      serverUrl: LOGIN.serverUrl,
    };
    await tries.count(one);
    await rest.owner.query("update settings.login_try set expire = 1");
    await tries.undecided(one);
    expect(await points()).toEqual([1, 1, 1]);
    await rest.owner.query("delete from settings.login_try");
    await tries.undecided(one);
    expect(await points()).toEqual([]);
  });

  test("one tenant's tries do not lock another's people out, but all together end", async () => {
    const tries = new LoginTries(rest.dataSource);
    const of = (tenantId: string, userId: string) => ({
      ...{ tenantId, userId, username: "jürgen" },
      serverUrl: LOGIN.serverUrl,
    });
    for (let tenant = 0; tenant < 10; tenant += 1) {
      for (let n = 0; n < 5; n += 1) await tries.count(of(`t${tenant}`, "1"));
      await expect(tries.count(of(`t${tenant}`, "2"))).rejects.toThrow();
    }
    await expect(tries.count(of("another", "1"))).rejects.toMatchObject({
      kind: "too-many-tries",
    });
  });

  test("a name is not guessed through many hosts, nor after a login at one's own", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 17; n += 1) {
      wrong();
      if (n === 7) rest.connector.answer = good();
      const serverUrl = `https://dav${n}.example.com/`;
      const { status } = await ask("POST", "logins/check", {
        ...LOGIN,
        serverUrl,
      });
      statuses.push(status);
    }
    expect(statuses.slice(0, 16).every((status) => status !== 429)).toBe(true);
    expect(statuses[16]).toBe(429);
  });

  test("one person cannot try the world", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1)
      statuses.push(
        (await ask("POST", "logins/check", { ...LOGIN, username: `u${n}` }))
          .status,
      );
    expect(statuses.lastIndexOf(200)).toBe(19);
    expect(statuses[20]).toBe(429);
  });
});
