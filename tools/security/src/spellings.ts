/** How a secret may look where it leaked. */
export interface Spelling {
  readonly name: string;
  readonly text: string;
  /** Hexadecimal digits and escapes are written in both cases. */
  readonly anyCase?: boolean;
}

/** A password, alone and as a login that HTTP's Basic or a URL carries, in every spelling that logs, traces and databases know. */
export function spellingsOf(user: string, password: string): Spelling[] {
  const basic = `${user}:${password}`;
  return [
    { name: "clear", text: password },
    // Surrounded by anything: `{"login":"user:password"}` in base64 has other signs at each of three offsets.
    ...[0, 1, 2].flatMap((offset) => {
      const text = inBase64(password, offset);
      return [
        { name: `base64 +${offset}`, text },
        {
          name: `base64url +${offset}`,
          text: text.replace(/\+/g, "-").replace(/\//g, "_"),
        },
      ];
    }),
    { name: "Basic", text: Buffer.from(basic).toString("base64") },
    {
      name: "latin1 Basic",
      text: Buffer.from(basic, "latin1").toString("base64"),
    },
    { name: "URL", text: encodeURIComponent(password), anyCase: true },
    {
      name: "form",
      text: new URLSearchParams({ p: password }).toString().slice(2),
      anyCase: true,
    },
    { name: "user info of a URL", text: userInfo(password), anyCase: true },
    { name: "JSON", text: JSON.stringify(password).slice(1, -1) },
    {
      name: "JSON in JSON",
      text: JSON.stringify(JSON.stringify(password)).slice(3, -3),
    },
    { name: "JSON, ASCII only", text: ascii(password), anyCase: true },
    { name: "XML", text: inXml(password) },
    { name: "hex", text: Buffer.from(password).toString("hex"), anyCase: true },
    {
      name: "UTF-16 hex",
      text: Buffer.from(password, "utf16le").toString("hex"),
      anyCase: true,
    },
    {
      name: "UTF-16 big-endian hex",
      text: Buffer.from(password, "utf16le").swap16().toString("hex"),
      anyCase: true,
    },
    { name: "UTF-16", text: [...password].join("\0") },
    {
      name: "UTF-8 read as Latin-1",
      text: Buffer.from(password).toString("latin1"),
    },
    { name: "reversed", text: [...password].toReversed().join("") },
  ];
}

const inBase64 = (text: string, offset: number): string => {
  const bytes = Buffer.concat([Buffer.alloc(offset, "x"), Buffer.from(text)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  // The first signs tell the filling, too.
  return whole.toString("base64").slice(offset === 0 ? 0 : 4);
};

const userInfo = (text: string): string => {
  const url = new URL("https://host.example");
  url.password = text;
  return url.password;
};

const ascii = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(
      /[^\0-\x7f]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );

const inXml = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export interface Leak {
  readonly channel: string;
  readonly spelling: string;
  /** Which text of the channel; the text itself would leak again. */
  readonly index: number;
}

/** What came out of the system, by the way that it took. */
export type Channels = Readonly<Record<string, readonly string[]>>;

export function leaksIn(
  channels: Channels,
  spellings: readonly Spelling[],
): Leak[] {
  const leaks: Leak[] = [];
  for (const [channel, texts] of Object.entries(channels))
    for (const [index, text] of texts.entries()) {
      const lower = text.toLowerCase();
      for (const { name, text: secret, anyCase } of spellings)
        if (
          anyCase === true
            ? lower.includes(secret.toLowerCase())
            : text.includes(secret)
        )
          leaks.push({ channel, spelling: name, index });
    }
  return leaks;
}
