/** Header and text as people see them. */
export function readMail(raw: string): { subject: string; text: string } {
  const [head = "", ...body] = raw.split("\r\n\r\n");
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const [, subject = ""] = /^Subject: (.*)$/m.exec(unfolded) ?? [];
  const quoted = (text: string) =>
    Buffer.from(
      text.replace(/=([0-9A-F]{2})/g, (_all, hex) =>
        String.fromCharCode(parseInt(String(hex), 16)),
      ),
      "latin1",
    ).toString("utf8");
  const decodedWords = subject
    .replace(/\?= =\?UTF-8\?Q\?/gi, "")
    .replace(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_all, word) =>
      quoted(String(word).replaceAll("_", " ")),
    )
    .replace(/=\?UTF-8\?B\?(.*?)\?=/gi, (_all, word) =>
      Buffer.from(String(word), "base64").toString("utf8"),
    );
  const text = body.join("\r\n\r\n");
  const encoding = /^Content-Transfer-Encoding: (\S+)/im.exec(unfolded)?.[1];
  const read =
    encoding === "base64"
      ? Buffer.from(text, "base64").toString("utf8")
      : encoding === "quoted-printable"
        ? quoted(text.replace(/=\r\n/g, ""))
        : text;
  return { subject: decodedWords, text: read.replaceAll("\r\n", "\n") };
}
