import type { Canonical } from "@ams-sync/sync-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConnectorError } from "../connector-error.js";
import type { Session, StreamPort } from "../port.js";
import { READING_BACK } from "./cases/reading-back.js";
import { memorySubject } from "../testing/memory-subject.js";
import { CONTRACT, runContract, skipReason, Stage, tryCase } from "./index.js";

describe("the model of a server keeps the contract:", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open(memorySubject());
  });
  afterAll(() => stage?.close());

  it.each(CONTRACT.map((one) => [one.name, one] as const))(
    "%s",
    async (_, one) => {
      const { outcome, reason } = await tryCase(one, stage);
      expect(outcome, reason).toBe(
        skipReason(one, stage) === undefined ? "kept" : "skipped",
      );
    },
  );
});

it("a model that names versions only when it is asked keeps what concerns them", async () => {
  const subject = memorySubject();
  Object.assign(subject.connector, { namesVersions: false, readsBack: true });
  const stage = await Stage.open(subject);
  const told: string[] = [];
  for (const one of READING_BACK) {
    const { outcome, reason } = await tryCase(one, stage);
    told.push(`${outcome} ${reason ?? ""}`.trim());
  }
  expect(told).toEqual(READING_BACK.map(() => "kept"));
});

it.each(["contacts", "appointments"] as const)(
  "a system that keeps no %s is asked for the rest",
  async (absent) => {
    const subject = memorySubject();
    const lacks = { ...subject.lacks, [absent]: "It keeps none." };
    const session = await subject.connector.open(subject.login);
    const container: Session["container"] = (stream, ...names) =>
      stream === absent
        ? Promise.reject(new ConnectorError("rejected", "There are none here."))
        : session.container(stream, ...names);
    subject.connector.open = async (login) => {
      if (login.password === subject.login.password)
        return new Proxy(session, {
          get: (target, key) =>
            key === "container" ? container : Reflect.get(target, key),
        });
      throw new ConnectorError("auth", "User name or password is wrong.");
    };
    const stage = await Stage.open({ ...subject, lacks });
    const results = await runContract(
      CONTRACT.filter(({ name }) => !name.startsWith("cancelled")),
      stage,
    );
    expect(results.filter(({ outcome }) => outcome === "broken")).toEqual([]);
    const kept = results.filter(({ outcome }) => outcome === "kept");
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.some(({ name }) => name.startsWith(absent))).toBe(false);
  },
);

/** What of the contract a connector breaks that has this fault. */
async function brokenBy(
  spoil: (subject: ReturnType<typeof memorySubject>) => void,
): Promise<readonly string[]> {
  const subject = memorySubject();
  spoil(subject);
  const stage = await Stage.open(subject);
  const broken: string[] = [];
  for (const one of CONTRACT) {
    const { name, outcome } = await tryCase(one, stage);
    if (outcome === "broken") broken.push(name);
  }
  return broken;
}

