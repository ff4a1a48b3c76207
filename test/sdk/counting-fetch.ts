/** A `fetch` for an SDK, and how often the SDK has called it: its retries become visible. */
export function countingFetch(): { readonly fetch: typeof fetch; calls(): number } {
  let calls = 0;
  return {
    fetch: (input, init) => {
      calls += 1;
      return fetch(input, init);
    },
    calls: () => calls,
  };
}
