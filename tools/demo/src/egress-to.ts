type Env = Readonly<Record<string, string | undefined>>;

/** Whoever names a server on the command line means it, also where it is on a private address. */
export function egressTo(cloudUrl: string | undefined, env: Env): Env {
  if (cloudUrl === undefined) return env;
  const { hostname } = new URL(cloudUrl);
  return { ...env, EGRESS_ALLOW: `${env.EGRESS_ALLOW ?? ""} ${hostname}` };
}