describe("the contract finds a connector that", () => {
  it("overwrites and deletes whatever version is named", async () => {
    const broken = await brokenBy(({ connector }) => {
      connector.obeysVersions = false;
    });
    for (const name of [
      "contacts: update of what somebody changed meanwhile",
      "appointments: update in the moment when somebody writes",
      "contacts: delete of what somebody changed meanwhile",
      "appointments: delete in the moment when somebody writes",
    ])
      expect(broken).toContain(name);
  });

  it("knows no version after a write", async () => {
    const broken = await brokenBy(({ connector }) => {
      connector.namesVersions = false;
    });
    expect(broken).toContain("contacts: create");
    expect(broken).toContain("appointments: update");
  });

  it("has a form of its own that is another one each time", async () => {
    const broken = await brokenBy(({ connector }) => {
      connector.normalize = (form) =>
        ({
          ...form,
          fields: { ...form.fields, reason: `${JSON.stringify(form)}!` },
        }) as Canonical;
    });
    expect(broken).toContain("appointments: carry every field");
  });

  it("takes any password", async () => {
    const broken = await brokenBy((subject) => {
      const open = subject.connector.open.bind(subject.connector);
      subject.connector.open = (login, context) =>
        open({ ...login, password: subject.connector.password }, context);
    });
    expect(broken).toEqual(["a wrong password"]);
  });

  it.each<[string, (port: StreamPort) => Partial<StreamPort>, string]>([
    [
      "overwrites with a create",
      (port) => ({
        create: async (identity, form) => {
          const id = port.addressOf(identity)!;
          const [item] = (await port.fetch([id])).values();
          return item ? port.update(item, form) : port.create(identity, form);
        },
      }),
      "contacts: create again",
    ],
    [
      "has no token that works",
      (port) => ({
        changes: async (token) => {
          if (token !== undefined)
            throw new ConnectorError("token-expired", "The token is void.");
          return port.changes();
        },
      }),
      "appointments: nothing new",
    ],
    [
      "tells void tokens nothing",
      (port) => ({
        changes: (token) =>
          port.changes(token).catch((error) => {
            if (token === undefined) throw error;
            return { changes: [], token, more: false };
          }),
      }),
      "contacts: a token that is known no more",
    ],
    [
      "fails a whole reading where one item is absent",
      (port) => ({
        fetch: async (ids) => {
          const found = await port.fetch(ids);
          if (ids.length > 1 && found.size < ids.length)
            throw new ConnectorError("gone", "One of these is not there.");
          return found;
        },
      }),
      "contacts: read many, some of them absent",
    ],
    [
      "reads back the version of whatever is there",
      (port) => ({
        readBack: async (writes) => {
          const found = await port.fetch(writes.map(({ id }) => id));
          return new Map(
            writes.map(({ id }) => {
              const item = found.get(id);
              return [
                id,
                item === undefined
                  ? { there: false }
                  : {
                      there: true,
                      ...(item.version && { version: item.version }),
                    },
              ];
            }),
          );
        },
      }),
      "contacts: read back what is something else by then, or gone",
    ],
    [
      "takes what is gone for what it wrote",
      (port) => ({
        readBack: async (writes) =>
          new Map(
            [...((await port.readBack?.(writes)) ?? [])].map(([id, one]) => [
              id,
              one.there ? one : { there: true },
            ]),
          ),
      }),
      "appointments: read back what is something else by then, or gone",
    ],
    [
      "reads nothing back that it left unread",
      (port) => ({
        create: async (identity, form, how) => {
          const { id, version } = await port.create(identity, form, how);
          if (how?.readBackLater) return { id, unread: true };
          return version === undefined ? { id } : { id, version };
        },
        readBack: async () => new Map<string, never>(),
      }),
      "contacts: write many, and read them back together",
    ],
    [
      "takes a reading back that failed for nothing found",
      (port) => ({
        readBack: async (writes) =>
          (await port.readBack?.(writes).catch(() => undefined)) ??
          new Map<string, never>(),
      }),
      "appointments: reading back, and the server fails",
    ],
    [
      "makes an item anew with each update",
      (port) => ({
        update: async (current, form) => {
          await port.delete(current.id, current.version);
          const uid = current.uid ?? current.id;
          return port.create({ uid }, form);
        },
      }),
      "contacts: preserve what was added to an item of ours",
    ],
    [
      "takes a busy server for one that fails",
      (port) => ({
        changes: (token) =>
          port.changes(token).catch((error: ConnectorError) => {
            throw error.kind === "throttled"
              ? new ConnectorError("transient", error.message)
              : error;
          }),
      }),
      "the server asks to come back later",
    ],
    [
      "holds what lies in other containers",
      () => ({ holds: () => true }),
      "contacts: two containers, one of them with a name that needs escaping",
    ],
  ])("%s", async (_, spoiled, name) => {
    const broken = await brokenBy(({ connector }) => {
      const open = connector.open.bind(connector);
      connector.open = async (login, context) => {
        const session = await open(login, context);
        const stream: Session["stream"] = (kind, container) => {
          const port = session.stream(kind, container);
          return { ...port, ...spoiled(port) };
        };
        return new Proxy(session, {
          get: (target, key) =>
            key === "stream" ? stream : Reflect.get(target, key),
        });
      };
    });
    expect(broken).toContain(name);
  });

  it("cannot ask void tokens where there are none, and says so", async () => {
    const { voidTokens: _, ...subject } = memorySubject();
    const stage = await Stage.open(subject);
    const one = CONTRACT.find(
      ({ name }) => name === "contacts: a token that is known no more",
    )!;
    expect(await tryCase(one, stage)).toMatchObject({ outcome: "skipped" });
  });

  it("is never asked with a part of the right password", async () => {
    const tried: string[] = [];
    let right = "";
    await brokenBy(({ connector }) => {
      right = connector.password;
      const open = connector.open.bind(connector);
      connector.open = (login, context) => {
        tried.push(login.password);
        return open(login, context);
      };
    });
    const wrong = tried.filter((password) => password !== right);
    expect(wrong.length).toBeGreaterThan(0);
    for (const password of wrong) expect(password).not.toContain(right);
  });

  it.each<[string, (text: string) => Error]>([
    ["of its own kind", (text) => new ConnectorError("auth", text)],
    ["of another kind", (text) => new ConnectorError("gone", text)],
    ["of no kind", (text) => new TypeError(text)],
  ])("repeats the password that was tried, in an error %s", async (_, fail) => {
    const subject = memorySubject();
    const open = subject.connector.open.bind(subject.connector);
    let tried = "";
    subject.connector.open = async (login, context) => {
      if (login.password === subject.connector.password)
        return open(login, context);
      tried = login.password;
      throw fail(`${tried} is not the password.`);
    };
    const stage = await Stage.open(subject);
    const one = CONTRACT.find(({ name }) => name === "a wrong password")!;
    const { outcome, reason } = await tryCase(one, stage);
    expect(outcome).toBe("broken");
    expect(reason).not.toContain(tried);
  });

  it("fails with the right password in its words: the report holds none", async () => {
    const subject = memorySubject();
    const stage = await Stage.open(subject);
    const { password } = subject.login;
    subject.connector.normalize = () => {
      throw new TypeError(`No ${password} here.`);
    };
    const results = await runContract(CONTRACT, stage);
    expect(results.some(({ outcome }) => outcome === "broken")).toBe(true);
    expect(JSON.stringify(results)).not.toContain(password);
  });

  it.each([
    ["throws something else than its errors", new TypeError("kaputt")],
    ["says nothing", new ConnectorError("auth", "401")],
  ])("%s", async (_, error) => {
    const broken = await brokenBy(({ connector }) => {
      const open = connector.open.bind(connector);
      connector.open = async (login, context) => {
        if (login.password !== connector.password) throw error;
        return open(login, context);
      };
    });
    expect(broken).toEqual(["a wrong password"]);
  });
});
