const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'node_use_env_proxy'];

/** Names of the set variables that would send traffic through a proxy in other programs; a start refuses them (security.md 5.2, step 11). */
export function environmentProxies(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter((name) => {
    const value = environment[name];
    return PROXY_VARIABLES.includes(name.toLowerCase()) && value !== undefined && value !== '' && value !== '0';
  });
}
