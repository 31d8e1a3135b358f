import { isObject, type Json } from "../odata/edm.js";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const asHtml = (text: string): string =>
  `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>${escaped(text).replaceAll(/\r?\n/g, "<br>\r\n")}</body></html>`;

const asText = (html: string): string =>
  html
    .replaceAll(/<head[\s\S]*?<\/head>/gi, "")
    .replaceAll(/\r?\n/g, "")
    .replaceAll(/<br\s*\/?>|<\/p>|<\/div>/gi, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trimEnd();

/** A body is kept as it was sent and answered as it is asked for: HTML, unless the request prefers text. */
export function bodyJson(body: unknown, text: boolean): Json {
  const { content, contentType } = isObject(body) ? body : {};
  const kept = typeof content === "string" ? content : "";
  if (kept === "") return { contentType: text ? "text" : "html", content: "" };
  if (!text)
    return {
      contentType: "html",
      content: contentType === "html" ? kept : asHtml(kept),
    };
  const plain = contentType === "html" ? asText(kept) : kept;
  return {
    contentType: "text",
    // Exchange ends lines with CR LF, and a text body with one more.
    content: `${plain.replaceAll(/\r?\n/g, "\r\n").trimEnd()}\r\n`,
  };
}

export const preview = (body: unknown): string =>
  String(bodyJson(body, true)["content"]).trimEnd().slice(0, 255);
