import { describe, expect, it } from "vitest";
import { canonicalContact } from "./contact.js";
import type { Instant } from "./dates.js";
import { fieldsOfType, formProblem } from "./form.js";

const problem = (code: string, field: string) => ({
  code,
  field,
  where: "item",
});

describe("formProblem", () => {
  it("has nothing against what ams can hold", () => {
    expect(
      formProblem({
        type: "private",
        fields: {
          lastName: "Müller",
          birthDate: "2024-02-29",
          gender: "female",
        },
      }),
    ).toBeUndefined();
    expect(
      formProblem({ type: "commercial", fields: { name: "Müller GmbH" } }),
    ).toBeUndefined();
    expect(
      formProblem({
        type: "appointment",
        fields: {
          date: "2024-03-31",
          from: "02:30",
          to: "02:30",
          remark: "a\nb",
        },
      }),
    ).toBeUndefined();
    expect(
      formProblem({ type: "appointment", fields: { date: "2024-03-31" } }),
    ).toBeUndefined();
  });

  it("names the field and that it is wrong there", () => {
    const person = (fields: object) => formProblem({ type: "private", fields });
    expect(person({ mobile: "1" })).toEqual(problem("no-name", "lastName"));
    expect(person({ lastName: "x".repeat(256) })).toEqual(
      problem("too-long", "lastName"),
    );
    expect(person({ lastName: "M\u0007" })).toEqual(
      problem("control-characters", "lastName"),
    );
    expect(person({ lastName: "M", birthDate: "--02-29" })).toEqual(
      problem("impossible-date", "birthDate"),
    );
    expect(person({ lastName: "M", birthDate: "2023-02-29" })).toEqual(
      problem("impossible-date", "birthDate"),
    );
    expect(formProblem({ type: "commercial", fields: {} })).toEqual(
      problem("no-name", "name"),
    );
    const event = (fields: object) =>
      formProblem({ type: "appointment", fields });
    expect(event({})).toEqual(problem("impossible-date", "date"));
    expect(event({ date: "2024-03-31", to: "10:00" })).toEqual(
      problem("end-without-start", "to"),
    );
    expect(event({ date: "2024-03-31", from: "24:00", to: "10:00" })).toEqual(
      problem("impossible-time", "from"),
    );
  });

  it("has nothing against what ams itself hands out", () => {
    const checked = canonicalContact(
      {
        id: "1",
        kind: "customer",
        type: "private",
        tags: [],
        lastChanged: 0 as Instant,
        values: {
          lastName: " Mu\u0308ller\n",
          gender: "Herr",
          street: "Weg 1\r\n",
        },
      },
      { policy: "ams-wins" },
    );
    expect(checked.ok && formProblem(checked.canonical)).toBeUndefined();
  });
});

describe("fieldsOfType", () => {
  it("knows what a person and a firm have (R55, R56)", () => {
    expect(fieldsOfType("private")).toHaveLength(15);
    expect(fieldsOfType("commercial")).toHaveLength(12);
    expect(fieldsOfType("private")).not.toContain("name");
    expect(fieldsOfType("commercial")).not.toContain("birthDate");
    expect(fieldsOfType("appointment")).toEqual([
      "date",
      "reason",
      "remark",
      "from",
      "to",
    ]);
  });
});
