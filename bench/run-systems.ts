import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { startBare } from './systems/start-bare.ts';
import { startDirect } from './systems/start-direct.ts';
import { startNginx } from './systems/start-nginx.ts';
import { installSaola } from './systems/start-saola.ts';
import type { RunningSystem, SystemName, SystemPlace } from './systems/system.ts';

/** The systems of a run. */
export interface Systems {
  /** Those that run all the time. */
  readonly standing: readonly RunningSystem[];
  /** A second one beside the standing one, with files of its own that stay from start to start. */
  startFresh(name: SystemName): Promise<RunningSystem>;
  stop(): Promise<void>;
}

/** Starts each of `names` once; stops those already started when one fails. */
export async function runSystems(
  names: readonly SystemName[],
  place: SystemPlace,
  saolaEntry: string | undefined,
): Promise<Systems> {
  const starter = (folder: string) => starters({ ...place, folder }, saolaEntry);
  const [first, fresh] = ['standing', 'fresh'].map((name) => {
    const folder = path.join(place.folder, name);
    mkdirSync(folder, { recursive: true });
    return starter(folder);
  });
  if (first === undefined || fresh === undefined) throw new Error('two folders make two starters');
  const standing: RunningSystem[] = [];
  const stop = async () => {
    for (const system of standing.splice(0)) await system.stop();
  };
  try {
    for (const name of names) standing.push(await first(name));
  } catch (error) {
    await stop();
    throw error;
  }
  return { standing: [...standing], startFresh: fresh, stop };
}

function starters(place: SystemPlace, saolaEntry: string | undefined): (name: SystemName) => Promise<RunningSystem> {
  let installation: ReturnType<typeof installSaola> | undefined;
  return async (name) => {
    switch (name) {
      case 'direct':
        return startDirect(place);
      case 'nginx':
        return await startNginx(place);
      case 'bare':
        return await startBare(place);
      case 'saola':
        installation ??= installSaola(place, saolaEntry);
        return await (await installation).start();
    }
  };
}
