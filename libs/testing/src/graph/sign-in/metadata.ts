/** `GET /{tenant}/v2.0/.well-known/openid-configuration` */
export const openIdConfiguration = (authority: string, tenant: string) => ({
  issuer: `${authority}/${tenant}/v2.0`,
  authorization_endpoint: `${authority}/${tenant}/oauth2/v2.0/authorize`,
  token_endpoint: `${authority}/${tenant}/oauth2/v2.0/token`,
  end_session_endpoint: `${authority}/${tenant}/oauth2/v2.0/logout`,
  jwks_uri: `${authority}/${tenant}/discovery/v2.0/keys`,
  token_endpoint_auth_methods_supported: [
    "client_secret_post",
    "private_key_jwt",
  ],
  response_types_supported: ["code"],
  response_modes_supported: ["query"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
  scopes_supported: ["openid", "profile", "offline_access"],
});

/** `GET /common/discovery/instance`: a cloud of its own. */
export const instanceDiscovery = (authority: string, tenant: string) => {
  const { host } = new URL(authority);
  return {
    tenant_discovery_endpoint: `${authority}/${tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [
      { preferred_network: host, preferred_cache: host, aliases: [host] },
    ],
  };
};
