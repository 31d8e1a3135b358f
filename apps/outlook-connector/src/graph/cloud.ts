/** Where Graph is and who gives tokens for it: they belong together, tokens of one cloud are good in no other. */
export interface Cloud {
  /** "https://graph.microsoft.com/" */
  readonly graph: URL;
  /** "https://login.microsoftonline.com/" */
  readonly authority: URL;
}

export const GLOBAL_CLOUD: Cloud = {
  graph: new URL("https://graph.microsoft.com/"),
  authority: new URL("https://login.microsoftonline.com/"),
};
