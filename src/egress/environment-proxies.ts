const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'node_use_env_proxy'];

/** Names of the set variables that send traffic through a proxy in other programs. They have no effect here; a start says so. */
export function environmentProxies(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter((name) => {
    const value = environment[name];
    return PROXY_VARIABLES.includes(name.toLowerCase()) && value !== undefined && value !== '' && value !== '0';
  });
}
