// Which Node a command runs on: this one when it is new enough, else the pinned one from the npm platform package.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const majorMin = 24;

/** True when a version such as "24.21.0" can run the TypeScript sources. */
export function isNewEnough(version) {
  return Number.parseInt(version, 10) >= majorMin;
}

/** The one line for a machine that has an old Node and no pinned one. */
export function adviceForOldNode(version) {
  return `needs Node ${majorMin} or newer and this is ${version}; install it from https://nodejs.org (or: nvm install ${majorMin}) and run the command again`;
}

function packageName() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${platform}-${process.arch}`;
}

/** True when the lockfile names a pinned Node for this machine; known before anything is installed. */
export function pinnedNodeIsOffered(root) {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  return lock.includes(`"node_modules/${packageName()}"`);
}

/** Path of the pinned Node below `root`, or undefined when its package is not installed. */
export function pinnedNodeIn(root) {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const binary = path.join(root, 'node_modules', packageName(), 'bin', file);
  return existsSync(binary) ? binary : undefined;
}

/**
 * Runs `args` under `node`, passes signals on, and ends this process the way the child ended.
 * Rejects when the binary does not start (a C library that it was not built for).
 */
export function runUnder(node, args) {
  return new Promise((_resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit' });
    // A terminal sends Ctrl-C and hang-up to the whole foreground group: a copy from here would read as the second,
    // impatient signal and cut the drain short.
    const fromTerminal = process.stdin.isTTY === true;
    const forward = (signal) => {
      if (fromTerminal && (signal === 'SIGINT' || signal === 'SIGHUP')) return;
      child.kill(signal);
    };
    const signals = process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
    for (const signal of signals) process.on(signal, forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.removeListener(name, forward);
      if (signal !== null) process.kill(process.pid, signal);
      else process.exit(code ?? 1);
    });
  });
}
