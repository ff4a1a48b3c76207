/**
 * Weighted rendezvous hashing: the same key prefers the same candidate as long as that one is there, and shares follow
 * the weights over many keys. Higher is better.
 * @see https://en.wikipedia.org/wiki/Rendezvous_hashing#Weighted_rendezvous_hash
 */
export function rendezvousScore(key: string, candidateId: string, weight: number): number {
  const unit = (hash32(`${key}\u0000${candidateId}`) + 0.5) / 0x1_0000_0000;
  return -weight / Math.log(unit);
}

/** FNV-1a over UTF-16 units with a final avalanche, so that close inputs land far apart. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
