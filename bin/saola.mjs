#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, so that they can say what to do instead of failing on syntax.
const major = Number.parseInt(process.versions.node, 10);
if (major >= 24) {
  import('../dist/saola.js');
} else {
  process.stderr.write(
    `saola: needs Node 24 or newer and this is ${process.versions.node}; install it from https://nodejs.org (or: nvm install 24) and run the command again\n`,
  );
  process.exitCode = 1;
}
