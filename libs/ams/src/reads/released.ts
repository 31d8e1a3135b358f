/** R13, of customer `c` of tenant `t`: whether whoever `user` stands for may see it. */
export const released = (user: `$${number}`): string =>
  `(not t.agent_release or c.agent_id in (select r.agent_id from ams.agent_release r
      where r.tenant_id = c.tenant_id and r.user_id = ${user}::bigint))`;
